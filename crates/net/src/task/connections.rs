//! Connections: who comes, who goes, who is turned away.

use super::Task;
use crate::event::{AskFailure, Event, Parting, Path, Unreachable};
use crate::link::Line;
use crate::peer::Peer;
use crate::porch::Turned;
use crate::refusal::Refusal;
use crate::swarm::BehaviourEvent;
use libp2p::PeerId;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::{ConnectionDenied, ConnectionId, DialError, ListenError, SwarmEvent};
use libp2p::{connection_limits, memory_connection_limits, ping};
use tokio::time::Instant;

impl Task {
    pub(super) fn on_swarm(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Frames(event)) => self.on_frames(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { peer, connection, result: Err(error) }))
                if !matches!(error, ping::Failure::Unsupported) =>
            {
                // A peer that does not speak ping is alive; one that does not answer is not.
                tracing::debug!(%peer, %error, "a peer does not answer pings");
                self.close_line(&peer, connection, Parting::Silent);
            }
            SwarmEvent::Behaviour(_) => {}
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.came(peer_id, connection_id, &endpoint)
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, cause, .. } => {
                tracing::debug!(peer = %peer_id, ?cause, "a connection closed");
                self.went(&peer_id, connection_id);
            }
            SwarmEvent::IncomingConnectionError { peer_id, error, .. } => {
                tracing::debug!(%error, "a connection was not taken");
                let why = match &error {
                    ListenError::Denied { cause } => of_denied(cause),
                    _ => Refusal::Handshake,
                };
                self.refused(peer_id, why);
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => self.dial_failed(peer, &error),
            SwarmEvent::NewListenAddr { address, .. } => self.listens(&address),
            SwarmEvent::ExpiredListenAddr { address, .. } => self.listens_no_more(&address),
            SwarmEvent::ListenerClosed { addresses, .. } => {
                for address in &addresses {
                    self.listens_no_more(address);
                }
            }
            SwarmEvent::ListenerError { error, .. } => {
                tracing::warn!(%error, "a listening address reports an error");
            }
            _ => {}
        }
    }

    fn came(&mut self, id: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint) {
        if Peer::from_id(&id).is_none() {
            self.swarm.close_connection(connection);
            return;
        }
        let path = Path { address: endpoint.get_remote_address().to_string(), dialled: endpoint.is_dialer() };
        let line = Line { path, closing: false };
        let link = self.links.entry(id).or_default();
        link.connections.insert(connection, line);
        self.promote(&id);
    }

    /// Tells of a known peer that is connected, and takes the strangers' time off its connections.
    pub(super) fn promote(&mut self, id: &PeerId) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        if !link.known {
            return;
        }
        for connection in link.connections.keys() {
            self.swarm.behaviour_mut().frames.porch.left(*connection);
        }
        let Some(path) = link.usable().map(|line| line.path.clone()) else {
            return;
        };
        self.dialler.connected(id, Instant::now());
        self.unreachable.remove(id);
        if !link.reported
            && let Some(peer) = Peer::from_id(id)
        {
            link.reported = true;
            self.outbox.push_back(Event::Connected { peer, path });
        }
    }

    fn went(&mut self, id: &PeerId, connection: ConnectionId) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        // A connection this node closed was told of, and counted, when the closing began.
        let line = link.connections.remove(&connection);
        if line.is_some_and(|line| !line.closing) && link.usable().is_none() {
            self.lost(id, Parting::Closed);
        }
        self.forget_if_idle(id);
    }

    /// Tells of the loss of the last connection, and of the requests that went with it.
    fn lost(&mut self, id: &PeerId, why: Parting) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        for (ask, _) in std::mem::take(&mut link.waiting) {
            let why = AskFailure::Disconnected;
            self.outbox.push_back(Event::AskFailed { ask, why });
        }
        if std::mem::take(&mut link.reported)
            && let Some(peer) = Peer::from_id(id)
        {
            self.outbox.push_back(Event::Disconnected { peer, why });
        }
        self.dialler.lost(id, Instant::now());
    }

    /// Closes every connection to a peer. The caller is told at once: a peer that does not read
    /// can drag out the closing, but nothing more is taken from it.
    pub(super) fn part(&mut self, id: &PeerId, why: Parting) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        let mut any = false;
        for (connection, line) in &mut link.connections {
            any |= !line.closing;
            line.closing = true;
            self.swarm.close_connection(*connection);
        }
        if any {
            self.lost(id, why);
        }
    }

    fn close_line(&mut self, id: &PeerId, connection: ConnectionId, why: Parting) {
        self.swarm.close_connection(connection);
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        if let Some(line) = link.connections.get_mut(&connection) {
            line.closing = true;
        }
        if link.usable().is_none() {
            self.lost(id, why);
        }
    }

    /// Drops the unknown peers whose time is over.
    pub(super) fn drop_overdue(&mut self) {
        let overdue = self.swarm.behaviour().frames.porch.overdue(Instant::now());
        for connection in overdue {
            self.swarm.behaviour_mut().frames.porch.left(connection);
            let id = self.links.iter_mut().find_map(|(id, link)| {
                let line = link.connections.get_mut(&connection)?;
                line.closing = true;
                Some(*id)
            });
            if let Some(id) = id {
                self.refused(Some(id), Refusal::TimeOver);
            }
            self.swarm.close_connection(connection);
        }
    }

    pub(super) fn dial_failed(&mut self, id: PeerId, error: &DialError) {
        tracing::debug!(peer = %id, %error, "a dial failed");
        if self.links.get(&id).is_some_and(|link| link.usable().is_some()) {
            self.dialler.connected(&id, Instant::now());
            return;
        }
        self.dialler.failed(&id, Instant::now());
        let why = match error {
            DialError::WrongPeerId { .. } => Unreachable::OtherPeer,
            DialError::Denied { .. } => Unreachable::Full,
            // Said of a peer whose last connection is still closing.
            DialError::DialPeerConditionFalse(_) | DialError::Aborted => return,
            _ => Unreachable::NoAnswer,
        };
        self.not_reached(id, why);
    }

    pub(super) fn forget_if_idle(&mut self, id: &PeerId) {
        if self.links.get(id).is_some_and(|link| link.is_idle()) {
            self.links.remove(id);
        }
    }
}

fn of_denied(cause: &ConnectionDenied) -> Refusal {
    if let Some(Turned(why)) = cause.downcast_ref::<Turned>() {
        return *why;
    }
    if cause.downcast_ref::<memory_connection_limits::MemoryUsageLimitExceeded>().is_some() {
        return Refusal::TooMuchMemory;
    }
    if cause.downcast_ref::<connection_limits::Exceeded>().is_some() {
        return Refusal::TooManyConnections;
    }
    Refusal::Handshake
}
