//! The editions of one ring: which are complete, which is in force, which are drafts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{EditionId, MemberId};

use crate::act::edition::Edition;
use crate::act::edition::signed::SignedEdition;
use crate::ring::lineage::Lineage;
use crate::ring::taken::{ActRefused, ActState};

/// Drafts held at once: a ring has one under way, and a few that stalled.
pub(crate) const DRAFTS: usize = 64;
/// Editions held at once that this member neither signed nor needs for one that it signed: what others agree beside it,
/// which they can heap up alone. What it needs is taken whenever it is offered, so a full heap keeps nothing out that
/// decides here.
pub(crate) const OTHERS: usize = 64;

/// Editions and drafts, folded to the one in force.
#[derive(Debug, Clone)]
pub(crate) struct Editions {
    own: Option<MemberId>,
    /// Signed by everybody they list.
    signed: BTreeMap<EditionId, SignedEdition>,
    /// Lacking signatures. They decide nothing, so some may be given up.
    drafts: BTreeMap<EditionId, SignedEdition>,
    lineage: Lineage,
    in_force: Option<EditionId>,
}

impl Editions {
    pub(crate) fn seen_by(own: Option<MemberId>) -> Self {
        let (signed, drafts) = (BTreeMap::new(), BTreeMap::new());
        Self { own, signed, drafts, lineage: Lineage::default(), in_force: None }
    }

    /// Takes an edition with whatever signatures it has, beside those of copies held before; gives it as it is held.
    pub(crate) fn take(&mut self, edition: SignedEdition) -> Result<(ActState, SignedEdition), ActRefused> {
        if edition.signatures().next().is_none() {
            return Err(ActRefused::Unsigned);
        }
        let id = edition.id();
        let held = self.signed.get(&id).or_else(|| self.drafts.get(&id));
        let is_new = held.is_none();
        let merged = match held.cloned() {
            Some(mut held) => {
                if !held.merge(&edition).unwrap_or_default() {
                    return Ok((ActState::Known, held));
                }
                held
            }
            None => edition,
        };
        if !merged.is_complete() {
            if is_new {
                self.make_room(&merged)?;
            }
            self.drafts.insert(id, merged.clone());
            return Ok((ActState::Draft, merged));
        }
        if !self.signed.contains_key(&id) && !self.has_room(&merged) {
            return Err(ActRefused::TooManyEditions);
        }
        self.drafts.remove(&id);
        self.signed.insert(id, merged.clone());
        self.lineage = Lineage::of(&self.signed);
        self.in_force = self.find_in_force();
        let state = if self.lineage.is_complete(id) { ActState::Counts } else { ActState::Waiting };
        Ok((state, merged))
    }

    /// The edition in force: of the complete ones that list this member, and so bear its root's signature, the one with
    /// the highest number. Another of the same number gives way to one that is not replaced, then to the smaller id.
    ///
    /// More editions only ever raise that number, so a ring never goes back, and which edition is in force still
    /// follows from the set alone.
    fn find_in_force(&self) -> Option<EditionId> {
        let complete = self.lineage.complete().filter_map(|id| self.signed.get(&id));
        let mine = complete.filter(|signed| self.own.is_none_or(|own| signed.edition().listed(own).is_some()));
        let rank = |signed: &&SignedEdition| {
            let id = signed.id();
            (signed.edition().number, self.lineage.resolve(id) == Some(id), Reverse(id))
        };
        mine.max_by_key(rank).map(SignedEdition::id)
    }

    fn has_room(&self, edition: &SignedEdition) -> bool {
        let needed = self.needed();
        let is_needed = |edition: &SignedEdition| needed.contains(&edition.id()) || self.is_ours(edition);
        self.own.is_none()
            || is_needed(edition)
            || self.signed.values().filter(|held| !is_needed(held)).count() < OTHERS
    }

    /// The editions that this member signed, and all before them as far as they are held, with the first that is not.
    fn needed(&self) -> BTreeSet<EditionId> {
        let mut needed = BTreeSet::new();
        for ours in self.all().filter(|edition| self.is_ours(edition)) {
            let mut at = Some(ours.id());
            while let Some(id) = at.filter(|id| needed.insert(*id)) {
                let held = self.signed.get(&id).or_else(|| self.drafts.get(&id));
                at = held.and_then(|edition| edition.edition().parent);
            }
        }
        needed
    }

    /// Makes room for a draft: those that this member signed are always kept, and one on a parent that the ring has
    /// left behind is the first to go.
    fn make_room(&mut self, draft: &SignedEdition) -> Result<(), ActRefused> {
        let loose = self.drafts.values().filter(|held| !self.is_ours(held));
        if self.is_ours(draft) || loose.clone().count() < DRAFTS {
            return Ok(());
        }
        let is_left = |held: &&SignedEdition| {
            let parent = held.edition().parent;
            parent != self.in_force && parent.is_none_or(|parent| self.lineage.is_complete(parent))
        };
        let gone = loose.clone().find(is_left).map(SignedEdition::id).ok_or(ActRefused::TooManyDrafts)?;
        self.drafts.remove(&gone);
        Ok(())
    }

    /// Tells whether this member signed, and not somebody with a root made up for it.
    fn is_ours(&self, signed: &SignedEdition) -> bool {
        let edition = signed.edition();
        let Some(listed) = self.own.and_then(|own| edition.listed(own)) else {
            return false;
        };
        signed.signatures().any(|signature| signature.member == listed.member)
            && self.lineage.may_list(&self.signed, edition, listed)
    }

    /// Editions signed by everybody they list, in an order in which each follows the one it builds on.
    pub(crate) fn signed(&self) -> Vec<&SignedEdition> {
        let mut signed: Vec<_> = self.signed.values().collect();
        signed.sort_by_key(|edition| edition.edition().number);
        signed
    }

    pub(crate) fn drafts(&self) -> impl Iterator<Item = &SignedEdition> {
        self.drafts.values()
    }

    /// Drafts, and editions that wait for one before them.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = &SignedEdition> {
        self.all().filter(|edition| !self.lineage.is_complete(edition.id()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &SignedEdition> {
        self.signed.values().chain(self.drafts.values())
    }

    pub(crate) fn complete(&self) -> BTreeSet<EditionId> {
        self.lineage.complete().collect()
    }

    pub(crate) fn is_complete(&self, id: EditionId) -> bool {
        self.lineage.is_complete(id)
    }

    pub(crate) fn in_force(&self) -> Option<EditionId> {
        self.in_force
    }

    pub(crate) fn get(&self, id: EditionId) -> Option<&SignedEdition> {
        self.signed.get(&id).filter(|_| self.lineage.is_complete(id))
    }

    /// Editions whose members' nodes are known: the one in force with all before it; everything while none is.
    pub(crate) fn introducing(&self) -> Vec<&Edition> {
        let editions: Vec<_> = match self.in_force {
            Some(in_force) => self.lineage.ancestors(in_force).filter_map(|id| self.signed.get(&id)).collect(),
            None => self.all().collect(),
        };
        editions.into_iter().map(SignedEdition::edition).collect()
    }

    pub(crate) fn judged_by(&self, id: EditionId) -> Option<&Edition> {
        let in_force = self.in_force?;
        let on_the_way = |id: &EditionId| self.lineage.leads_to(*id, in_force);
        let resolved = self.lineage.resolve(id).filter(on_the_way);
        self.get(resolved.or_else(|| Some(id).filter(on_the_way))?).map(SignedEdition::edition)
    }

    pub(crate) fn is_older(&self, a: EditionId, b: EditionId) -> bool {
        self.lineage.is_older(a, b)
    }
}
