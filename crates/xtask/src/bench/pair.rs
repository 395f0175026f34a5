//! Two cores on one wire, everything counted.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use tally_entry::{Body, DocumentId, NodeId, RingId, Time};
use tally_replica::{Append, AskId, Command, CommandId, Input, Output, Refused, Replica, Reply, Ticket, Token};
use tally_sim::{Members, Random};
use tally_store::{Frame, Journal, JournalConfig, RealDisk};

/// What crossed the wire.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) round_trips: u64,
    pub(crate) bytes: u64,
}

pub(crate) struct Pair {
    nodes: [Replica; 2],
    journals: [Option<Journal<RealDisk>>; 2],
    pub(crate) ring: RingId,
    pub(crate) traffic: Traffic,
    asked: BTreeMap<u64, (usize, AskId)>,
    /// The changes that the first node wrote, by document, in order.
    pub(crate) written: BTreeMap<DocumentId, Vec<Vec<u8>>>,
    replies: Vec<Result<Box<Reply>, Box<Refused>>>,
    tokens: u64,
    now: Time,
}

impl Pair {
    /// Two nodes of one ring, not connected. The node that opens conversations is the first.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let mut random = Random::new(1);
        let members = Members::new(2, &mut random)?;
        let invitation = members.invitation(2)?;
        let mut order = [0, 1];
        order.sort_by_key(|index| members.at(*index).node());
        let nodes = order.map(|index| Replica::new(members.at(index).identity(), [index as u8 + 1; 32]));
        let mut pair = Self {
            nodes,
            journals: [None, None],
            ring: invitation.edition().edition().ring,
            traffic: Traffic::default(),
            asked: BTreeMap::new(),
            written: BTreeMap::new(),
            replies: Vec::new(),
            tokens: 0,
            now: Time(1_569_715_200_000),
        };
        for node in 0..2 {
            pair.command(node, Command::Take(Box::new(invitation.clone())))?;
        }
        Ok(pair)
    }

    /// From now on one node's appends go to a journal on this disk, synced before anything follows from them.
    pub(crate) fn journal(&mut self, node: usize, dir: &Path) -> Result<(), Box<dyn Error>> {
        let (journal, _) = Journal::open(RealDisk::open(dir)?, JournalConfig::new([7; 32]))?;
        self.journals[node] = Some(journal);
        Ok(())
    }

    pub(crate) fn command(&mut self, node: usize, command: Command) -> Result<Reply, Box<dyn Error>> {
        self.nodes[node].handle(self.now, Input::Commanded { id: CommandId(0), command: Box::new(command) });
        self.settle()?;
        let reply = self.replies.pop().ok_or("no reply")?;
        Ok(*reply?)
    }

    /// Connects both and runs until both are quiet.
    pub(crate) fn connect(&mut self) -> Result<Traffic, Box<dyn Error>> {
        self.traffic = Traffic::default();
        for node in 0..2 {
            let partner = self.node(1 - node);
            self.nodes[node].handle(self.now, Input::Connected { partner });
        }
        self.settle()?;
        Ok(self.traffic)
    }

    pub(crate) fn disconnect(&mut self) {
        for node in 0..2 {
            let partner = self.node(1 - node);
            self.nodes[node].handle(self.now, Input::Disconnected { partner });
        }
    }

    fn keep(&mut self, item: &Append) {
        let Append::Entry(entry) = item else { return };
        let body = entry.entry().body().unwrap_or_default();
        let change = match Body::decode(entry.header().kind, body) {
            Ok(Body::Birth(birth)) => birth.change,
            Ok(Body::Change(change)) => change.change,
            _ => return,
        };
        if let Some(document) = entry.header().document {
            self.written.entry(document).or_default().push(change);
        }
    }

    fn node(&self, index: usize) -> NodeId {
        self.nodes[index].node()
    }

    fn settle(&mut self) -> Result<(), Box<dyn Error>> {
        while self.step(0)? || self.step(1)? {}
        Ok(())
    }

    fn step(&mut self, at: usize) -> Result<bool, Box<dyn Error>> {
        let mut batch: Vec<Append> = Vec::new();
        let mut last: Option<Ticket> = None;
        let mut moved = false;
        while let Some(output) = self.nodes[at].poll_output() {
            moved = true;
            match output {
                Output::Append { ticket, item } => {
                    last = Some(ticket);
                    if at == 0 {
                        self.keep(&item);
                    }
                    if self.journals[at].is_some() {
                        batch.push(item);
                    }
                }
                Output::Ask { ask, frame, .. } => {
                    self.traffic.round_trips += 1;
                    self.traffic.bytes += frame.len() as u64;
                    self.tokens += 1;
                    self.asked.insert(self.tokens, (at, ask));
                    let (partner, token) = (self.node(at), Token(self.tokens));
                    self.nodes[1 - at].handle(self.now, Input::Asked { partner, token, frame });
                }
                Output::Answer { token, frame } => {
                    self.traffic.bytes += frame.len() as u64;
                    if let Some((to, ask)) = self.asked.remove(&token.0) {
                        self.nodes[to].handle(self.now, Input::Answered { ask, frame });
                    }
                }
                Output::Reply { result, .. } => self.replies.push(result),
                Output::Allow(_) | Output::Tell(_) | Output::WakeAt(_) => {}
            }
        }
        if let (Some(journal), false) = (&mut self.journals[at], batch.is_empty()) {
            let encoded: Vec<_> = batch.iter().map(Append::encode).collect();
            let frames: Vec<_> = encoded.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect();
            journal.append_all(&frames)?;
        }
        if let Some(upto) = last {
            self.nodes[at].handle(self.now, Input::Appended { upto });
        }
        Ok(moved)
    }
}
