use tally_document::{EditError, UnknownVersion};
use tally_entry::{DocumentId, DraftError, EntryId, MemberId, RingId};
use tally_guard::Stopped;
use tally_ring::ActRefused;

use crate::api::version_ref::VersionRefError;
use crate::counted::verdict::Voided;
use crate::ledger::chained::Unchained;

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
    /// An own change to it waits for changes of others.
    #[error("a change of this member's own to the document waits for others' changes that are not here")]
    AwaitsOwn(DocumentId),
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
