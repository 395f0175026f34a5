//! The fuse: Automerge behind a barrier. The gate should leave nothing that makes it blow; if it blows all the same,
//! one document stops on this node and no entry is voided by it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{ActorId, Automerge, Change, ObjId, ReadDoc};
use tally_entry::{Actor, ChangeHash};

use crate::index::Index;
use crate::limits::BATCH_MAX;
use crate::operation::{Object, OpId};
use crate::version::Version;

/// Changes applied before the document is saved, loaded and compared again. A check costs as much as the document is
/// large, so it also waits until a quarter of the document is new: the cost of all checks together stays a fixed
/// multiple of the cost of applying.
const CHECK_AFTER: usize = 256;

/// A document stopped on this node: it stays readable at its last good version, and its bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Blown {
    /// Automerge panicked on a batch.
    #[error("the document library panicked")]
    Panicked,
    /// Automerge refused a change that the gate admits.
    #[error("the document library refused an admitted change")]
    Refused,
    /// The heads are not those of the changes.
    #[error("the document library lost a change")]
    Heads,
    /// Saved and loaded again it is another document, or none.
    #[error("the document does not come back when saved and loaded")]
    Reload,
    /// A change was judged for another document, or two with one number were judged side by side.
    #[error("a change was judged for another place")]
    Misplaced,
}

/// The Automerge document, as far as it was trusted.
#[derive(Clone, Debug)]
pub(crate) struct View {
    doc: Automerge,
    /// Changes of the index that are applied: always its first ones.
    applied: usize,
    checked: usize,
    good: Version,
    /// In a cell, because a reading finds out as well.
    blown: Cell<Option<Blown>>,
}

impl View {
    pub(crate) fn new() -> Self {
        Self { doc: Automerge::new(), applied: 0, checked: 0, good: Version::default(), blown: Cell::new(None) }
    }

    pub(crate) const fn blown(&self) -> Option<Blown> {
        self.blown.get()
    }

    /// The newest version that Automerge holds.
    pub(crate) const fn good(&self) -> &Version {
        &self.good
    }

    pub(crate) const fn waiting(&self, index_length: usize) -> usize {
        index_length.saturating_sub(self.applied)
    }

    /// Applies what the index has and the view has not.
    pub(crate) fn settle(&mut self, index: &Index) -> Result<(), Blown> {
        if let Some(blown) = self.blown.get() {
            return Err(blown);
        }
        while self.applied < index.changes().len() {
            let end = index.changes().len().min(self.applied + BATCH_MAX);
            if let Err(blown) = self.apply(index, end) {
                self.blown.set(Some(blown));
                self.rebuild(index);
                return Err(blown);
            }
        }
        let due = self.applied - self.checked;
        if due >= CHECK_AFTER && due >= self.applied / 4 {
            self.check()?;
        }
        Ok(())
    }

    fn apply(&mut self, index: &Index, end: usize) -> Result<(), Blown> {
        let batch = index.changes().get(self.applied..end).unwrap_or_default();
        let mut changes = Vec::with_capacity(batch.len());
        for kept in batch {
            let bytes = kept.bytes.clone();
            let change = catch_unwind(AssertUnwindSafe(|| Change::from_bytes(bytes)))
                .map_err(|_| Blown::Panicked)?
                .map_err(|_| Blown::Refused)?;
            changes.push(change);
        }
        catch_unwind(AssertUnwindSafe(|| self.doc.apply_changes(changes)))
            .map_err(|_| Blown::Panicked)?
            .map_err(|_| Blown::Refused)?;
        let mut heads: std::collections::BTreeSet<ChangeHash> = self.good.hashes().copied().collect();
        for kept in batch {
            for dependency in &kept.dependencies {
                heads.remove(dependency);
            }
            heads.insert(kept.hash);
        }
        let heads: Version = heads.into_iter().collect();
        if version(&self.doc) != heads {
            return Err(Blown::Heads);
        }
        self.applied = end;
        self.good = heads;
        Ok(())
    }

    /// Makes the document again from the changes it had before the batch that blew.
    fn rebuild(&mut self, index: &Index) {
        let bytes: Vec<Vec<u8>> = index.changes().iter().take(self.applied).map(|kept| kept.bytes.clone()).collect();
        let fresh = catch_unwind(AssertUnwindSafe(|| {
            let mut doc = Automerge::new();
            for batch in bytes.chunks(BATCH_MAX) {
                let changes: Vec<Change> =
                    batch.iter().filter_map(|bytes| Change::from_bytes(bytes.clone()).ok()).collect();
                if doc.apply_changes(changes).is_err() {
                    break;
                }
            }
            doc
        }));
        // What was good once is good again, because applying depends on nothing else.
        self.doc = fresh.unwrap_or_default();
    }

    /// Gives up the newest change of the index, which was taken out of it: it was tried out on a whole view.
    pub(crate) fn retract(&mut self, index: &Index) {
        self.blown.set(None);
        if self.applied > index.changes().len() {
            self.applied = index.changes().len();
            self.checked = self.checked.min(self.applied);
            self.good = index.heads().iter().copied().collect();
            self.rebuild(index);
        }
    }

    /// Saves, loads and compares; the saved bytes are returned once they are trusted.
    pub(crate) fn check(&mut self) -> Result<Vec<u8>, Blown> {
        if let Some(blown) = self.blown.get() {
            return Err(blown);
        }
        let doc = &self.doc;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let saved = doc.save();
            let loaded = Automerge::load(&saved).ok()?;
            let same = loaded.get_heads() == doc.get_heads() && loaded.hydrate(None) == doc.hydrate(None);
            same.then_some(saved)
        }));
        match outcome {
            Ok(Some(saved)) => {
                self.checked = self.applied;
                Ok(saved)
            }
            Ok(None) => Err(self.blow(Blown::Reload)),
            Err(_) => Err(self.blow(Blown::Panicked)),
        }
    }

    fn blow(&self, blown: Blown) -> Blown {
        self.blown.set(Some(blown));
        blown
    }

    /// The operations that a list shows at a version, in its order.
    pub(crate) fn list(&self, object: Object, at: &Version) -> Vec<OpId> {
        let Some(list) = object else {
            return Vec::new();
        };
        let id = ObjId::Id(u64::from(list.counter), ActorId::from(list.actor.as_bytes().as_slice()), 0);
        let ids = catch_unwind(AssertUnwindSafe(|| {
            if at == &self.good {
                self.doc.list_range(&id, ..).map(|item| item.id()).collect()
            } else {
                let heads: Vec<automerge::ChangeHash> =
                    at.hashes().map(|hash| automerge::ChangeHash(*hash.as_bytes())).collect();
                self.doc.list_range_at(&id, .., &heads).map(|item| item.id()).collect::<Vec<_>>()
            }
        }));
        let ids = ids.unwrap_or_else(|_| {
            self.blow(Blown::Panicked);
            Vec::new()
        });
        ids.iter().filter_map(operation).collect()
    }

    #[cfg(test)]
    pub(crate) const fn doc(&self) -> &Automerge {
        &self.doc
    }
}

fn operation(id: &ObjId) -> Option<OpId> {
    match id {
        ObjId::Root => None,
        ObjId::Id(counter, actor, _) => Some(OpId {
            counter: u32::try_from(*counter).ok()?,
            actor: Actor::from_bytes(actor.to_bytes().try_into().ok()?),
        }),
    }
}

fn version(doc: &Automerge) -> Version {
    doc.get_heads().iter().map(|hash| ChangeHash::from_bytes(hash.0)).collect()
}
