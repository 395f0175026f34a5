use std::cell::{Cell, RefCell};

use tally_entry::{Actor, ChangeHash};

use crate::fuse::{Blown, View};
use crate::gate::{self, Admitted, Judgement};
use crate::index::Index;
use crate::limits::{BATCH_MAX, Limits};
use crate::meter::{Cost, Meter};
use crate::refusal::Refusal;
use crate::version::{Seen, Version};

/// One document: its changes, the index of their operations, and the Automerge view behind the fuse.
///
/// Admitted changes are indexed at once and given to Automerge in batches: when 256 wait, and when something is read.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) birth: ChangeHash,
    pub(crate) limits: Limits,
    pub(crate) index: Index,
    pub(crate) view: RefCell<View>,
    cost: Cell<Cost>,
}

impl Document {
    /// Opens a document from its birth change, which passes the same gate as every other.
    pub fn open(birth_change: &[u8], actor: Actor, limits: &Limits) -> Result<Self, Refusal> {
        let mut meter = Meter::default();
        let admitted = gate::judge_birth(actor, birth_change, limits, &mut meter)?;
        let mut document = Self {
            birth: admitted.hash,
            limits: *limits,
            index: Index::default(),
            view: RefCell::new(View::new()),
            cost: Cell::new(meter.cost()),
        };
        document.take(admitted);
        Ok(document)
    }

    /// Judges a change by the change and its causal past alone.
    ///
    /// The caller judges the changes of one actor in the order of its log. A change that waits has a dependency that
    /// was never admitted here; where that one is void, the caller makes this one void too. A change that is here
    /// already is admitted again.
    pub fn judge(&self, actor: Actor, change: &[u8]) -> Judgement {
        let mut meter = Meter::default();
        let verdict = gate::judge(&self.index, self.birth, actor, change, &self.limits, &mut meter);
        self.cost.set(meter.cost());
        verdict
    }

    /// Takes judged changes in. What is here already changes nothing.
    ///
    /// An error says that the fuse has blown, now or before: the changes are kept, and readings stay at the last good
    /// version. `Misplaced` is the caller's mistake and stops nothing.
    pub fn admit(&mut self, changes: Vec<Admitted>) -> Result<(), Blown> {
        let mut misplaced = false;
        for admitted in changes {
            if self.index.contains(&admitted.hash) {
                continue;
            }
            let expected = self.index.count(&admitted.actor) + 1;
            if admitted.birth != self.birth || admitted.sequence != expected {
                misplaced = true;
                continue;
            }
            self.take(admitted);
        }
        let view = self.view.get_mut();
        if view.waiting(self.index.changes().len()) >= BATCH_MAX {
            view.settle(&self.index)?;
        }
        if let Some(blown) = view.blown() {
            return Err(blown);
        }
        if misplaced {
            return Err(Blown::Misplaced);
        }
        Ok(())
    }

    fn take(&mut self, admitted: Admitted) {
        self.index.insert(admitted.hash, admitted.actor, admitted.dependencies, admitted.operations, admitted.bytes);
    }

    /// Gives Automerge what waits for it, and says whether the fuse held.
    pub fn settle(&self) -> Result<(), Blown> {
        self.view.borrow_mut().settle(&self.index)
    }

    /// The document as Automerge saves it, for other tools, once it was loaded again and compared. Never the truth.
    pub fn snapshot(&self) -> Result<Vec<u8>, Blown> {
        let mut view = self.view.borrow_mut();
        view.settle(&self.index)?;
        view.check()
    }

    /// Whether, and how, the fuse has blown.
    #[must_use]
    pub fn blown(&self) -> Option<Blown> {
        self.view.borrow().blown()
    }

    /// The newest version: that of all changes here, or the last good one where the fuse has blown.
    #[must_use]
    pub fn heads(&self) -> Version {
        let view = self.view.borrow();
        if view.blown().is_some() { view.good().clone() } else { self.index.heads().iter().copied().collect() }
    }

    /// The hash of the birth change.
    #[must_use]
    pub const fn birth(&self) -> ChangeHash {
        self.birth
    }

    /// Whether a change is here.
    #[must_use]
    pub fn contains(&self, change: &ChangeHash) -> bool {
        self.index.contains(change)
    }

    /// Whether every change that a version names is here.
    #[must_use]
    pub fn covers(&self, version: &Version) -> bool {
        !version.is_empty() && version.hashes().all(|hash| self.index.contains(hash))
    }

    /// Whether a version has seen everything that another one names; none where either is not here.
    #[must_use]
    pub fn includes(&self, version: &Version, other: &Version) -> Option<bool> {
        let clock = self.index.clock(version.hashes())?;
        let mut all = true;
        for hash in other.hashes() {
            let kept = self.index.find(hash)?;
            all &= clock.get(kept.actor).is_some_and(|seen| *seen >= kept.sequence);
        }
        Some(all)
    }

    /// What a version has seen; none where it names a change that is not here.
    #[must_use]
    pub fn seen(&self, version: &Version) -> Option<Seen> {
        self.index.clock(version.hashes()).map(Seen)
    }

    /// The bytes of every change, in an order in which each follows what it builds on.
    #[must_use]
    pub fn changes_bytes(&self) -> Vec<(Actor, Vec<u8>)> {
        self.index
            .changes()
            .iter()
            .filter_map(|kept| Some((self.index.actor(kept.actor)?, kept.bytes.clone())))
            .collect()
    }

    /// The bytes of one change.
    #[must_use]
    pub fn change_bytes(&self, change: &ChangeHash) -> Option<&[u8]> {
        self.index.find(change).map(|kept| kept.bytes.as_slice())
    }

    /// How many changes are here.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.changes().len()
    }

    /// Whether no change is here, which never is: a document has its birth.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.changes().is_empty()
    }

    /// What the last judgement cost.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost.get()
    }
}
