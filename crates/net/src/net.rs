use crate::config::{AllowedPeer, Config};
use crate::event::{AskId, Event, Token};
use crate::peer::{Peer, peer_of};
use crate::start_error::StartError;
use crate::task::{self, Command, Wanted};
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// A running network: one task owns every connection, and this talks to it.
///
/// Dropping it stops the network without waiting.
#[derive(Debug)]
pub struct Net {
    peer: Peer,
    request_bytes: usize,
    answer_bytes: usize,
    commands: mpsc::Sender<Command>,
    wanted: watch::Sender<Wanted>,
    listening: watch::Receiver<Vec<String>>,
    task: JoinHandle<()>,
}

/// Says why a command was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// The frame is longer than every node accepts.
    #[error("the frame has {len} bytes; at most {most} are allowed")]
    TooLong {
        /// Bytes of the frame.
        len: usize,
        /// The most bytes allowed.
        most: usize,
    },
    /// As many commands wait as may; take events first, then try again.
    #[error("the network is busy; take its events first")]
    Busy,
    /// The network has stopped.
    #[error("the network has stopped")]
    Stopped,
}

impl Net {
    /// Begins to listen, and returns once every address is known; must be called within a tokio runtime.
    pub async fn start(config: Config) -> Result<(Self, mpsc::Receiver<Event>), StartError> {
        let peer = peer_of(&config.seed);
        let limits = config.limits.clone();
        let (commands, commands_in) = mpsc::channel(limits.commands.max(1));
        let (wanted, wanted_in) = watch::channel(Wanted::default());
        let (events_out, events) = mpsc::channel(limits.events.max(1));
        let (listening_out, listening) = watch::channel(Vec::new());
        let task = task::start(config, commands_in, wanted_in, events_out, listening_out).await?;
        let net = Self {
            peer,
            request_bytes: limits.request_bytes,
            answer_bytes: limits.answer_bytes,
            commands,
            wanted,
            listening,
            task,
        };
        Ok((net, events))
    }

    /// Returns the peer this node is to others.
    pub fn peer(&self) -> Peer {
        self.peer
    }

    /// Replaces the list of peers that may talk: new ones are dialled, missing ones disconnected. Never busy.
    pub fn allow(&self, known: Vec<AllowedPeer>) {
        self.wanted.send_modify(|wanted| wanted.known = Arc::new(known));
    }

    /// Asks a connected peer; ends in exactly one `Answered` or `AskFailed`, unless the network stops first.
    pub fn ask(&self, peer: Peer, ask: AskId, frame: Vec<u8>) -> Result<(), SendError> {
        fits(&frame, self.request_bytes)?;
        self.send(Command::Ask { peer, ask, frame })
    }

    /// Answers a request; an answer to one that is no longer waiting is dropped.
    pub fn answer(&self, token: Token, frame: Vec<u8>) -> Result<(), SendError> {
        fits(&frame, self.answer_bytes)?;
        self.send(Command::Answer { token, frame })
    }

    /// Closes the connections to a peer; one that stays on the list is dialled again after a while.
    pub fn disconnect(&self, peer: Peer) -> Result<(), SendError> {
        self.send(Command::Disconnect { peer })
    }

    /// Returns the addresses the node listens at, with real ports.
    pub fn listening(&self) -> Vec<String> {
        self.listening.borrow().clone()
    }

    /// Returns how many commands wait to be taken.
    pub fn waiting(&self) -> usize {
        self.commands.max_capacity() - self.commands.capacity()
    }

    /// Closes every connection and ends, within `Limits::stop_time`.
    pub async fn stop(self) {
        self.wanted.send_modify(|wanted| wanted.stop = true);
        // An error here is a panic of the task, which has then ended as well.
        let _ended = self.task.await;
    }

    fn send(&self, command: Command) -> Result<(), SendError> {
        self.commands.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SendError::Busy,
            mpsc::error::TrySendError::Closed(_) => SendError::Stopped,
        })
    }
}

fn fits(frame: &[u8], most: usize) -> Result<(), SendError> {
    let len = frame.len();
    if len > most {
        return Err(SendError::TooLong { len, most });
    }
    Ok(())
}
