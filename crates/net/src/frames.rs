use crate::codec::{FrameCodec, PROTOCOL, Request};
use crate::config::Tap;
use crate::meter::{Meter, Share};
use crate::porch::{Porch, Turned};
use crate::refusal::Refusal;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::request_response as rr;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::Instant;

type Inner = rr::Behaviour<FrameCodec>;

/// What comes of requests and answers.
pub(crate) type FramesEvent = rr::Event<Request, Vec<u8>>;

/// Requests and answers, with each peer's own meter: one request-response behaviour a peer, since
/// libp2p does not tell a codec whose stream it reads.
pub(crate) struct Frames {
    share: Arc<Share>,
    tap: Option<Tap>,
    pub(crate) porch: Porch,
    known: HashSet<PeerId>,
    /// Kept while a peer is known, so that reconnecting does not refill its rate.
    meters: HashMap<PeerId, Arc<Meter>>,
    slots: Vec<Slot>,
    /// The slot asked first at the next poll, so that no peer is served before all others.
    turn: usize,
}

struct Slot {
    peer: PeerId,
    inner: Inner,
    connections: usize,
}

impl Frames {
    pub(crate) fn new(share: Arc<Share>, tap: Option<Tap>) -> Self {
        Self {
            porch: Porch::new(share.limits.clone()),
            share,
            tap,
            known: HashSet::new(),
            meters: HashMap::new(),
            slots: Vec::new(),
            turn: 0,
        }
    }

    /// Replaces the list of those that may talk.
    pub(crate) fn set_known(&mut self, known: HashSet<PeerId>) {
        self.known = known;
        for (peer, meter) in &self.meters {
            meter.set_known(self.known.contains(peer));
        }
        let slots = &self.slots;
        let known = &self.known;
        self.meters.retain(|peer, _| known.contains(peer) || slots.iter().any(|s| s.peer == *peer));
    }

    /// Sends a request over a connection there is, or gives nothing.
    pub(crate) fn ask(&mut self, peer: &PeerId, bytes: Vec<u8>) -> Option<rr::OutboundRequestId> {
        let slot = self.slots.iter_mut().find(|s| s.peer == *peer)?;
        // Without a connection the inner behaviour would dial, which is the dialler's to decide.
        if slot.connections == 0 {
            return None;
        }
        Some(slot.inner.send_request(peer, Request { bytes, held: None }))
    }

    /// Sends an answer; says whether the asker was still waiting.
    pub(crate) fn answer(&mut self, peer: &PeerId, channel: rr::ResponseChannel<Vec<u8>>, bytes: Vec<u8>) -> bool {
        let slot = self.slots.iter_mut().find(|s| s.peer == *peer);
        slot.is_some_and(|slot| slot.inner.send_response(channel, bytes).is_ok())
    }

    fn slot(&mut self, peer: PeerId) -> &mut Slot {
        let at = match self.slots.iter().position(|s| s.peer == peer) {
            Some(at) => at,
            None => {
                let known = self.known.contains(&peer);
                let share = &self.share;
                let meter = self.meters.entry(peer).or_insert_with(|| Arc::new(Meter::new(peer, known, share.clone())));
                let codec = FrameCodec::new(meter.clone(), self.tap.clone());
                let config = rr::Config::default()
                    .with_request_timeout(share.limits.request_time)
                    .with_max_concurrent_streams(share.limits.streams);
                let inner = Inner::with_codec(codec, [(PROTOCOL, rr::ProtocolSupport::Full)], config);
                self.slots.push(Slot { peer, inner, connections: 0 });
                self.slots.len() - 1
            }
        };
        &mut self.slots[at]
    }

    fn route(&mut self, peer: PeerId, event: FromSwarm<'_>) {
        if let Some(slot) = self.slots.iter_mut().find(|s| s.peer == peer) {
            slot.inner.on_swarm_event(event);
        }
    }
}

impl NetworkBehaviour for Frames {
    type ConnectionHandler = THandler<Inner>;
    type ToSwarm = FramesEvent;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        from: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.porch.knock(connection, from, Instant::now()).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        from: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.known.contains(&peer) {
            self.porch.present(connection, from, Instant::now()).map_err(ConnectionDenied::new)?;
        }
        self.slot(peer).inner.handle_established_inbound_connection(connection, peer, local, from)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.known.contains(&peer) {
            // Taken off the list while it was being dialled.
            return Err(ConnectionDenied::new(Turned(Refusal::TooManyStrangers)));
        }
        self.slot(peer).inner.handle_established_outbound_connection(connection, peer, address, role, port)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(established) => {
                self.porch.settled(established.connection_id);
                self.slot(established.peer_id).connections += 1;
            }
            FromSwarm::ConnectionClosed(closed) => {
                self.porch.left(closed.connection_id);
                self.route(closed.peer_id, event);
                let slot = self.slot(closed.peer_id);
                slot.connections = slot.connections.saturating_sub(1);
            }
            FromSwarm::AddressChange(change) => self.route(change.peer_id, event),
            FromSwarm::ListenFailure(failure) => self.porch.left(failure.connection_id),
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, connection: ConnectionId, event: THandlerOutEvent<Self>) {
        if let Some(slot) = self.slots.iter_mut().find(|s| s.peer == peer) {
            slot.inner.on_connection_handler_event(peer, connection, event);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<FramesEvent, THandlerInEvent<Self>>> {
        let count = self.slots.len();
        for step in 0..count {
            let at = (self.turn + step) % count;
            if let Poll::Ready(event) = self.slots[at].inner.poll(cx) {
                self.turn = at + 1;
                return Poll::Ready(event);
            }
        }
        // Every slot has said all it had to say, so those without a connection can go.
        let (known, meters) = (&self.known, &mut self.meters);
        self.slots.retain(|slot| {
            let keep = slot.connections > 0;
            if !keep && !known.contains(&slot.peer) {
                meters.remove(&slot.peer);
            }
            keep
        });
        Poll::Pending
    }
}
