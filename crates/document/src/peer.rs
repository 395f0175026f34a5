//! Plain Automerge, as benchmarks measure us beside it. Not part of a node.

use automerge::sync::{State, SyncDoc};
use automerge::transaction::Transactable as _;
use automerge::{Automerge, AutomergeError, Change, ROOT, ReadDoc as _};

/// One document as Automerge alone would hold it.
#[derive(Clone, Debug)]
pub struct Peer(Automerge);

/// What a sync cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Messages both ways.
    pub messages: u64,
    /// Bytes both ways.
    pub bytes: u64,
}

impl Peer {
    /// Applies changes, unsigned and unjudged, and reads every key at the root; none where Automerge refuses them.
    #[must_use]
    pub fn of(changes: &[Vec<u8>]) -> Option<Self> {
        let changes: Result<Vec<Change>, _> = changes.iter().map(|bytes| Change::try_from(bytes.as_slice())).collect();
        let mut document = Automerge::new();
        document.apply_changes(changes.ok()?).ok()?;
        Some(Self(document))
    }

    /// A new document with a title.
    #[must_use]
    pub fn titled(title: &str) -> Option<Self> {
        let mut peer = Self(Automerge::new());
        peer.retitle(title).then_some(peer)
    }

    /// Changes its title.
    pub fn retitle(&mut self, title: &str) -> bool {
        self.0.transact::<_, _, AutomergeError>(|tx| tx.put(ROOT, "title", title)).is_ok()
    }

    /// How many values a reader of the root sees, each read once.
    #[must_use]
    pub fn values(&self) -> usize {
        self.0.keys(ROOT).filter(|key| matches!(self.0.get(ROOT, key), Ok(Some(_)))).count()
    }

    /// Runs Automerge's sync protocol between two copies that know nothing of each other, until both are quiet.
    pub fn sync(&mut self, other: &mut Self) -> Traffic {
        let (mut ours, mut theirs) = (State::new(), State::new());
        let mut traffic = Traffic::default();
        loop {
            let there = self.0.generate_sync_message(&mut ours);
            let back_before = there.is_some();
            if let Some(message) = there {
                traffic.count(message.clone().encode().len());
                if other.0.receive_sync_message(&mut theirs, message).is_err() {
                    return traffic;
                }
            }
            let back = other.0.generate_sync_message(&mut theirs);
            if let Some(message) = &back {
                traffic.count(message.clone().encode().len());
                if self.0.receive_sync_message(&mut ours, message.clone()).is_err() {
                    return traffic;
                }
            }
            if !back_before && back.is_none() {
                return traffic;
            }
        }
    }
}

impl Traffic {
    fn count(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }

    /// Adds another sync's cost.
    pub const fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }
}
