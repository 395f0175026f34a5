//! A node under test: a real network on loopback, and the events it told.
#![allow(dead_code, unreachable_pub, reason = "each test file is a crate of its own and uses its own part")]

use std::time::Duration;
use tally_net::{AllowedPeer, AskId, Config, Event, Limits, Net, Peer, Token, peer_of};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a test waits for something that must come.
pub const SOON: Duration = Duration::from_secs(6);

pub struct Node {
    pub net: Net,
    pub events: mpsc::Receiver<Event>,
    /// Events passed over while waiting for another.
    pub passed: Vec<Event>,
}

/// Limits with short waits, and without a rate on handshakes: all nodes share one source here.
pub fn quick() -> Limits {
    Limits {
        dial_first: Duration::from_millis(50),
        dial_last: Duration::from_millis(400),
        knocks_per_second: 1000.0,
        knocks_burst: 1000.0,
        knocks_open: 8,
        strangers_burst: 100.0,
        ..Limits::default()
    }
}

pub fn config(seed: u8) -> Config {
    Config { limits: quick(), ..Config::new([seed; 32], vec!["/ip4/127.0.0.1/tcp/0".to_owned()]) }
}

pub fn peer(seed: u8) -> Peer {
    peer_of(&[seed; 32])
}

/// Starts the node of a seed at a free port.
pub async fn node(seed: u8) -> Node {
    start(config(seed)).await
}

pub async fn start(config: Config) -> Node {
    let (net, events) = Net::start(config).await.expect("the network starts");
    Node { net, events, passed: Vec::new() }
}

/// Starts two nodes that know each other; the second one is dialled.
pub async fn pair() -> (Node, Node) {
    let (mut a, mut b) = (node(1).await, node(2).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(b.net.peer()).await;
    b.connected(a.net.peer()).await;
    (a, b)
}

impl Node {
    /// This node as others may know it.
    pub fn known(&self) -> AllowedPeer {
        AllowedPeer { peer: self.net.peer(), addresses: self.net.listening() }
    }

    /// This node as known to those that cannot dial it.
    pub fn unlisted(&self) -> AllowedPeer {
        AllowedPeer { peer: self.net.peer(), addresses: Vec::new() }
    }

    /// Waits for the first event that `pick` takes, those passed over before included.
    pub async fn until<T>(&mut self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        if let Some(at) = self.passed.iter().position(|event| pick(event).is_some()) {
            return pick(&self.passed.remove(at)).expect("picked a moment ago");
        }
        let waiting = async {
            loop {
                let event = self.events.recv().await.expect("the network runs");
                if let Some(found) = pick(&event) {
                    return found;
                }
                self.passed.push(event);
            }
        };
        match timeout(SOON, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("no {what} came, but {:?}", self.passed),
        }
    }

    /// Takes every event that comes within a time.
    pub async fn during(&mut self, time: Duration) -> Vec<Event> {
        let mut found = Vec::new();
        let until = tokio::time::Instant::now() + time;
        while let Ok(Some(event)) = tokio::time::timeout_at(until, self.events.recv()).await {
            found.push(event);
        }
        found
    }

    pub async fn connected(&mut self, who: Peer) {
        self.until("connection", |event| matches!(event, Event::Connected { peer, .. } if *peer == who).then_some(()))
            .await;
    }

    pub async fn disconnected(&mut self, who: Peer) -> tally_net::Parting {
        self.until("disconnection", |event| match event {
            Event::Disconnected { peer, why } if *peer == who => Some(*why),
            _ => None,
        })
        .await
    }

    pub async fn asked(&mut self) -> (Peer, Token, Vec<u8>) {
        self.until("request", |event| match event {
            Event::Asked { peer, token, frame } => Some((*peer, *token, frame.clone())),
            _ => None,
        })
        .await
    }

    pub async fn presented(&mut self) -> (Peer, Token, Vec<u8>) {
        self.until("presentation", |event| match event {
            Event::Presented { peer, token, frame } => Some((*peer, *token, frame.clone())),
            _ => None,
        })
        .await
    }

    pub async fn outcome(&mut self, id: u64) -> Result<Vec<u8>, tally_net::AskFailure> {
        self.until("outcome", |event| match event {
            Event::Answered { ask, frame } if *ask == AskId(id) => Some(Ok(frame.clone())),
            Event::AskFailed { ask, why } if *ask == AskId(id) => Some(Err(*why)),
            _ => None,
        })
        .await
    }

    pub async fn refused(&mut self) -> (Option<Peer>, tally_net::Refusal) {
        self.until("refusal", |event| match event {
            Event::Refused { peer, why, .. } => Some((*peer, *why)),
            _ => None,
        })
        .await
    }
}
