use std::sync::Arc;

use tally_entry::{
    AudienceId, Body, EditionId, EntryId, Header, NodeId, RUN_BYTES_MAX, RingId, RunError, Verified, VerifyError,
};
use tally_ring::NotAuthor;

/// The most incarnations of a node: each is a life that a restored copy took from it, and a home that was restored so
/// often has another fault. Without a limit one node could give every other endless logs to keep positions of, and
/// with more a document so many heads that no change may name them all (the gate's 64).
pub(crate) const INCARNATIONS_MAX: u32 = 32;

/// An entry that may enter the journal: signed, in its place in its log, by a node that may write in that audience,
/// within the limits of its edition. Only this crate makes one.
#[derive(Clone, Debug)]
pub struct Chained(Arc<Verified>);

impl Chained {
    pub(crate) fn vouch(entry: Verified) -> Self {
        Self(Arc::new(entry))
    }

    /// The entry's id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.0.id()
    }

    /// What it says about itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        self.0.header()
    }

    /// The verified entry.
    #[must_use]
    pub fn entry(&self) -> &Verified {
        &self.0
    }

    pub(crate) fn log_key(&self) -> LogKey {
        (self.header().node, self.header().incarnation)
    }

    pub(crate) fn is_signed(&self) -> bool {
        self.0.signature().is_some()
    }

    /// The entry of an earlier incarnation that this one writes again.
    pub(crate) fn writes_again(&self) -> Option<EntryId> {
        match Body::decode(self.header().kind, self.0.body()?).ok()? {
            Body::Birth(birth) => birth.again,
            Body::Change(change) => change.again,
            Body::Statement(statement) => statement.again,
            Body::Seal(_) => None,
        }
    }
}

/// A ring and one of its audiences.
pub(crate) type AudienceRef = (RingId, AudienceId);

/// A log within one audience: the node and its incarnation.
pub(crate) type LogKey = (NodeId, u32);

/// Why a run of entries is not chained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unchained {
    /// No edition or certificate that we hold lists the node.
    #[error("node {0} is listed by no edition we hold")]
    UnknownNode(NodeId),
    /// The node's member is not of the audience.
    #[error("the node's member is not of this audience")]
    NotOfAudience,
    /// The entry names an edition that we do not hold.
    #[error("edition {0} is not held here yet")]
    UnknownEdition(EditionId),
    /// The entry names an edition older than the entry before it.
    #[error("the entry goes back below the edition of the entry before it")]
    EditionOlder,
    /// The entry is for another audience than the one it was sent in.
    #[error("the entry belongs to another ring or audience")]
    Elsewhere,
    /// The body is missing.
    #[error("the entry came without its body")]
    NoBody,
    /// The log would grow over its limit.
    #[error("the log is full: the edition allows {0} bytes")]
    LogFull(u64),
    /// The log would hold more documents than it may.
    #[error("the log holds as many documents as the edition allows: {0}")]
    TooManyDocuments(u32),
    /// The statement is longer than it may be.
    #[error("the statement is longer than the {0} bytes that the edition allows")]
    StatementTooLong(u32),
    /// The run is too long to be passed on or to stand in a fork proof.
    #[error("a run has at most {RUN_BYTES_MAX} bytes, and this one has {0}")]
    RunTooLong(usize),
    /// The log is of an incarnation that no node opens.
    #[error("a node opens incarnations 1 to {INCARNATIONS_MAX}, and this log is of number {0}")]
    Incarnation(u32),
    /// The run does not hold.
    #[error("the run does not verify")]
    Run(#[from] RunError),
    /// The entry does not hold.
    #[error("the entry does not verify")]
    Entry(#[from] VerifyError),
}

impl From<NotAuthor> for Unchained {
    fn from(error: NotAuthor) -> Self {
        match error {
            NotAuthor::UnknownNode(node) => Self::UnknownNode(node),
            NotAuthor::UnknownEdition(edition) => Self::UnknownEdition(edition),
            NotAuthor::NotOfAudience(_) => Self::NotOfAudience,
        }
    }
}
