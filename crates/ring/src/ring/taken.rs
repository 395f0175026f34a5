//! What a ring answers when it is offered an act.

use tally_entry::{EditionId, RingId};
use thiserror::Error;

use crate::act::ControlAct;
use crate::act::notice::NoticeError;
use crate::ring::chain::ChainError;
use crate::ring::editions::{DRAFTS, OTHERS};

/// What came of an act that a ring took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What the ring makes of the act itself.
    pub state: ActState,
    /// Acts and drafts that the ring holds now and did not hold before, as it holds them: the one offered, and those
    /// that had come too early for it. To be kept on disk, in this order.
    pub news: Vec<ControlAct>,
    /// Editions that became complete with it, the first one first.
    pub completed: Vec<EditionId>,
}

/// What a ring makes of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActState {
    /// Nothing in it is new.
    Known,
    /// It cannot be checked before something else is held, and waits for that in memory, not to be passed on. The ring
    /// may forget it while it waits; whoever has it offers it again.
    Early,
    /// An edition that lacks signatures: kept apart, decides nothing.
    Draft,
    /// It is held and counts once what it builds on is held too.
    Waiting,
    /// It counts.
    Counts,
}

/// Why a ring does not take an act.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ActRefused {
    /// The act is about another ring.
    #[error("the act is about ring {found}, not ring {expected}")]
    OtherRing {
        /// The ring that was offered the act.
        expected: RingId,
        /// The ring the act names.
        found: RingId,
    },
    /// The act decides about the logs of one audience; the book of that audience keeps it.
    #[error("the act is about the logs of one audience, not about a ring")]
    OfAudience,
    /// This version does not know what such an act does, so it neither obeys nor keeps it.
    #[error("control acts of kind {kind} are not known to this version")]
    UnknownKind {
        /// The number of the kind.
        kind: u64,
    },
    /// The edition has no signature.
    #[error("nobody has signed the edition")]
    Unsigned,
    /// The ring holds as many drafts as it keeps.
    #[error("{DRAFTS} drafts are held already")]
    TooManyDrafts,
    /// The ring holds as many editions agreed without this member as it keeps.
    #[error("{OTHERS} editions that this member did not sign are held already")]
    TooManyEditions,
    /// The member's chain does not take the certificate.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The notice is not the node's.
    #[error(transparent)]
    Notice(#[from] NoticeError),
}
