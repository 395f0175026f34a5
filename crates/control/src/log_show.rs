use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// One entry, by its id or a beginning of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogShow {
    /// The entry.
    pub entry: String,
}

impl Ask for LogShow {
    const NAME: &'static str = "log_show";
    type Answer = Entry;
}

/// What an entry counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It counts.
    Standing,
    /// Something that it depends on is not here yet.
    Waiting,
    /// It counts for nothing.
    Void,
    /// A fork or a restore set it aside.
    Aside,
}

impl Verdict {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Waiting => "waiting",
            Self::Void => "void",
            Self::Aside => "aside",
        }
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub entry: String,
    /// `birth`, `change`, `statement`, `seal` or a number.
    pub kind: String,
    /// The member's name.
    pub member: Option<String>,
    /// The node.
    pub node: String,
    /// The incarnation.
    pub incarnation: u32,
    /// The sequence.
    pub sequence: u64,
    /// The entry before it.
    pub previous: Option<String>,
    /// The edition it was written under.
    pub edition: String,
    /// The document.
    pub document: Option<String>,
    /// The seat.
    pub seat: Option<String>,
    /// When.
    pub at: Moment,
    /// Bytes of its body.
    pub body_bytes: u32,
    /// What it counts for.
    pub verdict: Verdict,
    /// Why it is void.
    pub why: Option<String>,
    /// Whether it carries its own signature here.
    pub signed: bool,
    /// Whether a fork or a restore set it aside.
    pub aside: bool,
}
