use std::collections::BTreeSet;
use std::sync::Arc;

use tally_document::{Edit, EditError, UnknownVersion, Version};
use tally_entry::{DocumentId, DraftError, EntryId, MemberId, RingId};
use tally_guard::{FindingDigest, Stopped};
use tally_ring::{ActRefused, Invitation};

use crate::api::query::{Query, QueryAnswer};
use crate::api::reading::RecordReading;
use crate::api::version_ref::{VersionRef, VersionRefError};
use crate::counted::verdict::Voided;
use crate::ledger::chained::Unchained;

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

/// Why a command was not carried out. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such ring is held here.
    #[error("ring {0} is not known here")]
    UnknownRing(RingId),
    /// The ring's edition is not complete.
    #[error("the ring's edition is not yet signed by everyone it lists")]
    NotComplete,
    /// The edition does not list this member.
    #[error("the edition does not list this member")]
    NotListed,
    /// The edition cannot be taken.
    #[error("the edition cannot be taken")]
    EditionRefused(#[source] ActRefused),
    /// This node takes part in as many rings as it can.
    #[error("this node takes part in as many rings as it can")]
    TooManyRings,
    /// An audience must include this member and have only members of the ring.
    #[error("the audience must include this member, and members of the ring only")]
    Audience,
    /// This member may only read and make statements.
    #[error("this member is an observer of the ring")]
    Observer,
    /// Only the document's home may change it.
    #[error("only {home} may change this document")]
    NotHome {
        /// The home.
        home: MemberId,
    },
    /// No such document is held here.
    #[error("document {0} is not known here")]
    UnknownDocument(DocumentId),
    /// No such entry is held here.
    #[error("entry {0} is not known here")]
    UnknownEntry(EntryId),
    /// The type is not known to this version.
    #[error("records of type {0} are not known to this version")]
    UnknownType(String),
    /// Several of a type's records are not made in a ring.
    #[error("records of type {0} are born local and leave only through the door")]
    BornLocal(String),
    /// The document is stopped here.
    #[error("the document is stopped here")]
    Stopped,
    /// The edit cannot be made.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The version is not held here.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// The beginning of a version is that of none held here, or of several.
    #[error(transparent)]
    VersionRef(#[from] VersionRefError),
    /// The guard found what identifies a person in the record as it would stand, or in what is said beside it.
    #[error(transparent)]
    Guard(#[from] Stopped),
    /// The entry cannot be signed.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A limit of the ring stands against it.
    #[error("a limit of the ring stands against it")]
    Limit(#[source] Unchained),
    /// The own entry did not pass the checks that every partner makes.
    #[error("the entry would be void: {0}")]
    Void(Voided),
}
