use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tally_entry::{AudienceId, Digest, LogId, NodeId, RingId, Time};

use crate::api::input::AskId;
use crate::ledger::chained::{AudienceRef, LogKey};
use crate::session::wire::Probe;

/// How often a connected partner is asked whether anything differs although nothing was announced, in milliseconds:
/// an announcement may have been lost, and half a minute is what a person waits before doubting.
pub(crate) const HELLO_EVERY: i64 = 30_000;
/// How soon a question that failed is asked again, in milliseconds: long enough for a restart, short to a person.
pub(crate) const RETRY_AFTER: i64 = 2_000;
/// The least time between two receipts to one partner, in milliseconds (`design.md` 7).
pub(crate) const RECEIPTS_EVERY: i64 = 5_000;
/// The most tasks kept for one partner: each kind once for every audience of the largest foreseen membership.
const TASKS_MAX: usize = 256;

/// What is known about a partner's node in this run. Nothing of it is kept over a restart.
#[derive(Debug, Default)]
pub(crate) struct Partner {
    pub(crate) connected: bool,
    pub(crate) heard: Option<Time>,
    /// The question under way: one at a time, so that a slow partner slows only itself.
    pub(crate) asking: Option<(AskId, Task)>,
    todo: VecDeque<Task>,
    /// What it is known to have, so that it is not sent again.
    pub(crate) known: BTreeMap<AudienceRef, BTreeMap<LogKey, u64>>,
    /// Audiences in which its copy of our own logs was seen to be a beginning of ours, since our start.
    pub(crate) cleared: BTreeSet<AudienceRef>,
    /// The pairs of digests (ours, theirs) that were acted on last: the same pair again would lead to the same again.
    pub(crate) seen: BTreeMap<Compared, (Digest, Digest)>,
    pub(crate) hello_due: Option<Time>,
    pub(crate) receipts_due: Option<Time>,
    /// The moment of the newest receipt sent, by audience and node.
    pub(crate) receipts_sent: BTreeMap<(AudienceRef, NodeId), Time>,
}

/// What two digests were compared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Compared {
    /// The control acts of a ring.
    Acts(RingId),
    /// The positions of an audience, for a hello of our own.
    Positions(RingId, AudienceId),
    /// The fork proofs of an audience whose positions are equal.
    Forks(RingId, AudienceId),
}

/// Something to ask a partner next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Compare.
    Hello,
    /// Fetch the control acts of a ring.
    Acts(RingId),
    /// Fetch entries of an audience.
    Pull(AudienceRef),
    /// Send entries of an audience that it is not known to have.
    New(AudienceRef),
    /// Find where two copies of a log part.
    Trace(LogId, Vec<Probe>),
    /// Send newest receipts.
    Receipts,
}

impl Partner {
    /// Begins a conversation in which nothing that an earlier one compared or told counts.
    pub(super) fn begin(&mut self, hello_due: Time, receipts_due: Time) {
        self.hello_due = Some(hello_due);
        self.seen.clear();
        // A partner that started anew holds no receipts, and without them could not say who has a copy.
        self.receipts_sent.clear();
        self.receipts_due = Some(receipts_due);
    }

    /// Adds a task unless the same one waits already.
    pub(crate) fn add(&mut self, task: Task) {
        if self.connected && self.todo.len() < TASKS_MAX && !self.todo.contains(&task) {
            self.todo.push_back(task);
        }
    }

    pub(crate) fn next(&mut self) -> Option<Task> {
        if self.asking.is_some() || !self.connected {
            return None;
        }
        self.todo.pop_front()
    }

    /// Whether such a task is under way or waits.
    pub(crate) fn has(&self, such: impl Fn(&Task) -> bool) -> bool {
        self.asking.iter().map(|(_, task)| task).chain(&self.todo).any(such)
    }

    /// Forgets what a lost connection makes doubtful; what it was seen to hold stays true.
    pub(crate) fn disconnect(&mut self) {
        self.connected = false;
        self.asking = None;
        self.todo.clear();
        self.hello_due = None;
        self.receipts_due = None;
    }
}
