//! How the node is, besides what its core knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tally_control::Unreachable;
use tally_entry::{LogId, NodeId, Time};
use tally_sovereign::Damage;

/// What is known of the connection to a partner's node.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// The address in use.
    pub path: Option<String>,
    /// Why none is.
    pub why: Option<Unreachable>,
    /// When it last said anything in an earlier run, or in this one.
    pub heard: Option<Time>,
}

/// How the node is.
#[derive(Debug, Default)]
pub struct Condition {
    /// Where it listens.
    pub listening: Vec<String>,
    /// What partners are told of it.
    pub announced: Vec<String>,
    /// Why nothing is written, where the disk is low on space.
    pub low_space: Option<String>,
    /// Ranges of the journal that are damaged and not made good.
    pub damage: Vec<Damage>,
    /// Ranges of the local store that are damaged; partners have nothing to put in their place.
    pub local_damage: Vec<Damage>,
    /// Where the damaged bytes of the local store are kept, for people.
    pub local_kept: String,
    /// Facts of the local store that were written once and left no trace but their number.
    pub local_gone: u64,
    /// Whether what was damaged was never in memory in this run, and has to come from partners.
    pub damaged_at_start: bool,
    /// Logs of which the journal lost part, and how far they reached.
    pub short: BTreeMap<LogId, u64>,
    /// Nodes of which a receipt came since the start: what is theirs and not here shows from then on.
    pub receipts: BTreeSet<NodeId>,
    /// Frames that this version cannot read.
    pub unread: Vec<String>,
    /// Partners' nodes.
    pub contacts: BTreeMap<NodeId, Contact>,
    /// Whether what is on disk is an older copy of itself.
    pub older_copy: bool,
    /// Own entries written again after such a start.
    pub rewritten: usize,
    /// When the node started.
    pub started: Time,
}

/// The condition of a node, held by the loop that feeds it and by whoever tells of it.
#[derive(Clone, Debug, Default)]
pub struct SharedCondition(Arc<Mutex<Condition>>);

impl SharedCondition {
    /// Reads or changes it; `look` must not wait for anything.
    pub fn with<T>(&self, look: impl FnOnce(&mut Condition) -> T) -> T {
        // What a panic left behind is facts one by one, each of them still true.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
