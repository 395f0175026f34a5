use std::collections::BTreeMap;

use tally_entry::{MemberId, RingId};
use tally_replica::RingReading;
use tally_ring::{Edition, Listed, SignedEdition};

/// This member and its rings, with everybody's names; the loop hands out a new one when any of it changes.
#[derive(Clone, Debug)]
pub struct Names {
    /// This member.
    pub me: MemberId,
    /// Its name.
    pub name: String,
    /// The rings.
    pub rings: Vec<RingReading>,
}

impl Names {
    /// A member that is in no ring.
    #[must_use]
    pub const fn new(me: MemberId, name: String) -> Self {
        Self { me, name, rings: Vec::new() }
    }

    /// A ring.
    pub(crate) fn ring(&self, id: &RingId) -> Option<&RingReading> {
        self.rings.iter().find(|ring| ring.ring == *id)
    }

    /// Its name.
    pub(crate) fn ring_name(&self, id: &RingId) -> String {
        self.ring(id).and_then(edition).map_or_else(|| short(&id.to_string()), |edition| edition.name.clone())
    }

    /// A member's name, as the ring lists it; or as any does, or the beginning of its id.
    pub(crate) fn member(&self, ring: Option<&RingId>, member: &MemberId) -> String {
        let listed = |ring: &RingReading| Some(edition(ring)?.listed(*member)?.name.clone());
        ring.and_then(|ring| listed(self.ring(ring)?))
            .or_else(|| self.rings.iter().find_map(listed))
            .unwrap_or_else(|| if *member == self.me { self.name.clone() } else { short(&member.to_string()) })
    }

    /// The members of a ring, by name.
    pub(crate) fn members<'a>(&self, ring: &RingId, members: impl IntoIterator<Item = &'a MemberId>) -> Vec<String> {
        let mut names: Vec<String> = members.into_iter().map(|member| self.member(Some(ring), member)).collect();
        names.sort();
        names
    }

    /// Every member of every ring, this one too.
    pub(crate) fn everybody(&self) -> BTreeMap<MemberId, Listed> {
        self.rings
            .iter()
            .filter_map(edition)
            .flat_map(|edition| edition.members.iter().map(|listed| (listed.member, listed.clone())))
            .collect()
    }
}

/// The edition in force, or the first draft where none is.
pub(crate) fn edition(ring: &RingReading) -> Option<&Edition> {
    let draft = || ring.drafts.first().map(SignedEdition::edition);
    ring.edition.as_ref().map(|(_, edition)| edition).or_else(draft)
}

/// The beginning of an id, long enough to be told from others.
pub(crate) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
