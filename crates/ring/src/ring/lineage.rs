//! Which editions are complete and which are replaced, as a function of the set of editions that all they list signed.

use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{EditionId, MemberId};

use crate::act::edition::signed::SignedEdition;
use crate::act::edition::{Edition, Listed};
use crate::paper::fingerprint::next_root_commitment;

/// Tells whether everybody who had to agree to an edition agreed to what stands instead of it: newcomers apart, who may
/// have dropped out. Otherwise one member with a stranger could undo what all had signed.
fn agreed(editions: &BTreeMap<EditionId, SignedEdition>, old: EditionId, new: &Edition) -> bool {
    let before = new.parent.and_then(|parent| editions.get(&parent)).map(SignedEdition::edition);
    let bound = |listed: &&Listed| before.is_none_or(|before| before.listed(listed.member).is_some());
    let old = editions.get(&old).map(SignedEdition::edition);
    old.is_some_and(|old| old.members.iter().filter(bound).all(|listed| new.listed(listed.member).is_some()))
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// The complete editions with their parents, whose parents are complete too.
    complete: BTreeMap<EditionId, Option<EditionId>>,
    /// The complete editions that are replaced, and by which.
    replaced: BTreeMap<EditionId, BTreeSet<EditionId>>,
}

impl Lineage {
    pub(crate) fn of(editions: &BTreeMap<EditionId, SignedEdition>) -> Self {
        let mut lineage = Self::default();
        let mut signed: Vec<_> = editions.values().collect();
        // A parent has a smaller number, so one pass sees parents first.
        signed.sort_by_key(|edition| edition.edition().number);
        for edition in signed {
            if lineage.follows(editions, edition.edition()) {
                lineage.complete.insert(edition.id(), edition.edition().parent);
            }
        }
        for id in lineage.complete.keys() {
            let Some(edition) = editions.get(id).map(SignedEdition::edition) else {
                continue;
            };
            for old in &edition.instead_of {
                if lineage.complete.get(old) == Some(&edition.parent) && agreed(editions, *old, edition) {
                    lineage.replaced.entry(*old).or_default().insert(*id);
                }
            }
        }
        lineage
    }

    fn follows(&self, editions: &BTreeMap<EditionId, SignedEdition>, edition: &Edition) -> bool {
        let Some(parent) = edition.parent else {
            return true;
        };
        if !self.complete.contains_key(&parent) {
            return false;
        }
        let Some(before) = editions.get(&parent).map(SignedEdition::edition) else {
            return false;
        };
        let same = before.founder == edition.founder && before.nonce == edition.nonce;
        let may_list = |listed| self.may_list(editions, edition, listed);
        same && before.number.checked_add(1) == Some(edition.number) && edition.members.iter().all(may_list)
    }

    /// Tells whether an edition may list a member under the root that it gives.
    ///
    /// The signatures on an edition are by the roots it lists itself, so they do not show whose a new root is: only the
    /// member's own commitment does, in the nearest edition before that lists it. A member listed for the first time
    /// comes under the root that its id comes from.
    pub(crate) fn may_list(
        &self,
        editions: &BTreeMap<EditionId, SignedEdition>,
        edition: &Edition,
        listed: &Listed,
    ) -> bool {
        // To recover a lost root by agreement of all others is yet to come; until then no such edition is complete.
        let parent = edition.parent.filter(|parent| self.is_complete(*parent));
        let mut ancestors = parent.into_iter().flat_map(|parent| self.ancestors(parent));
        match ancestors.find_map(|id| editions.get(&id)?.edition().listed(listed.member)) {
            Some(last) => last.root == listed.root || last.next_root == next_root_commitment(&listed.root),
            None => listed.member == MemberId::of(&listed.root),
        }
    }

    /// The edition and those before it, nearest first.
    pub(crate) fn ancestors(&self, from: EditionId) -> impl Iterator<Item = EditionId> {
        std::iter::successors(Some(from), |id| self.complete.get(id).copied().flatten())
    }

    pub(crate) fn complete(&self) -> impl Iterator<Item = EditionId> {
        self.complete.keys().copied()
    }

    pub(crate) fn is_complete(&self, id: EditionId) -> bool {
        self.complete.contains_key(&id)
    }

    /// The edition under whose terms entries that name this one count.
    pub(crate) fn resolve(&self, id: EditionId) -> Option<EditionId> {
        if !self.is_complete(id) {
            return None;
        }
        // The replaced edition nearest to the beginning decides; before it nothing is replaced.
        let Some(replaced) = self.ancestors(id).filter(|id| self.replaced.contains_key(id)).last() else {
            return Some(id);
        };
        match self.complete.get(&replaced).copied().flatten() {
            Some(parent) => Some(parent),
            None => self.replacement(replaced),
        }
    }

    /// The edition that stands instead of a replaced one; of several the smallest id.
    fn replacement(&self, replaced: EditionId) -> Option<EditionId> {
        let by = self.replaced.get(&replaced)?;
        let stands = by.iter().find(|id| !self.replaced.contains_key(*id)).copied();
        // A replacement that is replaced itself leads on; ids are hashes, so this cannot go in a circle.
        stands.or_else(|| self.replacement(*by.first()?))
    }

    pub(crate) fn is_older(&self, a: EditionId, b: EditionId) -> bool {
        match (self.resolve(a), self.resolve(b)) {
            (Some(a), Some(b)) => a != b && self.ancestors(b).any(|id| id == a),
            (None, _) | (_, None) => false,
        }
    }

    /// Tells whether an edition is another or comes before it.
    pub(crate) fn leads_to(&self, edition: EditionId, end: EditionId) -> bool {
        self.ancestors(end).any(|id| id == edition)
    }
}
