use std::collections::{BTreeMap, BTreeSet, HashMap};

use tally_entry::{AudienceId, Body, DocumentId, EntryId, Header, Kind, LogId, NodeId, Unverified};
use tally_replica::{Append, Note, Short, Stored};
use tally_ring::{Audience, ControlAct, ForkProof};

use crate::frame::Claims;
use crate::member::Members;
use crate::violation::Violation;

/// One log as one node holds it by what it asked to append.
#[derive(Clone, Debug, Default)]
struct Line {
    entries: Vec<EntryId>,
    /// Nothing after this sequence may be taken any more.
    frozen: Option<u64>,
}

/// What a node's disk holds once an append is on it.
#[derive(Debug)]
pub(crate) enum Appended {
    Entry(EntryId),
    /// A fork proof, and of the entries it is about the headers.
    Headers(Vec<EntryId>),
    /// Nothing that this checker follows.
    Other,
}

/// What one node's disk holds, and what it told.
#[derive(Debug, Default)]
struct Holding {
    durable: BTreeSet<EntryId>,
    /// Entries of which the header stands in a fork proof on the disk.
    headers: BTreeSet<EntryId>,
    lines: BTreeMap<LogId, Line>,
    order: Vec<EntryId>,
    told: BTreeMap<LogId, u64>,
    /// Logs that were cut: frames made before may come out after.
    cut: BTreeSet<LogId>,
}

/// What the world knows of every node by watching it, and the rules that nobody may break.
///
/// It learns only from what nodes append, send and reply, never from their insides.
#[derive(Debug)]
pub(crate) struct Checker {
    nodes: Vec<NodeId>,
    keys: Vec<tally_entry::PublicKey>,
    holdings: Vec<Holding>,
    pub(crate) entries: HashMap<EntryId, Unverified>,
    again: BTreeSet<EntryId>,
    secrets: HashMap<[u8; 32], BTreeSet<usize>>,
    acknowledged: BTreeMap<EntryId, usize>,
    forged: BTreeSet<EntryId>,
    lost: BTreeSet<EntryId>,
}

impl Checker {
    pub(crate) fn new(members: &Members) -> Self {
        Self {
            nodes: members.all().iter().map(crate::member::Member::node).collect(),
            keys: members.all().iter().map(crate::member::Member::public).collect(),
            holdings: members.all().iter().map(|_| Holding::default()).collect(),
            entries: HashMap::new(),
            again: BTreeSet::new(),
            secrets: HashMap::new(),
            acknowledged: BTreeMap::new(),
            forged: BTreeSet::new(),
            lost: BTreeSet::new(),
        }
    }

    /// Remembers that only these nodes may ever see this audience.
    pub(crate) fn keep_secret(&mut self, audience: &Audience, only: &BTreeSet<usize>) {
        self.secrets.insert(*audience.id().as_bytes(), only.clone());
    }

    pub(crate) fn forge(&mut self, entry: EntryId) {
        self.forged.insert(entry);
    }

    /// What a node asked to append, before it is durable.
    pub(crate) fn appending(&mut self, node: usize, item: &Append) -> Result<Appended, Violation> {
        match item {
            Append::Entry(entry) => {
                let entry = entry.entry().to_unverified();
                self.take(node, &entry).map(Appended::Entry)
            }
            Append::Note(Note::Aside { log, after }) => {
                self.cut(node, log, *after);
                Ok(Appended::Other)
            }
            Append::Act(ControlAct::Fork(proof)) => Ok(self.freeze(node, proof)),
            _ => Ok(Appended::Other),
        }
    }

    fn take(&mut self, node: usize, entry: &Unverified) -> Result<EntryId, Violation> {
        let header = entry.header();
        let (id, log) = (header.id(), header.log());
        if self.forged.contains(&id) {
            return Err(Violation::Forged { node, entry: id });
        }
        let holding = &mut self.holdings[node];
        let line = holding.lines.entry(log).or_default();
        if line.frozen.is_some_and(|after| header.sequence > after) {
            return Err(Violation::Frozen { node, entry: id });
        }
        if header.sequence != line.entries.len() as u64 + 1 || header.previous != line.entries.last().copied() {
            return Err(Violation::TwoAtOnePlace { node, entry: id, log });
        }
        line.entries.push(id);
        holding.order.push(id);
        if !self.entries.contains_key(&id) {
            self.again.extend(again(entry));
            if let Some(only) = self.secrets.get(log.audience.as_bytes()).cloned() {
                self.secrets.insert(*id.as_bytes(), only.clone());
                if let Some(document) = header.document {
                    self.secrets.insert(*document.as_bytes(), only);
                }
            }
            self.entries.insert(id, entry.clone());
        }
        Ok(id)
    }

    fn cut(&mut self, node: usize, log: &LogId, after: u64) {
        let holding = &mut self.holdings[node];
        let line = holding.lines.entry(*log).or_default();
        line.entries.truncate(usize::try_from(after).unwrap_or(usize::MAX));
        holding.cut.insert(*log);
    }

    fn freeze(&mut self, node: usize, proof: &ForkProof) -> Appended {
        let log = proof.log();
        let key = self.nodes.iter().position(|of| *of == log.node).map(|index| self.keys[index]);
        if let Some(frozen) = key.and_then(|key| proof.verify(&key).ok()) {
            let line = self.holdings[node].lines.entry(log).or_default();
            let after = line.frozen.map_or(frozen.after_sequence, |before| before.min(frozen.after_sequence));
            line.frozen = Some(after);
            self.cut(node, &log, after);
        }
        let headers = proof.headers().filter_map(|header| Header::decode(header).ok());
        Appended::Headers(headers.map(|header| header.id()).collect())
    }

    /// This is on the node's disk.
    pub(crate) fn synced(&mut self, node: usize, appended: Appended) {
        let holding = &mut self.holdings[node];
        match appended {
            Appended::Entry(entry) => drop(holding.durable.insert(entry)),
            Appended::Headers(headers) => holding.headers.extend(headers),
            Appended::Other => {}
        }
    }

    /// A node starts with what its disk holds; unless the disk was put back, nothing that was synced may be missing.
    pub(crate) fn started(
        &mut self,
        node: usize,
        frames: &[Stored],
        short: &[Short],
        restored: bool,
    ) -> Result<(), Violation> {
        let before = std::mem::take(&mut self.holdings[node]);
        for frame in frames {
            match frame {
                Stored::Entry(entry) => {
                    let (id, header) = (entry.header().id(), entry.header());
                    let line = self.holdings[node].lines.entry(header.log()).or_default();
                    // What a torn batch left without its end is fetched again, and stands in the journal twice.
                    let index = usize::try_from(header.sequence - 1).unwrap_or(usize::MAX);
                    if line.entries.get(index) != Some(&id) {
                        line.entries.truncate(index);
                        self.take(node, entry)?;
                    }
                    self.synced(node, Appended::Entry(id));
                }
                Stored::Note(Note::Aside { log, after }) => self.cut(node, log, *after),
                Stored::Act(act) => {
                    if let ControlAct::Fork(proof) = act.as_ref() {
                        let proven = self.freeze(node, proof);
                        self.synced(node, proven);
                    }
                }
                _ => {}
            }
        }
        for short in short {
            let holding = &mut self.holdings[node];
            let line = holding.lines.entry(short.log).or_default();
            let gone =
                line.entries.split_off(usize::try_from(short.until).unwrap_or(usize::MAX).min(line.entries.len()));
            for entry in gone {
                if !restored && before.durable.contains(&entry) {
                    return Err(Violation::Lost { node, entry });
                }
                // A batch that was torn before the signature at its end: nobody was told of it, and it is fetched again.
                holding.durable.remove(&entry);
            }
        }
        match before.durable.difference(&self.holdings[node].durable).next() {
            Some(entry) if !restored => Err(Violation::Lost { node, entry: *entry }),
            _ => Ok(()),
        }
    }

    /// After a node was put back to an earlier image: what no disk holds any more, nobody can bring back.
    pub(crate) fn restored(&mut self) {
        let gone = self.entries.keys().filter(|id| !self.holdings.iter().any(|holding| holding.durable.contains(*id)));
        self.lost.extend(gone.copied());
    }

    /// Documents of which a restore took something away for ever.
    pub(crate) fn bereaved(&self) -> BTreeSet<DocumentId> {
        self.lost.iter().filter_map(|id| self.entries.get(id)?.header().document).collect()
    }

    /// Whether two births of this document were written, in two lives of one log.
    pub(crate) fn born_twice(&self, document: &DocumentId) -> bool {
        let headers = self.entries.values().map(Unverified::header);
        headers.filter(|header| header.kind == Kind::Birth && header.document == Some(*document)).count() > 1
    }

    /// Whether a node may hold this audience.
    pub(crate) fn may_see(&self, audience: AudienceId, node: usize) -> bool {
        self.secrets.get(audience.as_bytes()).is_none_or(|only| only.contains(&node))
    }

    /// A node replied that it wrote this.
    pub(crate) fn acknowledge(&mut self, node: usize, entry: EntryId) -> Result<(), Violation> {
        self.shown(node, entry, "acknowledged")?;
        self.acknowledged.insert(entry, node);
        Ok(())
    }

    /// A node showed or told this entry to somebody.
    pub(crate) fn shown(&self, node: usize, entry: EntryId, how: &'static str) -> Result<(), Violation> {
        if self.holdings[node].durable.contains(&entry) {
            Ok(())
        } else {
            Err(Violation::NotDurable { node, entry, how })
        }
    }

    /// What a node must have: after a start all that it acknowledged and its disk holds, which is less after a restore;
    /// in the end all that it acknowledged and anybody held.
    pub(crate) fn check_kept(
        &self,
        node: usize,
        present: &BTreeSet<EntryId>,
        in_the_end: bool,
    ) -> Result<(), Violation> {
        for (entry, author) in &self.acknowledged {
            let kept = present.contains(entry) || self.again.contains(entry) || self.lost.contains(entry);
            let due = in_the_end || self.holdings[node].durable.contains(entry);
            if *author == node && due && !kept && !self.is_left_with_partners(node, entry) {
                return Err(Violation::Lost { node, entry: *entry });
            }
        }
        Ok(())
    }

    /// Whether the entry stands on the branch of a forked log that this node lost in a restore: partners hold it set
    /// aside, and its author no longer has it to write it again.
    fn is_left_with_partners(&self, node: usize, entry: &EntryId) -> bool {
        let header = self.entries.get(entry).map(|entry| entry.header());
        let frozen = header.is_some_and(|header| {
            let line = self.holdings[node].lines.get(&header.log());
            line.and_then(|line| line.frozen).is_some_and(|after| header.sequence > after)
        });
        frozen && self.holdings.iter().any(|holding| holding.durable.contains(entry))
    }

    /// Looks at a frame on its way: what it claims must be on its sender's disk, and its receiver's to know.
    pub(crate) fn check_frame(
        &mut self,
        from: usize,
        to: usize,
        bytes: &[u8],
        claims: &Claims<'_>,
    ) -> Result<(), Violation> {
        self.check_secrets(from, to, bytes)?;
        for entry in &claims.entries {
            let id = Unverified::decode(entry).map_err(|_| Violation::BadFrame { node: from })?.header().id();
            self.shown(from, id, "sent")?;
        }
        for header in &claims.headers {
            let id = Header::decode(header).map_err(|_| Violation::BadFrame { node: from })?.id();
            if !self.holdings[from].headers.contains(&id) {
                self.shown(from, id, "sent the header of")?;
            }
        }
        for (audience, ring, held) in &claims.positions {
            self.shown(from, held.position.entry, "told the position of")?;
            let log =
                LogId { ring: *ring, audience: *audience, node: held.node, incarnation: held.position.incarnation };
            let holding = &mut self.holdings[from];
            let cut = holding.cut.contains(&log);
            let before = holding.told.entry(log).or_default();
            if held.position.sequence < *before && !cut {
                let (before, sequence) = (*before, held.position.sequence);
                return Err(Violation::WentBack { node: from, log, before, sequence });
            }
            *before = held.position.sequence.max(*before);
        }
        Ok(())
    }

    /// Ids stand in frames as byte strings of 32 bytes, at whatever depth: every one of them is looked up.
    fn check_secrets(&self, from: usize, to: usize, bytes: &[u8]) -> Result<(), Violation> {
        if self.secrets.is_empty() {
            return Ok(());
        }
        for (at, pair) in bytes.windows(2).enumerate() {
            if pair != [0x58, 0x20] {
                continue;
            }
            let Some(id) = bytes.get(at + 2..at + 34).and_then(|id| <[u8; 32]>::try_from(id).ok()) else {
                continue;
            };
            if self.secrets.get(&id).is_some_and(|only| !only.contains(&to)) {
                return Err(Violation::Leak { from, to, what: EntryId::from_bytes(id).to_string() });
            }
        }
        Ok(())
    }

    /// The newest entry that a node holds of any log of this node in this audience.
    pub(crate) fn head(&self, at: usize, of: NodeId, audience: AudienceId) -> Option<(LogId, u64, EntryId)> {
        self.holdings[at]
            .lines
            .iter()
            .filter(|(log, line)| log.node == of && log.audience == audience && line.frozen.is_none())
            .filter_map(|(log, line)| Some((*log, line.entries.len() as u64, *line.entries.last()?)))
            .next_back()
    }

    /// The entry at a place of a log, as a node holds it.
    pub(crate) fn at(&self, node: usize, log: &LogId, sequence: u64) -> Option<EntryId> {
        let index = usize::try_from(sequence.checked_sub(1)?).ok()?;
        self.holdings[node].lines.get(log)?.entries.get(index).copied()
    }

    /// What a node took, in the order in which it took it.
    pub(crate) fn taken(&self, node: usize) -> impl Iterator<Item = &Unverified> {
        self.holdings[node].order.iter().filter_map(|id| self.entries.get(id))
    }
}

fn again(entry: &Unverified) -> Option<EntryId> {
    let header = entry.header();
    let frame = entry.encode();
    let body = crate::lie::body_of(&frame)?;
    match Body::decode(header.kind, &body).ok()? {
        Body::Birth(birth) => birth.again,
        Body::Change(change) => change.again,
        Body::Statement(statement) => statement.again,
        Body::Seal(_) => None,
    }
}
