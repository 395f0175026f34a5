//! The rings are listed.

use tally_control::{Member, Refusal, Ring, RingList, RingState, Rings, Standing};
use tally_entry::MemberId;
use tally_replica::RingReading;
use tally_ring::{Edition, SignedEdition};

use crate::names::edition;
use crate::naming;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RingList> for Service<P> {
    async fn answer(&self, ask: RingList, _: &Asker) -> Result<Rings, Refusal> {
        Ok(Rings { rings: rings(&self.names().rings, ask.ring.as_deref())? })
    }
}

/// All of these rings as commands show them, or the one that these words name.
///
/// # Errors
/// When the words name none, or several.
pub fn rings(rings: &[RingReading], given: Option<&str>) -> Result<Vec<Ring>, Refusal> {
    Ok(match given {
        None => rings.iter().map(of_ring).collect(),
        Some(given) => vec![of_ring(naming::ring(rings, given)?)],
    })
}

/// A ring as commands show it: by its edition in force, or its first draft.
fn of_ring(ring: &RingReading) -> Ring {
    match ring.signed.as_ref().or_else(|| ring.drafts.first()) {
        Some(signed) => of_edition(signed, Some(ring)),
        None => Ring {
            ring: ring.ring.to_string(),
            name: edition(ring).map(|edition| edition.name.clone()).unwrap_or_default(),
            purpose: String::new(),
            state: RingState::Awaiting,
            edition: String::new(),
            number: 0,
            members: Vec::new(),
            signed_by: Vec::new(),
            awaiting: Vec::new(),
            drafts: Vec::new(),
        },
    }
}

/// A ring by one of its editions.
#[must_use]
pub fn of_edition(signed: &SignedEdition, ring: Option<&RingReading>) -> Ring {
    let edition = signed.edition();
    let drafts = ring.map(|ring| ring.drafts.iter().map(SignedEdition::id)).into_iter().flatten();
    Ring {
        ring: edition.ring.to_string(),
        name: edition.name.clone(),
        purpose: edition.purpose.clone(),
        state: if signed.is_complete() { RingState::Complete } else { RingState::Awaiting },
        edition: signed.id().to_string(),
        number: edition.number,
        members: members(edition, ring),
        signed_by: named(edition, signed.signed_by()),
        awaiting: named(edition, signed.awaiting()),
        drafts: drafts.filter(|id| *id != signed.id()).map(|id| id.to_string()).collect(),
    }
}

fn members(edition: &Edition, ring: Option<&RingReading>) -> Vec<Member> {
    let mut members: Vec<Member> = edition
        .members
        .iter()
        .map(|listed| Member {
            member: listed.member.to_string(),
            name: listed.name.clone(),
            codes: listed.codes.clone(),
            standing: match listed.standing {
                tally_ring::Standing::Full => Standing::Full,
                tally_ring::Standing::Observer => Standing::Observer,
            },
            fingerprint: tally_ring::fingerprint(&listed.root, &listed.next_root),
            nodes: ring
                .map(|ring| {
                    ring.nodes
                        .iter()
                        .filter(|(member, ..)| *member == listed.member)
                        .map(|(_, node, _)| node.to_string())
                        .collect()
                })
                .unwrap_or_default(),
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

/// Members by their names, or the beginning of the id of one that the edition does not name.
pub(super) fn named(edition: &Edition, members: impl IntoIterator<Item = MemberId>) -> Vec<String> {
    members
        .into_iter()
        .map(|member| {
            edition
                .listed(member)
                .map_or_else(|| member.to_string().chars().take(8).collect(), |listed| listed.name.clone())
        })
        .collect()
}
