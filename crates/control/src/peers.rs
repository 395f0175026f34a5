use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// The partners' nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {}

impl Ask for Peers {
    const NAME: &'static str = "peers";
    type Answer = PeerList;
}

/// The partners' nodes, by member and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerList {
    /// One a node.
    pub peers: Vec<Peer>,
}

/// Whether a node can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// An answered hello says so.
    Connected,
    /// Not now.
    Unreachable,
}

impl Link {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Unreachable => "unreachable",
        }
    }
}

/// A partner's node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its member's name.
    pub member: String,
    /// Its id.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Whether it can be reached now.
    pub state: Link,
    /// When it last said anything.
    pub last_heard: Option<Moment>,
    /// The address in use, or why none is.
    pub path: Option<String>,
    /// Entries of ours that it is not known to have.
    pub behind: u64,
    /// Entries that it has and we have not.
    pub ahead: u64,
}
