//! Three boroughs in memory that share a ring, each with its service.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use tally_control::{Ask, Made, RecordNew, RecordSet, RecordShow, Refusal, SeatAdd};
use tally_entry::{DocumentId, MemberId, NodeId, RingId, SigningKey, Time};
use tally_home::{Reread, look};
use tally_replica::{
    AskId, Command, CommandId, Event, Identity, Input, Output, Query, QueryAnswer, RecordReading, Refused, Replica,
    Reply, RingReading, Stored, Token,
};
use tally_ring::{
    Card, CardContent, Certificate, Edition, Invitation, Limits, Listed, NodeName, NodeOffer, RootMemory,
    SignedEdition, Standing, next_root_commitment, ring_id,
};
use tally_service::{
    Answers, Asker, Core, Filter, Named, Names, NoReply, Page, Papers, Parts, Service, SharedCondition, Views, row,
};
use tally_sovereign::{Sovereign, SovereignKey};
use tally_store::{GuardLimits, JournalConfig, MemoryViews, Place, SimDisk};
use tokio::sync::watch;

pub(crate) const RING: &str = "Tri-borough programme";
pub(crate) const BEXLEY: usize = 0;
pub(crate) const GREENWICH: usize = 1;
pub(crate) const LEWISHAM: usize = 2;
const NAMES: [&str; 3] = ["Bexley", "Greenwich", "Lewisham"];
/// Rows of a page: few, so that every list of three goes over the end of one.
const PAGE: usize = 2;

/// 1 September 2019.
pub(crate) fn start() -> Time {
    Time(1_567_296_000_000)
}

struct Borough {
    root: SigningKey,
    key: [u8; 32],
    card: Card,
}

fn borough(number: u8) -> Borough {
    let root = SigningKey::from_seed([number; 32]);
    let key = [number + 100; 32];
    let transport = SigningKey::from_seed([number + 200; 32]);
    let recipient = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
    let member = MemberId::of(&root.public());
    let offer =
        NodeOffer::sign(member, &SigningKey::from_seed(key), &transport, recipient, NodeName::new("first").unwrap());
    let content = CardContent {
        name: NAMES[usize::from(number) - 1].into(),
        codes: vec![format!("E0900000{number}")],
        root: root.public(),
        next_root: next_root_commitment(&SigningKey::from_seed([number + 50; 32]).public()),
        certificate: Certificate::first(offer, &root).unwrap(),
        newest: 1,
        addresses: vec!["/ip4/127.0.0.1/tcp/1".into()],
    };
    let card = Card::sign(content.cleared().unwrap(), &root).unwrap();
    Borough { root, key, card }
}

/// The invitation to the ring, signed by so many of the boroughs.
pub(crate) fn invitation(signers: usize) -> Invitation {
    let boroughs: Vec<Borough> = (1..=3).map(borough).collect();
    let founder = boroughs[0].card.member();
    let edition = Edition {
        ring: ring_id(founder, &[7; 16]),
        founder,
        nonce: [7; 16],
        parent: None,
        number: 1,
        name: RING.into(),
        purpose: "shared priorities".into(),
        handling: "official".into(),
        retention: "ring".into(),
        members: boroughs.iter().map(|one| Listed::from_card(&one.card, Standing::Full, vec![])).collect(),
        sectors: vec![],
        limits: Limits { text_words: 1_000, ..Limits::default() },
        rules: 1,
        instead_of: vec![],
    }
    .in_order();
    let mut signed = SignedEdition::draft(edition.cleared().unwrap()).unwrap();
    for borough in boroughs.iter().take(signers) {
        signed.sign(&borough.root, &mut RootMemory::default()).unwrap();
    }
    Invitation::new(signed, None, boroughs.iter().map(|one| one.card.clone())).unwrap()
}

/// The cores of the three, their journals, and frames that arrive at once where they are connected.
pub(crate) struct Cores {
    nodes: Vec<Replica>,
    journals: Vec<Vec<(u8, Vec<u8>)>>,
    names: Vec<watch::Sender<Arc<Names>>>,
    links: BTreeSet<(usize, usize)>,
    asked: BTreeMap<u64, (usize, AskId)>,
    replies: BTreeMap<u64, Result<Box<Reply>, Box<Refused>>>,
    tokens: u64,
    commands: u64,
    now: Time,
    trips: [usize; 3],
    /// What each node told of its documents: how they read now, or only that they read otherwise.
    rows: [BTreeMap<DocumentId, Option<Arc<RecordReading>>>; 3],
    gave_up: Vec<String>,
}

impl Cores {
    fn command(&mut self, at: usize, command: Command) -> Result<Reply, NoReply> {
        self.now = self.now.plus(1);
        self.trips[at] += 1;
        self.commands += 1;
        let id = self.commands;
        self.nodes[at].handle(self.now, Input::Commanded { id: CommandId(id), command: Box::new(command) });
        self.settle();
        self.replies.remove(&id).unwrap().map(|reply| *reply).map_err(NoReply::Refused)
    }

    fn settle(&mut self) {
        while (0..self.nodes.len()).any(|at| self.step(at)) {}
        for at in 0..self.nodes.len() {
            let Some(QueryAnswer::Rings(rings)) = look(&mut self.nodes[at], self.now, Query::Rings) else { panic!() };
            self.names[at].send_modify(|names| Arc::make_mut(names).rings = rings);
        }
    }

    fn step(&mut self, at: usize) -> bool {
        let outputs: VecDeque<Output> = std::iter::from_fn(|| self.nodes[at].poll_output()).collect();
        let some = !outputs.is_empty();
        let mut last = None;
        for output in outputs {
            match output {
                Output::Append { ticket, item } => {
                    self.journals[at].push(item.encode());
                    last = Some(ticket);
                }
                Output::Ask { partner, ask, frame } => {
                    let to = self.nodes.iter().position(|node| node.node() == partner).unwrap();
                    if self.links.contains(&(at.min(to), at.max(to))) {
                        self.tokens += 1;
                        self.asked.insert(self.tokens, (at, ask));
                        let (partner, token) = (self.nodes[at].node(), Token(self.tokens));
                        self.nodes[to].handle(self.now, Input::Asked { partner, token, frame });
                    } else {
                        self.nodes[at].handle(self.now, Input::AskFailed { ask });
                    }
                }
                Output::Answer { token, frame } => {
                    if let Some((to, ask)) = self.asked.remove(&token.0) {
                        self.nodes[to].handle(self.now, Input::Answered { ask, frame });
                    }
                }
                Output::Reply { id, result } => {
                    self.replies.insert(id.0, result);
                }
                Output::Tell(Event::DocumentChanged { document, record, .. }) => {
                    self.rows[at].insert(document, record);
                }
                Output::Tell(_) | Output::Allow(_) | Output::WakeAt(_) => {}
            }
        }
        if let Some(upto) = last {
            self.nodes[at].handle(self.now, Input::Appended { upto });
        }
        some
    }
}

/// The cores, shared by their services.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<Cores>>);

impl World {
    /// Three boroughs, connected, all of which have taken the ring's complete invitation.
    pub(crate) fn new() -> Self {
        let world = Self::unfounded();
        for at in 0..3 {
            world.cores().command(at, Command::Take(Box::new(invitation(3)))).unwrap();
        }
        world.connect();
        world
    }

    /// Three boroughs that share no ring.
    pub(crate) fn unfounded() -> Self {
        let boroughs: Vec<Borough> = (1..=3).map(borough).collect();
        let identity = |one: &Borough| Identity { member: one.card.member(), key: SigningKey::from_seed(one.key) };
        let names = |one: &Borough| Names::new(one.card.member(), one.card.content().name.clone());
        Self(Arc::new(Mutex::new(Cores {
            nodes: boroughs.iter().map(|one| Replica::new(identity(one), [one.key[0]; 32])).collect(),
            journals: vec![Vec::new(); 3],
            names: boroughs.iter().map(|one| watch::Sender::new(Arc::new(names(one)))).collect(),
            links: BTreeSet::new(),
            asked: BTreeMap::new(),
            replies: BTreeMap::new(),
            tokens: 0,
            commands: 0,
            now: start(),
            trips: [0; 3],
            rows: Default::default(),
            gave_up: Vec::new(),
        })))
    }

    pub(crate) fn cores(&self) -> MutexGuard<'_, Cores> {
        self.0.lock().unwrap()
    }

    /// Connects all to all.
    pub(crate) fn connect(&self) {
        let mut cores = self.cores();
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            cores.links.insert((a, b));
            for (from, to) in [(a, b), (b, a)] {
                let (now, partner) = (cores.now, cores.nodes[to].node());
                cores.nodes[from].handle(now, Input::Connected { partner });
            }
        }
        cores.settle();
        self.pass(&mut cores, 60_000);
    }

    /// Takes every line between them.
    pub(crate) fn disconnect(&self) {
        let mut cores = self.cores();
        for (a, b) in std::mem::take(&mut cores.links) {
            for (from, to) in [(a, b), (b, a)] {
                let (now, partner) = (cores.now, cores.nodes[to].node());
                cores.nodes[from].handle(now, Input::Disconnected { partner });
            }
        }
        cores.settle();
    }

    /// Lets a minute pass, in which receipts go out.
    pub(crate) fn minute(&self) {
        let mut cores = self.cores();
        self.pass(&mut cores, 60_000);
    }

    fn pass(&self, cores: &mut Cores, milliseconds: i64) {
        for _ in 0..3 {
            cores.now = cores.now.plus(milliseconds);
            for at in 0..3 {
                let now = cores.now;
                cores.nodes[at].handle(now, Input::TimerFired);
            }
            cores.settle();
        }
    }

    /// How often a core was asked.
    pub(crate) fn trips(&self, at: usize) -> usize {
        self.cores().trips[at]
    }

    /// How many records a core has read.
    pub(crate) fn readings(&self, at: usize) -> u64 {
        self.cores().nodes[at].readings()
    }

    /// Why services ended their node.
    pub(crate) fn gave_up(&self) -> Vec<String> {
        self.cores().gave_up.clone()
    }

    /// How many frames a journal holds.
    pub(crate) fn frames(&self, at: usize) -> usize {
        self.cores().journals[at].len()
    }

    /// Spoils the last frame of a journal.
    pub(crate) fn spoil(&self, at: usize) {
        let mut cores = self.cores();
        let (_, payload) = cores.journals[at].last_mut().unwrap();
        *payload.last_mut().unwrap() ^= 1;
    }

    pub(crate) fn node_id(&self, at: usize) -> NodeId {
        self.cores().nodes[at].node()
    }

    /// A borough's node over a new disk, with the seats `chair` (votes) and `support` (does not).
    pub(crate) async fn node(&self, at: usize) -> Node {
        let node = self.node_on(at, &SimDisk::new());
        for (id, role, standing) in [("chair", "Chair of the board", "voting"), ("support", "Support", "non_voting")] {
            let seat = tally_control::Seat {
                id: id.into(),
                role: role.into(),
                sector: "local_authority".into(),
                areas: Vec::new(),
                standing: standing.into(),
            };
            node.ask(SeatAdd { seat, users: Vec::new() }).await.unwrap();
        }
        node
    }

    /// A borough's node over this disk.
    pub(crate) fn node_on(&self, at: usize, disk: &SimDisk) -> Node {
        let names = self.cores().names[at].subscribe();
        let condition = SharedCondition::default();
        let core = MemoryCore { world: self.clone(), at };
        let views = MemoryRows { world: self.clone(), at };
        let papers = MemoryPapers::default();
        let service = Service::new(core, views, papers, store(disk), names, condition.clone(), start);
        Node { service, condition, by: Asker { user: "clerk".into(), seat: None }, disk: disk.clone() }
    }

    /// All three.
    pub(crate) async fn nodes(&self) -> [Node; 3] {
        [self.node(BEXLEY).await, self.node(GREENWICH).await, self.node(LEWISHAM).await]
    }
}

/// Opens a sovereign store on a disk.
pub(crate) fn store(disk: &SimDisk) -> Sovereign<SimDisk, MemoryViews> {
    let config = JournalConfig { segment_bytes: 1 << 16, guard: GuardLimits::none(), ..JournalConfig::new([5; 32]) };
    let key = SovereignKey::from_bytes([1; 32]);
    Sovereign::open(disk.clone(), &key, config, |_| Ok((MemoryViews::new(), true))).unwrap().0
}

/// One borough's core.
pub(crate) struct MemoryCore {
    world: World,
    at: usize,
}

impl Core for MemoryCore {
    async fn command(&self, command: Command) -> Result<Reply, NoReply> {
        self.world.cores().command(self.at, command)
    }

    async fn reread(&self) -> Result<Reread, String> {
        let cores = self.world.cores();
        let frames = cores.journals[self.at].iter().enumerate().map(|(at, (kind, payload))| {
            let place = Place { segment: 0, offset: at as u64 };
            (place, Stored::decode(*kind, payload))
        });
        Ok(Reread { frames: frames.collect(), damaged: Vec::new() })
    }

    async fn give_up(&self, why: String) {
        self.world.cores().gave_up.push(why);
    }
}

/// Rows made from what the core told, and read from it only where it did not tell how a record reads.
pub(crate) struct MemoryRows {
    world: World,
    at: usize,
}

impl MemoryRows {
    fn all(&self) -> BTreeMap<DocumentId, tally_control::Record> {
        let mut cores = self.world.cores();
        let names = Arc::clone(&cores.names[self.at].borrow());
        let now = cores.now;
        let behind: Vec<DocumentId> =
            cores.rows[self.at].iter().filter(|(_, record)| record.is_none()).map(|(document, _)| *document).collect();
        for document in behind {
            let query = Query::Record { document, at: None };
            let Some(QueryAnswer::Record(record)) = look(&mut cores.nodes[self.at], now, query) else { panic!() };
            cores.rows[self.at].insert(document, Some(Arc::from(record)));
        }
        let records = cores.rows[self.at].values().flatten();
        records.map(|record| (record.document, row(record, &names))).collect()
    }
}

impl Views for MemoryRows {
    async fn find(&self, given: &str) -> Result<Vec<Named>, NoReply> {
        Ok(self.names().await?.into_iter().filter(|named| named.answers_to(given)).collect())
    }

    async fn names(&self) -> Result<Vec<Named>, NoReply> {
        Ok(self.all().values().filter_map(Named::of).collect())
    }

    async fn page(&self, filter: &Filter, after: Option<DocumentId>) -> Result<Page, NoReply> {
        let mut rest = self.all().into_iter().filter(|(document, _)| after.is_none_or(|after| *document > after));
        let page: Vec<_> = rest.by_ref().take(PAGE).collect();
        let after = rest.next().and_then(|_| page.last()).map(|(document, _)| *document);
        Ok(Page { rows: page.into_iter().map(|(_, row)| row).filter(|row| filter.takes(row)).collect(), after })
    }

    async fn rebuild(&self) -> Result<u64, NoReply> {
        Ok(self.all().len() as u64)
    }
}

/// Papers kept in a map.
#[derive(Default)]
pub(crate) struct MemoryPapers(Mutex<BTreeMap<RingId, Invitation>>);

impl Papers for MemoryPapers {
    fn keep(&self, given: &Invitation) -> Result<Invitation, String> {
        let mut kept = self.0.lock().unwrap();
        let mut merged = given.clone();
        if let Some(before) = kept.get(&given.edition().edition().ring) {
            let _ = merged.merge(before);
        }
        kept.insert(given.edition().edition().ring, merged.clone());
        Ok(merged)
    }

    fn keep_signatures(&self, mut kept: Invitation, ring: Option<&RingReading>) -> Result<Invitation, String> {
        let id = kept.edition().id();
        for held in ring.into_iter().flat_map(|ring| ring.signed.iter().chain(&ring.drafts)).filter(|e| e.id() == id) {
            kept.edition_mut().merge(held).unwrap();
        }
        self.keep(&kept)
    }
}

pub(crate) struct MemoryParts;

impl Parts for MemoryParts {
    type Core = MemoryCore;
    type Views = MemoryRows;
    type Papers = MemoryPapers;
    type Disk = SimDisk;
    type LocalViews = MemoryViews;
}

/// A borough's service, asked by somebody.
pub(crate) struct Node {
    pub(crate) service: Service<MemoryParts>,
    pub(crate) condition: SharedCondition,
    pub(crate) by: Asker,
    pub(crate) disk: SimDisk,
}

impl Node {
    /// Asks as a user without a seat.
    pub(crate) async fn ask<A: Ask>(&self, ask: A) -> Result<A::Answer, Refusal>
    where
        Service<MemoryParts>: Answers<A>,
    {
        self.service.answer(ask, &self.by).await
    }

    /// Asks as a seat.
    pub(crate) async fn ask_as<A: Ask>(&self, seat: &str, ask: A) -> Result<A::Answer, Refusal>
    where
        Service<MemoryParts>: Answers<A>,
    {
        let by = Asker { seat: Some(seat.to_owned()), ..self.by.clone() };
        self.service.answer(ask, &by).await
    }

    /// A priority shared with the whole ring.
    pub(crate) async fn shared(&self, title: &str) -> Made {
        self.ask(new("priority", Some(RING), &[("short_title", title)])).await.unwrap()
    }

    /// A priority kept at home.
    pub(crate) async fn kept(&self, title: &str) -> Made {
        self.ask(new("priority", None, &[("short_title", title)])).await.unwrap()
    }

    /// Sets one field.
    pub(crate) async fn set(&self, id: &str, field: &str, value: &str) -> Result<Made, Refusal> {
        self.ask(set(id, &[(field, value)])).await
    }

    /// The record as it reads now.
    pub(crate) async fn shown(&self, id: &str) -> tally_control::Record {
        self.ask(RecordShow { id: id.to_owned(), at: None }).await.unwrap()
    }

    /// What a field reads as.
    pub(crate) async fn reads(&self, id: &str, field: &str) -> serde_json::Value {
        self.shown(id).await.fields.get(field).cloned().unwrap_or_default()
    }
}

pub(crate) fn pairs(set: &[(&str, &str)]) -> Vec<(String, String)> {
    set.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn new(kind: &str, ring: Option<&str>, set: &[(&str, &str)]) -> RecordNew {
    RecordNew { kind: kind.to_owned(), ring: ring.map(str::to_owned), only: Vec::new(), set: pairs(set) }
}

pub(crate) fn set(id: &str, set: &[(&str, &str)]) -> RecordSet {
    RecordSet { id: id.to_owned(), set: pairs(set), base: None, reason: None }
}
