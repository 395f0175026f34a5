use thiserror::Error;

/// Says what of a peer was refused, and by which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Refusal {
    /// A request was longer than allowed; nothing of it was read.
    #[error("a request was longer than {most} bytes")]
    RequestTooLong {
        /// The most bytes allowed.
        most: usize,
    },
    /// An answer was longer than allowed; nothing of it was read.
    #[error("an answer was longer than {most} bytes")]
    AnswerTooLong {
        /// The most bytes allowed.
        most: usize,
    },
    /// The peer sent more, or asked for more, than its rate allows, for longer than a request may wait.
    #[error("more requests or bytes a second than a peer is allowed")]
    TooFast,
    /// The peer left more requests waiting than allowed, or held more memory.
    #[error("more requests waiting at once than a peer is allowed")]
    TooManyOpen,
    /// An unknown peer tried to say more than its one frame.
    #[error("an unknown peer may present itself once only")]
    AlreadyPresented,
    /// An unknown peer said nothing in its time, or stayed.
    #[error("an unknown peer's time was over")]
    TimeOver,
    /// An unknown peer could not be heard: too many of them, or too many from one source.
    #[error("too many unknown peers, or too many from one source")]
    TooManyStrangers,
    /// One source started too many handshakes.
    #[error("too many connections from one source")]
    TooManyKnocks,
    /// There are as many connections as allowed.
    #[error("as many connections as allowed")]
    TooManyConnections,
    /// The process holds as much memory as it may.
    #[error("no memory to spare for another connection")]
    TooMuchMemory,
    /// A connection did not get as far as saying who it is.
    #[error("a connection failed before the peer was known")]
    Handshake,
    /// A peer of the list has an address that cannot be read.
    #[error("an address of the peer cannot be read")]
    BadAddress,
    /// More kinds of refusal happened at once than are told apart.
    #[error("more refusals than are told apart")]
    More,
}
