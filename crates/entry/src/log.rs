use minicbor::{Decode, Encode};

use crate::id::{AudienceId, EntryId, NodeId, RingId};

/// One node's append-only chain of entries for one audience, in one incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct LogId {
    /// Whose record it is part of.
    #[n(0)]
    pub ring: RingId,
    /// Who may hold it.
    #[n(1)]
    pub audience: AudienceId,
    /// The node that writes it.
    #[n(2)]
    pub node: NodeId,
    /// Which of the node's lives this is; the first is 1, a restore opens the next.
    #[n(3)]
    pub incarnation: u32,
}

/// How far a log reaches, with the entry there, so that two logs of equal length are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Position {
    /// Which of the lives of its node.
    #[n(0)]
    pub incarnation: u32,
    /// The sequence of the last entry; the first entry of a log is 1.
    #[n(1)]
    pub sequence: u64,
    /// What stands there: two logs that part differ in it.
    #[n(2)]
    pub entry: EntryId,
}
