use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::log_show::Entry;

/// The logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogList {}

impl Ask for LogList {
    const NAME: &'static str = "log_list";
    type Answer = Logs;
}

/// The logs, and their entries by time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logs {
    /// The logs.
    pub logs: Vec<Log>,
    /// Their entries, oldest first.
    pub entries: Vec<Entry>,
}

/// A log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The ring's name.
    pub ring: String,
    /// The audience.
    pub audience: String,
    /// The member's name.
    pub member: Option<String>,
    /// The node.
    pub node: String,
    /// The incarnation.
    pub incarnation: u32,
    /// Entries held.
    pub entries: u64,
    /// The last entry held.
    pub head: Option<String>,
    /// Where it was frozen, if it forked.
    pub frozen_after: Option<u64>,
}
