use tally_entry::NodeId;
use tally_ring::{ActRefused, ForkError};

use crate::ledger::chained::INCARNATIONS_MAX;

/// Why a control act that a partner sent is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActNotTaken {
    /// The ring refuses it, or this version does not know what it does to a log.
    #[error(transparent)]
    Refused(#[from] ActRefused),
    /// It is not about the logs of the audience in which it was sent, or that audience is not held here.
    #[error("the act belongs to another ring or audience")]
    Elsewhere,
    /// It is about a log of an incarnation that no node opens.
    #[error("a node opens incarnations 1 to {INCARNATIONS_MAX}, and the act is about number {0}")]
    Incarnation(u32),
    /// It is about a log of a node that no certificate held names.
    #[error("no certificate held names node {0} for a member of the ring")]
    UnknownNode(NodeId),
    /// It proves no fork.
    #[error("the fork proof is not valid")]
    Fork(#[from] ForkError),
}
