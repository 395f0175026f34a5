//! Requests and answers, both ways.

use super::Task;
use crate::codec::{Refused, Request};
use crate::event::{AskFailure, AskId, Event, Token};
use crate::frames::FramesEvent;
use crate::link::Open;
use crate::peer::Peer;
use crate::refusal::Refusal;
use libp2p::PeerId;
use libp2p::request_response::{InboundRequestId, Message, OutboundFailure, ResponseChannel};
use libp2p::swarm::ConnectionId;
use std::ops::Bound;
use std::time::Duration;
use tokio::time::Instant;

/// How long an unknown peer stays after its answer: long enough to be allowed because of it.
const AFTER_ANSWER: Duration = Duration::from_millis(500);

impl Task {
    pub(super) fn on_frames(&mut self, event: FramesEvent) {
        match event {
            FramesEvent::Message { peer, connection_id, message } => match message {
                Message::Request { request_id, request, channel } => {
                    self.asked(peer, connection_id, request_id, request, channel)
                }
                Message::Response { request_id, response } => {
                    if let Some(ask) = self.landed(&peer, request_id) {
                        let frame = response;
                        self.outbox.push_back(Event::Answered { ask, frame });
                    }
                    self.send_waiting();
                }
            },
            FramesEvent::OutboundFailure { peer, request_id, error, .. } => {
                if let Some(ask) = self.landed(&peer, request_id) {
                    let why = of_failure(&error);
                    self.outbox.push_back(Event::AskFailed { ask, why });
                }
                self.send_waiting();
                self.forget_if_idle(&peer);
            }
            FramesEvent::InboundFailure { peer, request_id, .. }
            | FramesEvent::ResponseSent { peer, request_id, .. } => self.done(&peer, request_id),
        }
    }

    fn asked(
        &mut self,
        id: PeerId,
        connection: ConnectionId,
        request: InboundRequestId,
        frame: Request,
        channel: ResponseChannel<Vec<u8>>,
    ) {
        let Some(peer) = Peer::from_id(&id) else {
            return;
        };
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        // A connection this node is closing brings nothing more.
        if link.connections.get(&connection).is_none_or(|line| line.closing) {
            return;
        }
        if link.open >= self.limits.open_per_peer || self.open.len() >= self.limits.open_total {
            self.refused(Some(id), Refusal::TooManyOpen);
            return;
        }
        link.open += 1;
        let token = Token(self.next_token);
        self.next_token += 1;
        self.tokens.insert((id, request), token.0);
        self.open.insert(token.0, Open { peer: id, connection, channel: Some(channel), _held: frame.held });
        let frame = frame.bytes;
        self.outbox.push_back(if link.known {
            Event::Asked { peer, token, frame }
        } else {
            Event::Presented { peer, token, frame }
        });
    }

    pub(super) fn answer(&mut self, token: Token, frame: Vec<u8>) {
        let Some(open) = self.open.get_mut(&token.0) else {
            tracing::debug!(?token, "an answer came too late");
            return;
        };
        let Some(channel) = open.channel.take() else {
            return;
        };
        let (peer, connection) = (open.peer, open.connection);
        let frames = &mut self.swarm.behaviour_mut().frames;
        frames.porch.hurry(connection, Instant::now() + AFTER_ANSWER);
        if !frames.answer(&peer, channel, frame) {
            tracing::debug!(%peer, "the asker no longer waits for its answer");
        }
    }

    /// Takes the end of a peer's request: answered and read, or lost.
    fn done(&mut self, id: &PeerId, request: InboundRequestId) {
        let Some(token) = self.tokens.remove(&(*id, request)) else {
            return;
        };
        self.open.remove(&token);
        if let Some(link) = self.links.get_mut(id) {
            link.open = link.open.saturating_sub(1);
        }
        self.forget_if_idle(id);
    }

    pub(super) fn ask(&mut self, id: PeerId, ask: AskId, frame: Vec<u8>) {
        let why = match self.links.get_mut(&id) {
            Some(link) if link.known && link.usable().is_some() => {
                if link.asks() < self.limits.asks_per_peer {
                    link.waiting.push_back((ask, frame));
                    self.send_waiting();
                    return;
                }
                AskFailure::Busy
            }
            Some(_) | None => AskFailure::NotConnected,
        };
        self.outbox.push_back(Event::AskFailed { ask, why });
    }

    /// Takes a request off those on the way.
    fn landed(&mut self, id: &PeerId, request: libp2p::request_response::OutboundRequestId) -> Option<AskId> {
        let ask = self.links.get_mut(id)?.flying.remove(&request)?;
        self.flying = self.flying.saturating_sub(1);
        Some(ask)
    }

    /// Sends what may leave, one request a peer in turn.
    fn send_waiting(&mut self) {
        while self.flying < self.limits.asks_total {
            let Some(id) = self.next_to_send() else {
                return;
            };
            self.served = Some(id);
            let Some(link) = self.links.get_mut(&id) else {
                return;
            };
            let Some((ask, frame)) = link.waiting.pop_front() else {
                return;
            };
            match self.swarm.behaviour_mut().frames.ask(&id, frame) {
                Some(request) => {
                    link.flying.insert(request, ask);
                    self.flying += 1;
                }
                None => {
                    let why = AskFailure::NotConnected;
                    self.outbox.push_back(Event::AskFailed { ask, why });
                }
            }
        }
    }

    fn next_to_send(&self) -> Option<PeerId> {
        let most = self.limits.asks_flying;
        let ready = |(id, link): (&PeerId, &crate::link::Link)| {
            (!link.waiting.is_empty() && link.flying.len() < most).then_some(*id)
        };
        let after = match self.served {
            Some(served) => (Bound::Excluded(served), Bound::Unbounded),
            None => (Bound::Unbounded, Bound::Unbounded),
        };
        let later = self.links.range(after).find_map(ready);
        later.or_else(|| self.links.iter().find_map(ready))
    }
}

fn of_failure(error: &OutboundFailure) -> AskFailure {
    match error {
        OutboundFailure::DialFailure => AskFailure::NotConnected,
        OutboundFailure::Timeout => AskFailure::TimedOut,
        OutboundFailure::ConnectionClosed => AskFailure::Disconnected,
        OutboundFailure::UnsupportedProtocols => AskFailure::OtherProtocol,
        OutboundFailure::Io(error) => {
            let inner = error.get_ref().and_then(|e| e.downcast_ref::<Refused>());
            match inner {
                Some(Refused(Refusal::AnswerTooLong { most })) => AskFailure::AnswerTooLong { most: *most },
                Some(_) | None => AskFailure::Refused,
            }
        }
    }
}
