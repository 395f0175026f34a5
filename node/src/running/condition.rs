//! How the node is, besides what its core knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tally_entry::{LogId, NodeId, Time};
use tally_store::Damage;

/// What is known of the connection to a partner's node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contact {
    /// The address in use.
    pub(crate) path: Option<String>,
    /// Why none is.
    pub(crate) why: Option<String>,
    /// When it last said anything in an earlier run, or in this one.
    pub(crate) heard: Option<Time>,
}

/// How the node is.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// Where it listens.
    pub(crate) listening: Vec<String>,
    /// What partners are told of it.
    pub(crate) announced: Vec<String>,
    /// Whether it was cut off by a command.
    pub(crate) cut: bool,
    /// Why nothing is written, where the disk is low on space.
    pub(crate) low_space: Option<String>,
    /// Ranges of the journal that are damaged and not made good.
    pub(crate) damage: Vec<Damage>,
    /// Ranges of the local store that are damaged; partners have nothing to put in their place.
    pub(crate) local_damage: Vec<Damage>,
    /// Facts of the local store that were written once and left no trace but their number.
    pub(crate) local_gone: u64,
    /// Whether what was damaged was never in memory in this run, and has to come from partners.
    pub(crate) damaged_at_start: bool,
    /// Logs of which the journal lost part, and how far they reached.
    pub(crate) short: BTreeMap<LogId, u64>,
    /// Nodes of which a receipt came since the start: what is theirs and not here shows from then on.
    pub(crate) receipts: BTreeSet<NodeId>,
    /// Frames that this version cannot read.
    pub(crate) unread: Vec<String>,
    /// Partners' nodes.
    pub(crate) contacts: BTreeMap<NodeId, Contact>,
    /// Whether what is on disk is an older copy of itself.
    pub(crate) older_copy: bool,
    /// Own entries written again after such a start.
    pub(crate) rewritten: usize,
    /// When the node started.
    pub(crate) started: Time,
}

/// The same, for all who need it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Condition>>);

impl Shared {
    /// Reads or changes it; `look` must not wait for anything.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Condition) -> T) -> T {
        // What a panic left behind is facts one by one, each of them still true.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
