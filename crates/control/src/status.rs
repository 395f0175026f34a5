mod wording;

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;
use crate::sentences::with_sentences;

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

/// Something wrong. Its text says what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// The disk is low on space.
    LowSpace {
        /// How low, as the disk says it.
        low: String,
    },
    /// A range of the journal is not what was written.
    JournalDamaged {
        /// The segment.
        segment: u64,
        /// The offset in it.
        offset: u64,
        /// How many bytes.
        bytes: u64,
        /// How many entries were in them.
        entries: u64,
    },
    /// The journal holds what this version cannot read.
    JournalUnread {
        /// What stood against it.
        found: String,
    },
    /// The local store lost something.
    LocalLost {
        /// Places in which it is damaged.
        damaged: u64,
        /// Changes that left no trace.
        gone: u64,
        /// The folder that keeps the damaged bytes, where some were kept.
        kept_in: Option<String>,
    },
    /// The home began as an older copy of itself.
    OlderCopy {
        /// How far it has come.
        since: Recovery,
    },
    /// A draft waits for signatures.
    Unsigned {
        /// The ring's name.
        ring: String,
        /// The number of the edition.
        number: u64,
        /// Names of those who have not signed.
        awaiting: Vec<String>,
        /// Whether this member is among them.
        mine: bool,
    },
    /// A member cannot be reached.
    Unreachable {
        /// Its name.
        member: String,
        /// Entries that it is not known to have.
        behind: u64,
    },
    /// A log forked.
    Forked {
        /// The name of the member whose log it is, where that is known.
        member: Option<String>,
        /// The ring's name.
        ring: String,
        /// The entry after which it did.
        after: u64,
    },
    /// A record is not shown.
    RecordStopped {
        /// Its short reference, or its id.
        record: String,
        /// What stood against it.
        found: String,
    },
    /// Fields of a record have several answers.
    OpenAnswers {
        /// Its short reference, or its id.
        record: String,
        /// The fields.
        fields: Vec<String>,
    },
}

/// How far a home has come that began as an older copy of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Recovery {
    /// No partner is known who could have what was lost.
    NoPartners,
    /// None has been heard from since.
    NobodyHeard,
    /// It is coming.
    Coming {
        /// Entries that are still to come at least; none where it is not known yet.
        entries: u64,
    },
    /// What the partners heard from hold was taken back.
    Back {
        /// Entries that nobody had and that were written again.
        rewritten: u64,
        /// Names of members not heard from yet.
        silent: Vec<String>,
    },
}

with_sentences!(Problem { what: String = ToString::to_string, remedy: String = Problem::remedy });
