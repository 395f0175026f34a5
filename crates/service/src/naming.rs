//! What people call things: records, rings, members and kinds by name, short reference, code, or the beginning of an id.

use tally_control::{Refusal, Thing};
use tally_entry::{DocumentId, EntryId, MemberId};
use tally_record::Type;
use tally_replica::RingReading;
use tally_ring::{Edition, Listed};

use crate::names::{edition, short};
use crate::service::{Parts, Service};
use crate::shape;
use crate::views::{DIGITS, Named, Views};

/// A record that a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundRecord {
    /// In the sovereign store.
    Local(DocumentId),
    /// In a ring.
    Shared(DocumentId),
}

impl<P: Parts> Service<P> {
    /// Finds the record that these words name.
    pub(crate) async fn find_record(&self, given: &str) -> Result<FoundRecord, Refusal> {
        let given = given.trim();
        let asked = given.to_owned();
        let found: Vec<DocumentId> = self
            .local(move |store| {
                let plain = asked.to_ascii_lowercase();
                let by_id = |id: &DocumentId| plain.len() >= DIGITS && id.to_string().starts_with(&plain);
                let by_reference = match store.resolve(&asked) {
                    Ok(id) => vec![id],
                    Err(tally_sovereign::StoreError::Ambiguous { ids, .. }) => ids,
                    Err(_) => Vec::new(),
                };
                store.ids().into_iter().filter(|id| by_id(id) || by_reference.contains(id)).collect()
            })
            .await;
        if let Ok(document) = given.parse::<DocumentId>() {
            return Ok(if found.contains(&document) {
                FoundRecord::Local(document)
            } else {
                FoundRecord::Shared(document)
            });
        }
        let mut shared = self.views.find(given).await?;
        if shared.is_empty() && found.is_empty() {
            shared = self.named_in_core(given).await?;
        }
        match (found.as_slice(), shared.as_slice()) {
            ([id], []) => Ok(FoundRecord::Local(*id)),
            ([], [named]) => Ok(FoundRecord::Shared(named.document)),
            ([], []) => Err(Refusal::NoSuchRecord { given: given.to_owned() }),
            _ => {
                let local = found.iter().map(|id| format!("{} (local)", short(&id.to_string())));
                let shared = shared.iter().map(|named| {
                    format!("{} ({}, {})", short(&named.document.to_string()), named.reference, named.title)
                });
                Err(ambiguous(Thing::Record, given, local.chain(shared).collect()))
            }
        }
    }

    /// The records that these words name in the core itself, where the views do not know any.
    async fn named_in_core(&self, given: &str) -> Result<Vec<Named>, Refusal> {
        let records = self.looking().records(None).await?;
        Ok(records.iter().map(shape::named).filter(|named| named.answers_to(given)).collect())
    }

    /// Finds the entry that these words name.
    pub(crate) async fn entry(&self, given: &str) -> Result<EntryId, Refusal> {
        let given = given.trim().to_ascii_lowercase();
        if let Ok(entry) = given.parse() {
            return Ok(entry);
        }
        let logs = self.looking().logs().await?;
        let found: Vec<EntryId> = logs
            .iter()
            .flat_map(|log| &log.entries)
            .map(|entry| entry.entry)
            .filter(|entry| given.len() >= DIGITS && entry.to_string().starts_with(&given))
            .collect();
        match found.as_slice() {
            [entry] => Ok(*entry),
            [] => Err(no_such(Thing::Entry, &given, Vec::new())),
            several => Err(ambiguous(Thing::Entry, &given, several.iter().map(ToString::to_string).collect())),
        }
    }
}

/// Finds the kind of record that these words name.
pub(crate) fn kind(given: &str) -> Result<&'static Type, Refusal> {
    tally_record::find(given.trim()).ok_or_else(|| Refusal::UnknownKind {
        given: given.to_owned(),
        known: tally_record::types().iter().map(|kind| kind.kind().to_owned()).collect(),
    })
}

/// Finds the ring that these words name.
pub(crate) fn ring<'a>(rings: &'a [RingReading], given: &str) -> Result<&'a RingReading, Refusal> {
    let given = given.trim();
    let name = |ring: &RingReading| edition(ring).map(|edition| edition.name.clone()).unwrap_or_default();
    let by_name: Vec<&RingReading> = rings.iter().filter(|ring| name(ring).eq_ignore_ascii_case(given)).collect();
    let found = if by_name.is_empty() {
        let start = given.to_ascii_lowercase();
        rings.iter().filter(|ring| start.len() >= DIGITS && ring.ring.to_string().starts_with(&start)).collect()
    } else {
        by_name
    };
    match found.as_slice() {
        [ring] => Ok(ring),
        [] => Err(no_such(Thing::Ring, given, rings.iter().map(name).collect())),
        several => {
            let all = several.iter().map(|ring| format!("{} ({})", short(&ring.ring.to_string()), name(ring)));
            Err(ambiguous(Thing::Ring, given, all.collect()))
        }
    }
}

/// Finds the member of an edition that these words name.
pub(crate) fn member(edition: &Edition, given: &str) -> Result<MemberId, Refusal> {
    among(edition.members.iter(), given)
}

/// Finds the member among these that the words name.
pub(crate) fn among<'a>(members: impl Iterator<Item = &'a Listed> + Clone, given: &str) -> Result<MemberId, Refusal> {
    let given = given.trim();
    let exact = |listed: &&Listed| {
        listed.name.eq_ignore_ascii_case(given) || listed.codes.iter().any(|code| code.eq_ignore_ascii_case(given))
    };
    let mut found: Vec<&Listed> = members.clone().filter(exact).collect();
    if found.is_empty() {
        let start = given.to_ascii_lowercase();
        found = members
            .clone()
            .filter(|listed| start.len() >= DIGITS && listed.member.to_string().starts_with(&start))
            .collect();
    }
    match found.as_slice() {
        [listed] => Ok(listed.member),
        [] => Err(no_such(Thing::Member, given, members.map(|listed| listed.name.clone()).collect())),
        several => {
            let all = several.iter().map(|listed| format!("{} ({})", short(&listed.member.to_string()), listed.name));
            Err(ambiguous(Thing::Member, given, all.collect()))
        }
    }
}

fn no_such(thing: Thing, given: &str, known: Vec<String>) -> Refusal {
    Refusal::NoSuch { thing, given: given.to_owned(), known }
}

fn ambiguous(thing: Thing, given: &str, candidates: Vec<String>) -> Refusal {
    Refusal::Ambiguous { thing, given: given.to_owned(), candidates }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_entry::SigningKey;
    use tally_ring::Standing;

    fn listed(seed: u8, name: &str, code: &str) -> Listed {
        let root = SigningKey::from_seed([seed; 32]).public();
        Listed {
            member: MemberId::of(&root),
            root,
            next_root: [0; 32],
            name: name.to_owned(),
            codes: vec![code.to_owned()],
            standing: Standing::Full,
            sectors: Vec::new(),
        }
    }

    fn three() -> Vec<Listed> {
        vec![listed(1, "Bexley", "E09000004"), listed(2, "Greenwich", "E09000011"), listed(3, "bexley", "E1")]
    }

    #[test]
    fn a_member_is_named_by_name_code_or_id() {
        let members = three();
        let greenwich = members[1].member;
        for given in ["Greenwich", "greenwich", "E09000011", &greenwich.to_string()[..6]] {
            assert_eq!(among(members.iter(), given).unwrap(), greenwich, "{given}");
        }
    }

    #[test]
    fn two_members_of_one_name_are_listed() {
        let refusal = among(three().iter(), "Bexley").unwrap_err();
        assert!(matches!(&refusal, Refusal::Ambiguous { candidates, .. } if candidates.len() == 2), "{refusal}");
    }

    #[test]
    fn an_unknown_member_is_told_with_the_known_ones() {
        let refusal = among(three().iter(), "Lewisham").unwrap_err();
        assert!(refusal.to_string().contains("Greenwich"), "{refusal}");
    }
}
