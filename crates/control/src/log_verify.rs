mod wording;

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::sentences::with_sentences;

/// Check everything held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogVerify {}

impl Ask for LogVerify {
    const NAME: &'static str = "log_verify";
    type Answer = Verified;
}

/// What a check of everything found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Verified {
    /// Entries checked.
    pub entries: u64,
    /// Logs checked.
    pub logs: u64,
    /// What does not hold.
    pub faults: Vec<Fault>,
    /// How long it took.
    pub seconds: f64,
}

with_sentences!(Verified { failures: Vec<String> = Verified::failures });

/// Something that does not hold. Its text says what, with its place and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The journal ends before what is known to have been acknowledged.
    CutShort {
        /// Up to where it was.
        acknowledged: Place,
        /// Entries and acts that are gone.
        gone: u64,
    },
    /// The journal is empty, and something was acknowledged.
    AllGone {
        /// Up to where it was.
        acknowledged: Place,
        /// Entries and acts that are gone.
        gone: u64,
    },
    /// The journal is not the one that was acknowledged.
    OtherJournal {
        /// Up to where it was.
        acknowledged: Place,
        /// Entries and acts that were acknowledged.
        frames: u64,
    },
    /// Bytes are not what was written.
    Damaged {
        /// Where they begin.
        place: Place,
        /// How many.
        bytes: u64,
        /// Entries or acts that are lost there.
        entries: u64,
    },
    /// What stands there says nothing to this version.
    Unread {
        /// Where.
        place: Place,
        /// What stood against it.
        found: String,
    },
    /// An entry does not hold in its place.
    Entry {
        /// Where it is.
        place: Place,
        /// Which one.
        entry: String,
        /// Its place in its log.
        sequence: u64,
        /// The node that wrote it.
        node: String,
        /// Why.
        why: EntryFault,
    },
    /// The running node holds an entry that the disk does not.
    NotOnDisk {
        /// Which one.
        entry: String,
    },
    /// The running node has another verdict on an entry than the disk.
    JudgedOtherwise {
        /// Which one.
        entry: String,
    },
}

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The number of the segment.
    pub segment: u64,
    /// The offset in bytes within it.
    pub offset: u64,
}

/// Why an entry does not hold in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum EntryFault {
    /// Its log has a gap before it.
    Gap,
    /// It is chained to another entry than the one before it.
    NotChained,
    /// Nothing says which key its node signs with.
    NoCertificate,
    /// Nothing says who was a member when it was written.
    NoEdition,
    /// Nothing says who may hold it.
    NoAudience,
    /// Its member may not write there.
    NotAMember,
    /// A signature does not hold for it.
    Signature {
        /// Which check failed.
        found: String,
    },
    /// No signature vouches for it.
    Unsigned,
}
