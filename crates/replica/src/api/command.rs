use std::collections::BTreeSet;
use std::sync::Arc;

use tally_document::{Edit, Version};
use tally_entry::{DocumentId, EntryId, MemberId, RingId};
use tally_guard::FindingDigest;
use tally_ring::Invitation;

use crate::api::query::{Query, QueryAnswer};
use crate::api::reading::RecordReading;
use crate::api::version_ref::VersionRef;

/// Names a command, so that its reply finds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// The seat in whose name something is written: this member's word, which others take as such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// The seat's id.
    pub seat: String,
    /// Its role.
    pub role: String,
    /// The sector it speaks for.
    pub sector: String,
    /// The areas it speaks for.
    pub areas: Vec<String>,
}

/// What someone on this machine wants of the core.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take an invitation: its edition with the signatures on it and the cards of its members.
    Take(Box<Invitation>),
    /// Tell partners where this node listens.
    Announce(Vec<String>),
    /// Begin a document.
    Create {
        /// The ring.
        ring: RingId,
        /// The members of a narrower audience; none for the whole ring.
        only: Option<BTreeSet<MemberId>>,
        /// The record type.
        kind: String,
        /// Its first words.
        edits: Vec<Edit>,
        /// What the guard finds in it and a seat has answered for, finding by finding.
        overridden: BTreeSet<FindingDigest>,
        /// The seat.
        speaker: Option<Speaker>,
    },
    /// Change a document.
    Edit {
        /// The document.
        document: DocumentId,
        /// What to change.
        edits: Vec<Edit>,
        /// The version that the writer saw; none for the present one.
        base: Option<VersionRef>,
        /// The writer's reason, for the others to read.
        reason: Option<String>,
        /// What the guard finds in it and a seat has answered for, finding by finding.
        overridden: BTreeSet<FindingDigest>,
        /// The seat.
        speaker: Option<Speaker>,
    },
    /// Say a seat's word on a version.
    State {
        /// The document.
        document: DocumentId,
        /// The version; none for the present one.
        version: Option<VersionRef>,
        /// The word.
        word: String,
        /// What the seat adds.
        note: Option<String>,
        /// Under whose delegation, which minute.
        authority: Option<String>,
        /// What the guard finds in it and a seat has answered for, finding by finding.
        overridden: BTreeSet<FindingDigest>,
        /// The seat.
        speaker: Speaker,
    },
    /// Answer a question; nothing changes by it.
    Query(Query),
}

/// What came of a command.
#[derive(Debug)]
pub enum Reply {
    /// The invitation was taken.
    Taken {
        /// Its ring.
        ring: RingId,
    },
    /// Done, with nothing to tell.
    Done,
    /// A document began.
    Created {
        /// The document.
        document: DocumentId,
        /// Its birth.
        entry: EntryId,
        /// Its version.
        version: Version,
        /// The record as it reads now.
        record: Arc<RecordReading>,
    },
    /// A document was changed.
    Edited {
        /// The change.
        entry: EntryId,
        /// The version now.
        version: Version,
        /// Fields in which two versions were joined.
        joined: Vec<String>,
        /// The record as it reads now.
        record: Arc<RecordReading>,
    },
    /// A word was said.
    Stated {
        /// The statement.
        entry: EntryId,
        /// The version it is about.
        version: Version,
        /// The record as it reads now.
        record: Arc<RecordReading>,
    },
    /// What was looked for.
    Answer(Box<QueryAnswer>),
}
