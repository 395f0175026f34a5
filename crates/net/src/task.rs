//! The one task that owns the swarm.

mod connections;
mod listen;
mod requests;

use crate::address;
use crate::config::{AllowedPeer, Config};
use crate::dialler::Dialler;
use crate::event::{AskId, Event, Parting, Token, Unreachable};
use crate::limits::Limits;
use crate::link::{Link, Open};
use crate::meter::Share;
use crate::peer::{Peer, keypair};
use crate::refusal::Refusal;
use crate::start_error::StartError;
use crate::swarm::{self, Behaviour, BehaviourEvent};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use libp2p::request_response::InboundRequestId;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, Swarm};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};

/// How often dials, strangers' time and refusals are looked at.
const TICK: Duration = Duration::from_millis(100);

/// Events that may wait before the network is no longer read. One step may add a few more: at most
/// the requests of one peer that fail together.
const OUTBOX: usize = 32;

/// Refusals told apart between two ticks; a flood from many sources is one kind.
const MOST_REFUSALS: usize = 64;

/// Refusals of the codecs that may wait to be counted; those over it are not.
const REFUSALS: usize = 256;

/// Refusals between two ticks after which a peer that does not stop is disconnected.
const PATIENCE: u32 = 100;

/// What the caller asks for, in order.
#[derive(Debug)]
pub(crate) enum Command {
    Ask { peer: Peer, ask: AskId, frame: Vec<u8> },
    Answer { token: Token, frame: Vec<u8> },
    Disconnect { peer: Peer },
}

/// What the caller wants to hold from now on; only the newest counts, so it needs no queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) known: Arc<Vec<AllowedPeer>>,
    pub(crate) stop: bool,
}

struct Task {
    swarm: Swarm<Behaviour>,
    limits: Limits,
    commands: mpsc::Receiver<Command>,
    wanted: watch::Receiver<Wanted>,
    events: mpsc::Sender<Event>,
    listening: watch::Sender<Vec<String>>,
    refusals: mpsc::Receiver<(PeerId, Refusal)>,
    /// Events on their way to the caller.
    outbox: VecDeque<Event>,
    told: HashMap<(Option<PeerId>, Refusal), u32>,
    /// The list as last taken.
    known: Arc<Vec<AllowedPeer>>,
    links: BTreeMap<PeerId, Link>,
    flying: usize,
    /// The peer last served, so that the next request to leave is another's.
    served: Option<PeerId>,
    open: HashMap<u64, Open>,
    tokens: HashMap<(PeerId, InboundRequestId), u64>,
    next_token: u64,
    dialler: Dialler,
    unreachable: HashMap<PeerId, Unreachable>,
    lookups: FuturesUnordered<BoxFuture<'static, (PeerId, Vec<Multiaddr>)>>,
    tick: Interval,
}

enum Step {
    Sent,
    Gone,
    Wanted,
    Command(Command),
    Refusal(PeerId, Refusal),
    Found(PeerId, Vec<Multiaddr>),
    Tick,
    Swarm(Box<SwarmEvent<BehaviourEvent>>),
}

/// Listens, then starts the task.
pub(crate) async fn start(
    config: Config,
    commands: mpsc::Receiver<Command>,
    wanted: watch::Receiver<Wanted>,
    events: mpsc::Sender<Event>,
    listening: watch::Sender<Vec<String>>,
) -> Result<JoinHandle<()>, StartError> {
    let (refusals_out, refusals) = mpsc::channel(REFUSALS);
    let limits = config.limits.clone();
    let share = Arc::new(Share::new(limits.clone(), refusals_out));
    let key = keypair(&config.seed);
    // The public key differs from node to node, which is all that jitter needs.
    let jitter = Peer::from_id(&key.public().to_peer_id());
    let mut swarm = swarm::build(key, config.quic, share, config.tap)?;
    let addresses = listen::listen(&mut swarm, &config.listen).await?;
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut task = Task {
        swarm,
        commands,
        wanted,
        events,
        listening,
        refusals,
        outbox: VecDeque::new(),
        told: HashMap::new(),
        known: Arc::default(),
        links: BTreeMap::new(),
        flying: 0,
        served: None,
        open: HashMap::new(),
        tokens: HashMap::new(),
        next_token: 0,
        dialler: Dialler::new(jitter.map_or([0; 32], |peer| *peer.as_bytes()), &limits),
        unreachable: HashMap::new(),
        lookups: FuturesUnordered::new(),
        tick,
        limits,
    };
    for address in addresses {
        task.listens(&address);
    }
    Ok(tokio::spawn(task.run()))
}

impl Task {
    async fn run(mut self) {
        loop {
            match self.next().await {
                Step::Sent => {}
                Step::Gone => break,
                Step::Wanted => {
                    if self.take_wanted() {
                        break;
                    }
                }
                Step::Command(command) => {
                    // What was wanted before the command counts before it.
                    if self.wanted.has_changed().unwrap_or(true) && self.take_wanted() {
                        break;
                    }
                    self.command(command);
                }
                Step::Refusal(peer, why) => self.refused(Some(peer), why),
                Step::Found(peer, addresses) => self.dial(peer, addresses),
                Step::Tick => self.on_tick(),
                Step::Swarm(event) => self.on_swarm(*event),
            }
        }
        self.close().await;
    }

    async fn next(&mut self) -> Step {
        let room = self.outbox.len() < OUTBOX;
        tokio::select! {
            changed = self.wanted.changed() => match changed {
                Ok(()) => Step::Wanted,
                Err(_) => Step::Gone,
            },
            permit = self.events.reserve(), if !self.outbox.is_empty() => match permit {
                Ok(permit) => {
                    if let Some(event) = self.outbox.pop_front() {
                        permit.send(event);
                    }
                    Step::Sent
                }
                Err(_) => Step::Gone,
            },
            Some(command) = self.commands.recv(), if room => Step::Command(command),
            Some((peer, why)) = self.refusals.recv() => Step::Refusal(peer, why),
            Some((peer, addresses)) = self.lookups.next(), if !self.lookups.is_empty() => {
                Step::Found(peer, addresses)
            }
            _ = self.tick.tick(), if room => Step::Tick,
            event = self.swarm.select_next_some(), if room => Step::Swarm(Box::new(event)),
        }
    }

    /// Takes what the caller wants; says whether that is the end.
    fn take_wanted(&mut self) -> bool {
        let wanted = self.wanted.borrow_and_update().clone();
        if wanted.stop {
            return true;
        }
        if !Arc::ptr_eq(&wanted.known, &self.known) {
            self.known = wanted.known;
            self.take_list();
        }
        false
    }

    fn take_list(&mut self) {
        let now = Instant::now();
        let list = self.known.clone();
        let mut addresses: BTreeMap<PeerId, Vec<Multiaddr>> = BTreeMap::new();
        let own = *self.swarm.local_peer_id();
        for known in list.iter() {
            let id = known.peer.id();
            if id == own {
                continue;
            }
            let of_peer = addresses.entry(id).or_default();
            for text in &known.addresses {
                match address::of_peer(text, &id) {
                    Some(address) => of_peer.push(address),
                    None => self.refused(Some(id), Refusal::BadAddress),
                }
            }
        }
        let known: HashSet<PeerId> = addresses.keys().copied().collect();
        self.swarm.behaviour_mut().frames.set_known(known.clone());
        self.dialler.retain(|peer| known.contains(peer));
        self.unreachable.retain(|peer, _| known.contains(peer));
        let gone: Vec<PeerId> = self
            .links
            .iter()
            .filter(|(peer, link)| link.known && !known.contains(peer))
            .map(|(peer, _)| *peer)
            .collect();
        for peer in gone {
            self.part(&peer, Parting::Removed);
            if let Some(link) = self.links.get_mut(&peer) {
                link.known = false;
            }
            self.forget_if_idle(&peer);
        }
        for (peer, addresses) in addresses {
            let link = self.links.entry(peer).or_default();
            link.known = true;
            let connected = link.usable().is_some();
            self.dialler.know(peer, addresses, connected, now);
            self.promote(&peer);
        }
        self.dial_due();
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Ask { peer, ask, frame } => self.ask(peer.id(), ask, frame),
            Command::Answer { token, frame } => self.answer(token, frame),
            Command::Disconnect { peer } => self.part(&peer.id(), Parting::Asked),
        }
    }

    fn on_tick(&mut self) {
        self.dial_due();
        self.drop_overdue();
        self.tell_refusals();
    }

    fn dial_due(&mut self) {
        for (peer, addresses) in self.dialler.due(Instant::now()) {
            let quic = |address: &Multiaddr| address::is_quic(address);
            let mut addresses = addresses;
            // QUIC first where both are there: it costs one round trip fewer.
            addresses.sort_by_key(|address| !quic(address));
            self.lookups.push(Box::pin(async move {
                let mut found = Vec::new();
                for address in addresses {
                    found.append(&mut address::resolve(address).await);
                }
                (peer, found)
            }));
        }
    }

    fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
        let now = Instant::now();
        if addresses.is_empty() {
            self.dialler.failed(&peer, now);
            self.not_reached(peer, Unreachable::NoSuchName);
            return;
        }
        let known = self.links.get(&peer).is_some_and(|link| link.known);
        if !known {
            self.dialler.failed(&peer, now);
            return;
        }
        // A new port each time: with the listening port on both ends, two nodes that dial each
        // other at once would meet in one half-open connection and both take it for theirs.
        let options = DialOpts::peer_id(peer).addresses(addresses).allocate_new_port().build();
        if let Err(error) = self.swarm.dial(options) {
            self.dial_failed(peer, &error);
        }
    }

    /// Says that a peer could not be reached, once for each change of the reason.
    fn not_reached(&mut self, peer: PeerId, why: Unreachable) {
        if self.unreachable.insert(peer, why) != Some(why)
            && let Some(peer) = Peer::from_id(&peer)
        {
            self.outbox.push_back(Event::Unreachable { peer, why });
        }
    }

    /// Counts a refusal; it is told at the next tick.
    fn refused(&mut self, peer: Option<PeerId>, why: Refusal) {
        let mut key = (peer, why);
        if !self.told.contains_key(&key) && self.told.len() >= MOST_REFUSALS {
            key = (None, Refusal::More);
        }
        let times = self.told.entry(key).or_insert(0);
        *times = times.saturating_add(1);
    }

    fn tell_refusals(&mut self) {
        for ((peer, why), times) in std::mem::take(&mut self.told) {
            if let Some(id) = peer
                && times >= PATIENCE
            {
                self.part(&id, Parting::Unruly);
            }
            let peer = peer.as_ref().and_then(Peer::from_id);
            self.outbox.push_back(Event::Refused { peer, why, times });
        }
    }

    async fn close(mut self) {
        let peers: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            // An error here says that it is not connected, which is what is wanted.
            let _already = self.swarm.disconnect_peer_id(peer);
        }
        let swarm = &mut self.swarm;
        let closing = async {
            while swarm.connected_peers().next().is_some() {
                swarm.select_next_some().await;
            }
        };
        if timeout(self.limits.stop_time, closing).await.is_err() {
            tracing::debug!("some connections did not close in time");
        }
    }
}
