use crate::peer::Peer;
use crate::refusal::Refusal;
use thiserror::Error;

/// The caller's number for one of its requests; comes back with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u64);

/// Stands for a request that may be answered once, within `Limits::request_time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub(crate) u64);

/// How a peer is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The multiaddress of the other end.
    pub address: String,
    /// Whether this node dialled.
    pub dialled: bool,
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Parting {
    /// The other side closed it, or the line broke.
    #[error("the other side closed the connection or the line broke")]
    Closed,
    /// The other side no longer answered pings.
    #[error("the other side fell silent")]
    Silent,
    /// The caller asked for it.
    #[error("disconnected by this node")]
    Asked,
    /// The peer went on although it was refused again and again.
    #[error("the peer did not keep to its limits")]
    Unruly,
    /// The peer is no longer on the list.
    #[error("the peer was taken off the list")]
    Removed,
}

/// Why a request brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AskFailure {
    /// The peer is not connected.
    #[error("the peer is not connected")]
    NotConnected,
    /// The connection ended first; the peer may or may not have taken the request.
    #[error("the connection ended before the answer")]
    Disconnected,
    /// No answer in time; the peer may or may not have taken the request.
    #[error("no answer in time")]
    TimedOut,
    /// The peer closed the stream: it refused the request, or did not answer it.
    #[error("the peer refused the request or did not answer it")]
    Refused,
    /// The answer was longer than allowed.
    #[error("the answer is longer than {most} bytes")]
    AnswerTooLong {
        /// The most bytes allowed.
        most: usize,
    },
    /// The peer does not speak this protocol.
    #[error("the peer does not speak this protocol")]
    OtherProtocol,
    /// Too many requests to this peer are waiting.
    #[error("too many requests to this peer are waiting")]
    Busy,
}

/// Why a known peer could not be reached by dialling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreachable {
    /// No address answered.
    #[error("no address of the peer answered")]
    NoAnswer,
    /// No name among its addresses could be looked up.
    #[error("no name among the addresses could be looked up")]
    NoSuchName,
    /// Somebody else answered there: an old address, or an impostor.
    #[error("another peer answered at the address")]
    OtherPeer,
    /// This node has as many connections, or as much memory in use, as it may.
    #[error("as many connections or as much memory as allowed")]
    Full,
}

/// What happened on the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The node listens at this multiaddress, with the real port.
    Listening {
        /// The address.
        address: String,
    },
    /// A known peer is connected; said once, however many connections there are.
    Connected {
        /// The peer.
        peer: Peer,
        /// Its first connection.
        path: Path,
    },
    /// The last connection to a known peer ended.
    Disconnected {
        /// The peer.
        peer: Peer,
        /// Who ended it, or what did.
        why: Parting,
    },
    /// A known peer could not be dialled; it is tried again. Said when the reason changes.
    Unreachable {
        /// The peer.
        peer: Peer,
        /// What the last attempt met.
        why: Unreachable,
    },
    /// A known peer asks.
    Asked {
        /// The peer.
        peer: Peer,
        /// To answer with.
        token: Token,
        /// What it asks.
        frame: Vec<u8>,
    },
    /// A request was answered.
    Answered {
        /// The request.
        ask: AskId,
        /// The answer.
        frame: Vec<u8>,
    },
    /// A request was not answered and will not be.
    AskFailed {
        /// The request.
        ask: AskId,
        /// What is known; after a time-out the peer may still have acted.
        why: AskFailure,
    },
    /// A peer that is not on the list presents itself; it is dropped unless it is allowed in its time.
    Presented {
        /// The peer.
        peer: Peer,
        /// To answer with, once.
        token: Token,
        /// The one frame, of at most `Limits::presented_bytes`.
        frame: Vec<u8>,
    },
    /// Something was refused; the same refusals within a tenth of a second are said once.
    Refused {
        /// Whose, where that is known.
        peer: Option<Peer>,
        /// What and why.
        why: Refusal,
        /// How often.
        times: u32,
    },
}
