use crate::event::{AskId, Path};
use libp2p::request_response::{OutboundRequestId, ResponseChannel};
use libp2p::swarm::ConnectionId;
use std::collections::{HashMap, VecDeque};

/// What is going on with one peer.
#[derive(Debug, Default)]
pub(crate) struct Link {
    /// Whether the peer is on the list.
    pub(crate) known: bool,
    /// Whether the caller was told it is connected.
    pub(crate) reported: bool,
    pub(crate) connections: HashMap<ConnectionId, Line>,
    /// Requests that wait for one of those on the way to come back.
    pub(crate) waiting: VecDeque<(AskId, Vec<u8>)>,
    /// Requests on the way.
    pub(crate) flying: HashMap<OutboundRequestId, AskId>,
    /// Requests of the peer not yet answered, or their answers not yet read.
    pub(crate) open: usize,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) path: Path,
    /// Whether this node is closing it; the other side may take its time to notice.
    pub(crate) closing: bool,
}

/// A request of a peer that may still be answered, or whose answer is being read.
pub(crate) struct Open {
    pub(crate) peer: libp2p::PeerId,
    pub(crate) connection: ConnectionId,
    /// Gone once answered.
    pub(crate) channel: Option<ResponseChannel<Vec<u8>>>,
    pub(crate) _held: Option<crate::meter::Reservation>,
}

impl Link {
    /// Returns a connection that is not being closed.
    pub(crate) fn usable(&self) -> Option<&Line> {
        self.connections.values().find(|line| !line.closing)
    }

    /// Returns how many own requests there are to this peer.
    pub(crate) fn asks(&self) -> usize {
        self.waiting.len() + self.flying.len()
    }

    /// Returns whether nothing is left to remember.
    pub(crate) fn is_idle(&self) -> bool {
        !self.known && self.connections.is_empty() && self.asks() == 0 && self.open == 0
    }
}
