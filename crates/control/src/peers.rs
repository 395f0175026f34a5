use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;
use crate::sentences::with_sentences;

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

/// Why a partner's node cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Unreachable {
    /// Nobody has said where it is.
    #[error("no address of it is known here")]
    NoAddress,
    /// Somebody else answers at its address.
    #[error("another peer answered at the address")]
    OtherPeer,
    /// No address answers, or the connection ended.
    #[error("{said}")]
    Network {
        /// As the network says it.
        said: String,
    },
}

/// A partner's node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
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
    /// The address in use.
    pub address: Option<String>,
    /// Why none is, where that is known.
    pub why: Option<Unreachable>,
    /// Entries of ours that it is not known to have.
    pub behind: u64,
    /// Entries that it has and we have not.
    pub ahead: u64,
}

with_sentences!(Peer { path: Option<String> = Peer::path });

impl Peer {
    /// The address in use, or why none is, for people.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        self.address.clone().or_else(|| self.why.as_ref().map(ToString::to_string))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_path_for_people_and_why_by_its_code() {
        let peer = Peer {
            member: "Greenwich".into(),
            node: "ab".into(),
            name: "home".into(),
            state: Link::Unreachable,
            last_heard: None,
            address: None,
            why: Some(Unreachable::OtherPeer),
            behind: 1,
            ahead: 0,
        };
        let json = serde_json::to_value(&peer).expect("writes");
        assert_eq!(json["path"], "another peer answered at the address");
        assert_eq!(json["why"]["code"], "other_peer");
        assert_eq!(serde_json::from_value::<Peer>(json).expect("reads"), peer);
    }
}
