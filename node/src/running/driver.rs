//! The one loop: events to the core, its effects carried out.

mod tell;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tally_control::{Happening, Unreachable};
use tally_entry::{NodeId, Time};
use tally_net::{AllowedPeer, AskId as NetAsk, Event as NetEvent, Net, Peer, Token as NetToken};
use tally_replica::{AllowedNode, Append, AskId, Command, CommandId, Input, Output, Replica, Reply, Ticket, Token};
use tally_service::{NoReply, SharedCondition};
use tally_store::{Damage, DiskGuard, RealDisk};
use tokio::sync::{mpsc, oneshot};

use super::core::LoopRequest;
use super::journal::{Done, Job, JournalThread};
use super::news::News;
use super::ring_names::{OWN, RingNames};
use super::views::Dirty;
use crate::moment::Clock;

/// Appends that may wait for one write; beyond these no new events are taken, so that memory is bounded.
const WAITING_MAX: usize = 8192;
/// Ready inputs taken in one round: as many as fit in a write that does not keep people waiting.
const ROUND: usize = 256;
/// Questions of partners that wait for our answer; the network gives them up sooner than we forget them.
const TOKENS_MAX: usize = 4096;
/// Bytes that must be free, beyond the reserve, before anything new is taken: a new segment and a full write.
const HEADROOM: u64 = 32 << 20;

/// What the loop runs on.
pub(super) struct Driver {
    pub(super) replica: Replica,
    pub(super) clock: Clock,
    pub(super) net: Net,
    pub(super) guard: DiskGuard<RealDisk>,
    pub(super) shared: SharedCondition,
    pub(super) news: News,
    pub(super) dirty: Dirty,
    journal: JournalThread,
    waiting: Vec<Append>,
    upto: Option<Ticket>,
    writing: bool,
    ring_names: RingNames,
    replies: HashMap<CommandId, oneshot::Sender<Result<Reply, NoReply>>>,
    commands: u64,
    tokens: BTreeMap<u64, NetToken>,
    next_token: u64,
    peers: HashMap<NodeId, Peer>,
    nodes: HashMap<Peer, NodeId>,
    names: HashMap<NodeId, String>,
    wake: Option<Time>,
}

/// Why the loop ended.
pub(super) enum Ended {
    /// Somebody asked for it.
    Stopped,
    /// It must not go on.
    Fatal(String),
}

/// Where events come in.
pub(super) struct LoopInputs {
    pub(super) done: mpsc::Receiver<Done>,
    pub(super) net: mpsc::Receiver<NetEvent>,
    pub(super) requests: mpsc::Receiver<LoopRequest>,
}

impl Driver {
    #[allow(clippy::too_many_arguments, reason = "each is one of the parts that the loop joins, made by the start")]
    pub(super) fn new(
        replica: Replica,
        clock: Clock,
        net: Net,
        guard: DiskGuard<RealDisk>,
        journal: JournalThread,
        shared: SharedCondition,
        news: News,
        dirty: Dirty,
        ring_names: RingNames,
    ) -> Self {
        Self {
            replica,
            clock,
            net,
            guard,
            shared,
            news,
            dirty,
            journal,
            ring_names,
            waiting: Vec::new(),
            upto: None,
            writing: false,
            replies: HashMap::new(),
            commands: 0,
            tokens: BTreeMap::new(),
            next_token: 0,
            peers: HashMap::new(),
            nodes: HashMap::new(),
            names: HashMap::new(),
            wake: None,
        }
    }

    /// Runs until somebody requests it to end, or it must.
    pub(super) async fn run(&mut self, inputs: &mut LoopInputs, stop: impl Future<Output = ()>) -> Ended {
        tokio::pin!(stop);
        loop {
            self.carry_out();
            self.write();
            let room = self.waiting.len() < WAITING_MAX;
            let pause = self.pause();
            tokio::select! {
                biased;
                done = inputs.done.recv() => {
                    if let Some(ended) = self.take_done(done) {
                        return ended;
                    }
                }
                () = &mut stop => return Ended::Stopped,
                event = inputs.net.recv(), if room => {
                    let Some(event) = event else {
                        return Ended::Fatal("the network stopped".to_owned());
                    };
                    self.take_event(event);
                }
                request = inputs.requests.recv(), if room => {
                    if let Some(ended) = request.and_then(|request| self.take_request(request)) {
                        return ended;
                    }
                }
                () = tokio::time::sleep(pause), if self.wake.is_some() => {
                    self.wake = None;
                    self.input(Input::TimerFired);
                }
            }
            // What else is ready joins the same write.
            for _ in 0..ROUND {
                if self.waiting.len() >= WAITING_MAX {
                    break;
                }
                if let Ok(event) = inputs.net.try_recv() {
                    self.take_event(event);
                } else if let Ok(request) = inputs.requests.try_recv() {
                    if let Some(ended) = self.take_request(request) {
                        return ended;
                    }
                } else {
                    break;
                }
                self.carry_out();
            }
        }
    }

    /// Finishes what is on its way to the disk.
    pub(super) async fn flush(&mut self, inputs: &mut LoopInputs, patience: Duration) -> Result<(), String> {
        let finished = async {
            loop {
                self.carry_out();
                self.write();
                if !self.writing && self.waiting.is_empty() {
                    return Ok(());
                }
                let done = inputs.done.recv().await;
                if let Some(Ended::Fatal(why)) = self.take_done(done) {
                    return Err(why);
                }
            }
        };
        let late = || "what waited could not be written in time; nobody was told that it was".to_owned();
        tokio::time::timeout(patience, finished).await.unwrap_or_else(|_| Err(late()))
    }

    /// Ends the network, and closes the journal.
    pub(super) async fn close(self, mut inputs: LoopInputs) {
        let Self { net, journal, .. } = self;
        net.stop().await;
        // The thread may have one thing left to tell; without a listener it ends.
        inputs.done.close();
        // A panic of the thread has ended it as well.
        let _ = tokio::task::spawn_blocking(move || journal.close()).await;
    }

    fn pause(&mut self) -> Duration {
        let now = self.clock.now();
        self.wake.map_or(Duration::ZERO, |wake| Duration::from_millis(wake.since(now)))
    }

    pub(super) fn input(&mut self, input: Input) {
        let now = self.clock.now();
        self.replica.handle(now, input);
    }

    /// Carries out what the core requests.
    pub(super) fn carry_out(&mut self) {
        loop {
            while let Some(output) = self.replica.poll_output() {
                self.carry(output);
            }
            let Some(question) = self.ring_names.question() else {
                return;
            };
            self.input(question);
        }
    }

    pub(super) fn carry(&mut self, output: Output) {
        match output {
            Output::Append { ticket, item } => {
                self.ring_names.note(&item);
                self.waiting.push(item);
                self.upto = Some(ticket);
            }
            Output::Ask { partner, ask, frame } => {
                let sent =
                    self.peers.get(&partner).is_some_and(|peer| self.net.ask(*peer, NetAsk(ask.0), frame).is_ok());
                if !sent {
                    self.input(Input::AskFailed { ask });
                }
            }
            Output::Answer { token, frame } => {
                if let Some(token) = self.tokens.remove(&token.0)
                    && let Err(error) = self.net.answer(token, frame)
                {
                    tracing::warn!(%error, "an answer was not sent");
                }
            }
            Output::Allow(known) => self.allow(known),
            Output::Reply { id: OWN, result } => {
                if result.is_ok_and(|reply| self.ring_names.tell(*reply)) {
                    self.dirty.touch_all();
                }
            }
            Output::Reply { id, result } => {
                if let Some(answer) = self.replies.remove(&id) {
                    // Whoever asked may have gone; what was written stays.
                    let _ = answer.send(result.map(|reply| *reply).map_err(NoReply::Refused));
                }
            }
            Output::Tell(event) => self.tell(event),
            Output::WakeAt(at) => self.wake = Some(at),
        }
    }

    fn write(&mut self) {
        if self.writing || self.waiting.is_empty() {
            return;
        }
        if let Some(upto) = self.upto.take() {
            let items = std::mem::take(&mut self.waiting);
            // One write at a time and a free place for it, so it is taken; where not, the thread has ended and says so.
            self.writing = self.journal.give(Job::Append(items, upto));
        }
    }

    fn take_done(&mut self, done: Option<Done>) -> Option<Ended> {
        match done {
            Some(Done::Appended(upto)) => {
                self.writing = false;
                self.set_low_space(None);
                self.input(Input::Appended { upto });
            }
            Some(Done::LowSpace(why)) => self.set_low_space(Some(why)),
            Some(Done::MadeGood(damage, written)) => self.made_good(damage, written),
            Some(Done::Fatal(why)) => return Some(Ended::Fatal(why)),
            None => return Some(Ended::Fatal("the journal's thread ended".to_owned())),
        }
        None
    }

    fn made_good(&mut self, good: Vec<Damage>, written: usize) {
        let at = self.clock.now();
        self.shared.with(|shared| {
            shared.damage.retain(|damage| !good.iter().any(|done| done.place() == damage.place()));
            if shared.damage.is_empty() {
                shared.short.clear();
                shared.damaged_at_start = false;
            }
        });
        for damage in good {
            let about = [
                ("segment", damage.segment.to_string()),
                ("offset", damage.offset.to_string()),
                ("written", written.to_string()),
            ];
            self.news.tell(at, Happening::DamageMadeGood, about);
        }
    }

    fn take_request(&mut self, request: LoopRequest) -> Option<Ended> {
        match request {
            LoopRequest::Command(command, answer) => {
                let writes = !matches!(*command, Command::Query(_));
                if writes && let Some(why) = self.low_space() {
                    let _ = answer.send(Err(NoReply::LowSpace(why)));
                    return None;
                }
                self.commands += 1;
                let id = CommandId(self.commands);
                self.replies.insert(id, answer);
                self.input(Input::Commanded { id, command });
            }
            LoopRequest::Reread(answer) => {
                // Without room the asker's end closes, and it says that the journal is busy.
                let _ = self.journal.give_aside(Job::Reread(answer));
            }
            LoopRequest::MakeGood => {
                // Where the thread has no room now, whoever asked asks again.
                let _ = self.journal.give_aside(Job::MakeGood(self.replica.holdings()));
            }
            LoopRequest::Broken(why) => return Some(Ended::Fatal(why)),
        }
        None
    }

    fn take_event(&mut self, event: NetEvent) {
        let at = self.clock.now();
        match event {
            NetEvent::Listening { address } => self.shared.with(|shared| {
                if !shared.listening.contains(&address) {
                    shared.listening.push(address);
                }
            }),
            NetEvent::Connected { peer, path } => {
                let Some(node) = self.nodes.get(&peer).copied() else {
                    return;
                };
                self.shared.with(|shared| {
                    let contact = shared.contacts.entry(node).or_default();
                    // Who answers there is known; where is what people ask.
                    contact.path = Some(path.address.split("/p2p/").next().unwrap_or_default().to_owned());
                    contact.why = None;
                    contact.heard = Some(at);
                });
                self.news.tell(at, Happening::Connected, self.whose(node));
                self.input(Input::Connected { partner: node });
            }
            NetEvent::Disconnected { peer, why } => {
                let Some(node) = self.nodes.get(&peer).copied() else {
                    return;
                };
                self.lost(node, Unreachable::Network { said: why.to_string() });
                self.news.tell(at, Happening::Disconnected, self.whose(node).chain([("why", why.to_string())]));
                self.input(Input::Disconnected { partner: node });
            }
            NetEvent::Unreachable { peer, why } => {
                if let Some(node) = self.nodes.get(&peer).copied() {
                    let why = match why {
                        tally_net::Unreachable::OtherPeer => Unreachable::OtherPeer,
                        other => Unreachable::Network { said: other.to_string() },
                    };
                    self.lost(node, why);
                }
            }
            NetEvent::Asked { peer, token, frame } => self.asked(peer, token, frame),
            NetEvent::Answered { ask, frame } => {
                let ask = AskId(ask.0);
                // What is not taken for want of space is asked again, and nothing is lost.
                if self.low_space().is_some() {
                    self.input(Input::AskFailed { ask });
                } else {
                    self.input(Input::Answered { ask, frame });
                }
            }
            NetEvent::AskFailed { ask, why } => {
                tracing::debug!(%why, "a question failed");
                self.input(Input::AskFailed { ask: AskId(ask.0) });
            }
            NetEvent::Presented { peer, .. } => tracing::debug!(%peer, "a stranger presented itself"),
            NetEvent::Refused { peer, why, times } => {
                let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
                tracing::warn!(peer, %why, times, "refused by the network's limits");
            }
        }
    }

    fn asked(&mut self, peer: Peer, token: NetToken, frame: Vec<u8>) {
        let Some(node) = self.nodes.get(&peer).copied() else {
            return;
        };
        let at = self.clock.now();
        self.shared.with(|shared| shared.contacts.entry(node).or_default().heard = Some(at));
        // A question may carry entries: without space it stays unanswered, and the partner asks again.
        if self.low_space().is_some() {
            return;
        }
        while self.tokens.len() >= TOKENS_MAX {
            self.tokens.pop_first();
        }
        self.next_token += 1;
        self.tokens.insert(self.next_token, token);
        self.input(Input::Asked { partner: node, token: Token(self.next_token), frame });
    }

    fn lost(&self, node: NodeId, why: Unreachable) {
        self.shared.with(|shared| {
            let contact = shared.contacts.entry(node).or_default();
            contact.path = None;
            contact.why = Some(why);
        });
    }

    fn allow(&mut self, known: Vec<AllowedNode>) {
        self.peers.clear();
        self.nodes.clear();
        self.names.clear();
        let mut wanted = Vec::with_capacity(known.len());
        for one in known {
            let peer = Peer::from_bytes(*one.transport.as_bytes());
            self.peers.insert(one.node, peer);
            self.nodes.insert(peer, one.node);
            self.names.insert(one.node, one.member);
            if one.addresses.is_empty() {
                self.shared.with(|shared| {
                    let contact = shared.contacts.entry(one.node).or_default();
                    contact.why.get_or_insert(Unreachable::NoAddress);
                });
            }
            wanted.push(AllowedPeer { peer, addresses: one.addresses });
        }
        self.net.allow(wanted);
    }

    /// Why nothing new is taken, where the disk is low on space.
    fn low_space(&mut self) -> Option<String> {
        if self.writing && self.shared.with(|shared| shared.low_space.is_some()) {
            return self.shared.with(|shared| shared.low_space.clone());
        }
        let why = self.guard.check(HEADROOM).err().map(|error| error.to_string());
        self.set_low_space(why.clone());
        why
    }

    fn set_low_space(&mut self, why: Option<String>) {
        let before = self.shared.with(|shared| std::mem::replace(&mut shared.low_space, why.clone()));
        let at = self.clock.now();
        match (before.is_some(), why) {
            (false, Some(_)) => self.news.tell(at, Happening::LowSpace, []),
            (true, None) => self.news.tell(at, Happening::SpaceAgain, []),
            _ => {}
        }
    }
}
