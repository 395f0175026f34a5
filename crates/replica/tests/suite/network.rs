//! A few replicas, their journals in memory, and a network that delivers at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tally_document::{Edit, Value};
use tally_entry::{DocumentId, NodeId, RingId, Time};
use tally_replica::{
    AskId, Command, CommandId, Event, Input, Output, Query, QueryAnswer, RecordReading, Refused, Replica, Reply,
    Stored, Token,
};

use crate::founding::{Borough, START, boroughs, invitation};

/// Frames as a journal would hold them.
pub(crate) type Journal = Vec<(u8, Vec<u8>)>;

pub(crate) struct Network {
    pub(crate) boroughs: Vec<Borough>,
    pub(crate) nodes: Vec<Replica>,
    pub(crate) journals: Vec<Journal>,
    pub(crate) events: Vec<Vec<Event>>,
    links: BTreeSet<(usize, usize)>,
    asked: BTreeMap<u64, (usize, AskId)>,
    replies: BTreeMap<u64, Result<Box<Reply>, Box<Refused>>>,
    pub(crate) frames: usize,
    tokens: u64,
    commands: u64,
    pub(crate) now: Time,
    starts: u8,
    /// A node whose answers to questions of one kind are these bytes, whatever its program would say.
    pub(crate) untrue: Option<(usize, u8, Vec<u8>)>,
}

impl Network {
    /// Three nodes that have all taken the complete invitation, not connected.
    pub(crate) fn new() -> Self {
        Self::founded_by(&[3, 3, 3])
    }

    /// Each node takes an invitation that so many have signed.
    pub(crate) fn founded_by(signers: &[usize]) -> Self {
        let boroughs = boroughs();
        let nodes = boroughs.iter().map(|borough| Replica::new(borough.identity(), [borough.key[0]; 32])).collect();
        let mut network = Self {
            nodes,
            journals: vec![Vec::new(); boroughs.len()],
            events: vec![Vec::new(); boroughs.len()],
            boroughs,
            links: BTreeSet::new(),
            asked: BTreeMap::new(),
            replies: BTreeMap::new(),
            frames: 0,
            tokens: 0,
            commands: 0,
            now: START,
            starts: 0,
            untrue: None,
        };
        for (at, signers) in signers.iter().enumerate() {
            let invitation = invitation(&network.boroughs, *signers);
            network.command(at, Command::Take(Box::new(invitation))).expect("taken");
        }
        network
    }

    pub(crate) fn ring(&self) -> RingId {
        invitation(&self.boroughs, 1).edition().edition().ring
    }

    fn index(&self, node: NodeId) -> usize {
        self.nodes.iter().position(|replica| replica.node() == node).expect("a node")
    }

    pub(crate) fn connect(&mut self, a: usize, b: usize) {
        self.links.insert((a.min(b), a.max(b)));
        for (from, to) in [(a, b), (b, a)] {
            let partner = self.nodes[to].node();
            self.feed(from, Input::Connected { partner });
        }
        self.settle();
    }

    /// Connects one side alone, and puts a question there that the other's program never would.
    pub(crate) fn intrude(&mut self, from: usize, to: usize, frame: Vec<u8>) {
        self.links.insert((from.min(to), from.max(to)));
        let partner = self.nodes[from].node();
        self.feed(to, Input::Connected { partner });
        self.tokens += 1;
        self.feed(to, Input::Asked { partner, token: Token(self.tokens), frame });
        self.settle();
    }

    pub(crate) fn disconnect(&mut self, a: usize, b: usize) {
        self.links.remove(&(a.min(b), a.max(b)));
        for (from, to) in [(a, b), (b, a)] {
            let partner = self.nodes[to].node();
            self.feed(from, Input::Disconnected { partner });
        }
    }

    pub(crate) fn connect_all(&mut self) {
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            self.connect(a, b);
        }
    }

    /// Starts a node again from a journal: its own by default, or an older copy of it.
    pub(crate) fn restart(&mut self, at: usize, journal: Journal) {
        let links: Vec<_> = self.links.iter().filter(|(a, b)| *a == at || *b == at).copied().collect();
        for (a, b) in links {
            self.disconnect(a, b);
        }
        self.starts += 1;
        let mut replica = Replica::new(self.boroughs[at].identity(), [0xf0 ^ self.starts; 32]);
        let stored = journal.iter().map(|(kind, payload)| Stored::decode(*kind, payload).expect("stored"));
        let reopened = replica.reopen(stored);
        assert!(reopened.short.is_empty(), "{reopened:?}");
        self.nodes[at] = replica;
        self.journals[at] = journal;
    }

    pub(crate) fn command(&mut self, at: usize, command: Command) -> Result<Reply, Refused> {
        self.commands += 1;
        let id = self.commands;
        self.feed(at, Input::Commanded { id: CommandId(id), command: Box::new(command) });
        self.settle();
        self.replies.remove(&id).expect("a reply").map(|reply| *reply).map_err(|refused| *refused)
    }

    fn feed(&mut self, at: usize, input: Input) {
        self.nodes[at].handle(self.now, input);
    }

    /// Runs until nothing is left to do, without moving time.
    pub(crate) fn settle(&mut self) {
        for _ in 0..100_000 {
            let Some(at) = (0..self.nodes.len()).find(|at| self.step(*at)) else { return };
            let _ = at;
        }
        panic!("the nodes do not come to rest");
    }

    /// Lets time pass and what it makes due happen.
    pub(crate) fn pass(&mut self, milliseconds: i64) {
        self.now = self.now.plus(milliseconds);
        for at in 0..self.nodes.len() {
            self.feed(at, Input::TimerFired);
        }
        self.settle();
    }

    fn step(&mut self, at: usize) -> bool {
        let mut outputs = VecDeque::new();
        while let Some(output) = self.nodes[at].poll_output() {
            outputs.push_back(output);
        }
        let some = !outputs.is_empty();
        let mut last = None;
        for output in outputs {
            match output {
                Output::Append { ticket, item } => {
                    self.journals[at].push(item.encode());
                    last = Some(ticket);
                }
                Output::Ask { partner, ask, frame } => {
                    self.frames += 1;
                    let to = self.index(partner);
                    let lie = self.untrue.clone().filter(|(liar, kind, _)| *liar == to && frame.get(1) == Some(kind));
                    if let Some((_, _, frame)) = lie {
                        self.feed(at, Input::Answered { ask, frame });
                    } else if self.links.contains(&(at.min(to), at.max(to))) {
                        self.tokens += 1;
                        self.asked.insert(self.tokens, (at, ask));
                        let (partner, token) = (self.nodes[at].node(), Token(self.tokens));
                        self.feed(to, Input::Asked { partner, token, frame });
                    } else {
                        self.feed(at, Input::AskFailed { ask });
                    }
                }
                Output::Answer { token, frame } => {
                    if let Some((to, ask)) = self.asked.remove(&token.0) {
                        self.feed(to, Input::Answered { ask, frame });
                    }
                }
                Output::Reply { id, result } => {
                    self.replies.insert(id.0, result);
                }
                Output::Tell(event) => self.events[at].push(event),
                Output::Allow(_) | Output::WakeAt(_) => {}
            }
        }
        if let Some(upto) = last {
            self.feed(at, Input::Appended { upto });
        }
        some
    }

    pub(crate) fn create(&mut self, at: usize, title: &str) -> DocumentId {
        let edits = vec![Edit::Set { field: "title".into(), value: Value::Line(title.into()) }];
        let ring = self.ring();
        let command =
            Command::Create { ring, only: None, kind: "priority".into(), edits, overridden: [].into(), speaker: None };
        match self.command(at, command).expect("created") {
            Reply::Created { document, .. } => document,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn set(&mut self, at: usize, document: DocumentId, field: &str, value: Value) {
        let edits = vec![Edit::Set { field: field.into(), value }];
        self.command(
            at,
            Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None },
        )
        .expect("edited");
    }

    pub(crate) fn record(&mut self, at: usize, document: DocumentId) -> RecordReading {
        match self.command(at, Command::Query(Query::Record { document, at: None })).expect("seen") {
            Reply::Answer(answer) => match *answer {
                QueryAnswer::Record(record) => *record,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// What all nodes read, asserted to be the same.
    pub(crate) fn agreed(&mut self, document: DocumentId) -> RecordReading {
        let records: Vec<_> = (0..self.nodes.len()).map(|at| self.record(at, document)).collect();
        for record in &records {
            assert_eq!(record.version, records[0].version);
            assert_eq!(format!("{:?}", record.reading), format!("{:?}", records[0].reading));
            assert_eq!(record.statements.len(), records[0].statements.len());
        }
        records.into_iter().next().expect("three")
    }
}
