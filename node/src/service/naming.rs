//! What people call things: records, rings and members by name, short reference, code, or the beginning of an id.

use tally_control::{Exit, Failure};
use tally_entry::{DocumentId, EntryId, MemberId};
use tally_replica::{Query, QueryAnswer, RingReading};
use tally_ring::{Edition, Listed};

use super::atlas::{edition, short};
use super::{Service, refusals, shape};
use crate::running::Named;

/// Digits of an id that name a thing at the least.
const DIGITS: usize = 4;

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the sovereign store.
    Local(DocumentId),
    /// In a ring.
    Shared(DocumentId),
}

impl Service {
    /// Finds the record that these words name.
    pub(crate) async fn place(&self, what: &str, given: &str) -> Result<Place, Failure> {
        let given = given.trim();
        let (ids, mut found) = {
            let asked = given.to_owned();
            self.local(move |store| {
                let named = |id: &DocumentId| id.to_string().starts_with(&asked.to_ascii_lowercase());
                let ids: Vec<DocumentId> =
                    store.ids().into_iter().filter(|id| asked.len() >= DIGITS && named(id)).collect();
                let by_reference = match store.resolve(&asked) {
                    Ok(id) => vec![id],
                    Err(tally_sovereign::StoreError::Ambiguous { ids, .. }) => ids,
                    Err(_) => Vec::new(),
                };
                (ids, by_reference)
            })
            .await
        };
        for id in ids {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        if let Ok(document) = given.parse::<DocumentId>() {
            return Ok(if found.contains(&document) { Place::Local(document) } else { Place::Shared(document) });
        }
        let mut shared = self.views.find(given).await.map_err(|undone| undone.failure(what))?;
        if shared.is_empty() && found.is_empty() {
            shared = self.named_in_core(what, given).await?;
        }
        match (found.as_slice(), shared.as_slice()) {
            ([id], []) => Ok(Place::Local(*id)),
            ([], [named]) => Ok(Place::Shared(named.document)),
            ([], []) => Err(Failure::new(
                Exit::Failed,
                what,
                format!("there is no record {given:?} here"),
                "`tally record list` shows what is here, with the names to use.",
            )),
            _ => {
                let local = found.iter().map(|id| format!("{} (local)", short(&id.to_string())));
                let shared = shared.iter().map(|named| {
                    format!("{} ({}, {})", short(&named.document.to_string()), named.reference, named.title)
                });
                let all: Vec<String> = local.chain(shared).collect();
                Err(ambiguous(what, given, "records", &all))
            }
        }
    }

    /// The same from the core itself, where the views do not know.
    async fn named_in_core(&self, what: &str, given: &str) -> Result<Vec<Named>, Failure> {
        let seen = self.core.look(Query::Records { ring: None }).await.map_err(|undone| undone.failure(what))?;
        let QueryAnswer::Records(records) = seen else {
            return Ok(Vec::new());
        };
        Ok(records
            .iter()
            .map(|sight| {
                let fields = sight.reading.as_ref().map(|reading| &reading.fields);
                Named {
                    document: sight.document,
                    reference: fields.map(|fields| shape::text_of(fields, "reference")).unwrap_or_default(),
                    title: fields
                        .zip(tally_record::find(&sight.kind))
                        .map(|(fields, kind)| kind.title(fields).to_owned())
                        .unwrap_or_default(),
                }
            })
            .filter(|named| named.answers_to(given))
            .collect())
    }

    /// Finds the entry that these words name.
    pub(crate) async fn entry(&self, what: &str, given: &str) -> Result<EntryId, Failure> {
        let given = given.trim().to_ascii_lowercase();
        if let Ok(entry) = given.parse() {
            return Ok(entry);
        }
        let seen = self.core.look(Query::Logs).await.map_err(|undone| undone.failure(what))?;
        let QueryAnswer::Logs(logs) = seen else {
            return Err(no_such(what, "entry", &given, &[]));
        };
        let found: Vec<EntryId> = logs
            .iter()
            .flat_map(|log| &log.entries)
            .map(|entry| entry.entry)
            .filter(|entry| given.len() >= DIGITS && entry.to_string().starts_with(&given))
            .collect();
        match found.as_slice() {
            [entry] => Ok(*entry),
            [] => Err(no_such(what, "entry", &given, &[])),
            several => {
                let all: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(ambiguous(what, &given, "entries", &all))
            }
        }
    }
}

/// Finds the ring that these words name.
pub(crate) fn ring<'a>(what: &str, rings: &'a [RingReading], given: &str) -> Result<&'a RingReading, Failure> {
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
        [] => Err(no_such(what, "ring", given, &rings.iter().map(name).collect::<Vec<_>>())),
        several => {
            let all: Vec<String> =
                several.iter().map(|ring| format!("{} ({})", short(&ring.ring.to_string()), name(ring))).collect();
            Err(ambiguous(what, given, "rings", &all))
        }
    }
}

/// Finds the member of an edition that these words name.
pub(crate) fn member(what: &str, edition: &Edition, given: &str) -> Result<MemberId, Failure> {
    among(what, edition.members.iter(), given)
}

/// Finds the member among these that the words name.
pub(crate) fn among<'a>(
    what: &str,
    members: impl Iterator<Item = &'a Listed> + Clone,
    given: &str,
) -> Result<MemberId, Failure> {
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
        [] => {
            let all: Vec<String> = members.map(|listed| listed.name.clone()).collect();
            Err(no_such(what, "member", given, &all))
        }
        several => {
            let all: Vec<String> = several
                .iter()
                .map(|listed| format!("{} ({})", short(&listed.member.to_string()), listed.name))
                .collect();
            Err(ambiguous(what, given, "members", &all))
        }
    }
}

fn no_such(what: &str, kind: &str, given: &str, known: &[String]) -> Failure {
    let known = if known.is_empty() { "none are known".to_owned() } else { format!("known: {}", known.join(", ")) };
    Failure::new(
        Exit::Failed,
        what,
        format!("there is no {kind} {given:?} here; {known}"),
        "Use one of these names, or the beginning of an id.",
    )
}

fn ambiguous(what: &str, given: &str, kind: &str, candidates: &[String]) -> Failure {
    Failure::new(
        Exit::Usage,
        what,
        format!("{given:?} names several {kind}: {}", candidates.join("; ")),
        "Use the beginning of the id of the one you mean.",
    )
}

/// A value that a person typed for a field, as an edit's value.
pub(crate) fn value(
    what: &str,
    kind: &tally_record::Type,
    name: &str,
    given: &str,
) -> Result<tally_document::Value, Failure> {
    let field = tally_record::field_of(kind, name).map_err(|error| refusals::value(what, &error))?;
    match super::json::read(field, given) {
        Some(read) => read,
        None => tally_record::parse(field, given),
    }
    .map_err(|error| refusals::value(what, &error))
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
            assert_eq!(among("x", members.iter(), given).unwrap(), greenwich, "{given}");
        }
    }

    #[test]
    fn two_members_of_one_name_are_listed() {
        let failure = among("x", three().iter(), "Bexley").unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.why.contains("several members"));
    }

    #[test]
    fn an_unknown_member_is_told_with_the_known_ones() {
        let failure = among("x", three().iter(), "Lewisham").unwrap_err();
        assert!(failure.why.contains("Greenwich"));
    }
}
