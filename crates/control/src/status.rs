use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// How the node is: the verdict, and each problem with its remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {}

impl Ask for Status {
    const NAME: &'static str = "status";
    type Answer = NodeStatus;
}

/// Whether anything needs a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Nothing does.
    #[default]
    Ok,
    /// Each problem says what.
    NeedsAttention,
}

impl Health {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NeedsAttention => "needs_attention",
        }
    }
}

/// How a node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// Whether anything needs a person.
    pub verdict: Health,
    /// What is wrong, each with its remedy.
    pub problems: Vec<Problem>,
    /// This member's name.
    pub member: String,
    /// Other members with a node that can be reached now.
    pub members_connected: u64,
    /// Other members.
    pub members_total: u64,
    /// Records of which some member is not known to have all we have.
    pub records_behind: u64,
    /// Entries that wait for something not yet here.
    pub waiting: u64,
    /// When the last backup was made.
    pub last_backup: Option<Moment>,
}

/// Something wrong, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What to do next.
    pub remedy: String,
}
