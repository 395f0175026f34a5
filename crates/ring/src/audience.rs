//! Audiences: who may hold a document.

use std::collections::BTreeSet;

use tally_entry::{AudienceId, MemberId, RingId, Tag, digest};

use crate::act::edition::Edition;

const AUDIENCE: Tag = Tag::new("tally/1/audience");

/// The members that may hold a document: the whole ring, or a named subset, fixed at birth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audience {
    ring: RingId,
    only: Option<BTreeSet<MemberId>>,
}

impl Audience {
    /// The whole ring, whoever its members come to be.
    pub fn whole(ring: RingId) -> Self {
        Self { ring, only: None }
    }

    /// Named members of the ring; those who join it later are not among them.
    pub fn only(ring: RingId, members: BTreeSet<MemberId>) -> Self {
        Self { ring, only: Some(members) }
    }

    /// The ring that it is part of.
    pub fn ring(&self) -> RingId {
        self.ring
    }

    /// The named members; none for the whole ring.
    pub fn members(&self) -> Option<&BTreeSet<MemberId>> {
        self.only.as_ref()
    }

    /// The id: the hash of the ring and the sorted members, of the ring alone for the whole ring.
    pub fn id(&self) -> AudienceId {
        let members = self.only.iter().flatten().map(|member| member.as_bytes().as_slice());
        // The count keeps a subset of nobody apart from the whole ring.
        let count = self.only.as_ref().map(|members| (members.len() as u64).to_be_bytes());
        let parts = std::iter::once(self.ring.as_bytes().as_slice());
        let parts: Vec<&[u8]> = parts.chain(count.iter().map(<[u8; 8]>::as_slice)).chain(members).collect();
        AudienceId::from_bytes(digest(&AUDIENCE, &parts))
    }

    /// Tells whether the edition lists the member and the audience does not leave it out.
    pub fn holds(&self, edition: &Edition, member: MemberId) -> bool {
        edition.ring == self.ring
            && edition.listed(member).is_some()
            && self.only.as_ref().is_none_or(|only| only.contains(&member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(n: u8) -> MemberId {
        MemberId::from_bytes([n; 32])
    }

    #[test]
    fn the_whole_ring_is_not_the_subset_of_nobody() {
        let ring = RingId::from_bytes([1; 32]);
        assert_ne!(Audience::whole(ring).id(), Audience::only(ring, BTreeSet::new()).id());
    }

    #[test]
    fn other_members_make_another_audience() {
        let ring = RingId::from_bytes([1; 32]);
        let two = Audience::only(ring, [member(1), member(2)].into());
        assert_ne!(two.id(), Audience::only(ring, [member(1), member(3)].into()).id());
        assert_eq!(two.id(), Audience::only(ring, [member(2), member(1)].into()).id());
    }

    #[test]
    fn another_ring_makes_another_audience() {
        let [one, two] = [1, 2].map(|n| Audience::whole(RingId::from_bytes([n; 32])));
        assert_ne!(one.id(), two.id());
    }
}
