mod wording;

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;
use crate::peers::Unreachable;
use crate::sentences::with_sentences;

/// Why a member does not have what we have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The member.
    pub member: String,
    /// One record; none for all.
    pub record: Option<String>,
}

impl Ask for Why {
    const NAME: &'static str = "why";
    type Answer = Cause;
}

/// The first cause that holds, of one member. Its text is the cause in a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Cause {
    /// The member's name.
    pub member: String,
    /// What holds.
    #[serde(flatten)]
    pub because: Because,
}

/// What keeps a member from having something, or that nothing does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Because {
    /// It is this member.
    Itself,
    /// The record is local.
    Local,
    /// The member is not among those who may hold the record.
    Outside,
    /// It has confirmed this version.
    Confirmed {
        /// When.
        at: Moment,
    },
    /// The disk here is low on space.
    LowSpace {
        /// How low, as the disk says it.
        low: String,
    },
    /// It has not signed the edition that everybody has to sign first.
    Unsigned {
        /// The ring's name.
        ring: String,
    },
    /// No certificate of a node of its has come.
    NoNode,
    /// None of its nodes can be reached.
    Unreachable {
        /// When one was last heard.
        heard: Option<Moment>,
        /// Why none can be, where it is known.
        why: Option<Unreachable>,
        /// Entries here that it may not have.
        lacks: u64,
    },
    /// Its copy of our log is being compared with ours.
    Comparing,
    /// Its last receipt did not cover all.
    Behind {
        /// When it was last heard.
        heard: Option<Moment>,
        /// By how many entries; none where that is known of the one record alone.
        by: u64,
    },
    /// It has what is not here.
    Ahead {
        /// How many entries.
        by: u64,
    },
    /// It has not said yet that it has the record.
    NotSaid,
    /// It has confirmed everything.
    InStep {
        /// When it was last heard.
        heard: Option<Moment>,
    },
}

with_sentences!(Cause { cause: String = ToString::to_string, remedy: String = Cause::remedy });
