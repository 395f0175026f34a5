use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tally_document::UnknownVersion;
use tally_entry::{DocumentId, MemberId, NodeId, SigningKey, Statement, Time};

use crate::api::append::{Append, Stored};
use crate::api::command::{Command, CommandId, Reply};
use crate::api::input::Input;
use crate::api::output::{AllowedNode, Event, Output};
use crate::api::query::{Query, QueryAnswer};
use crate::api::reading::RecordReading;
use crate::api::refused::Refused;
use crate::counted::document::RecordedDocument;
use crate::counted::verdict::Verdict;
use crate::ledger::chained::AudienceRef;
use crate::ledger::{Ledger, ring_editions, ring_members};
use crate::outbox::Outbox;
use crate::pen::clearance::Clearance;
use crate::pen::write::{NewChange, NewDocument, Written};
use crate::pen::{Pen, Writer};
use crate::reading::Reader;
use crate::session::Exchange;
use crate::session::partner::{RECEIPTS_EVERY, Task};
use crate::session::partners::Partners;
use crate::signer::Signer;
use crate::start::reopen::{Reopened, reopen};

/// Who this node is.
#[derive(Debug)]
pub struct Identity {
    /// The member it belongs to.
    pub member: MemberId,
    /// The key it signs entries with.
    pub key: SigningKey,
}

/// The replication core of one node.
///
/// Call [`handle`](Self::handle) with each event in the order in which it happened, then drain
/// [`poll_output`](Self::poll_output) until it is empty; carry out the outputs in that order. Time must not go
/// backwards between calls; where the machine's clock does, the driver goes on at its own pace. Appends go out at
/// once; all else that follows from them comes out only after [`Input::Appended`] said they are durable, so a driver
/// cannot show what is not on disk. The core holds no clock, no file and no randomness of its own: the same inputs and
/// seed give the same outputs.
#[derive(Debug)]
pub struct Replica {
    ledger: Ledger,
    partners: Partners,
    pen: Pen,
    outbox: Outbox,
    now: Time,
    wake: Option<Time>,
    allowed: Vec<AllowedNode>,
    readings: Cell<u64>,
}

impl Replica {
    /// A node that holds nothing yet. The seed feeds salts and line ids; take it from the machine's randomness.
    #[must_use]
    pub fn new(me: Identity, seed: [u8; 32]) -> Self {
        let signer = Signer::new(me.key);
        Self {
            ledger: Ledger::new(me.member, signer.node()),
            partners: Partners::default(),
            pen: Pen::new(signer, seed),
            outbox: Outbox::default(),
            now: Time::default(),
            wake: None,
            allowed: Vec::new(),
            readings: Cell::new(0),
        }
    }

    /// This node.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.ledger.node()
    }

    /// The member it belongs to.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.ledger.member()
    }

    /// Entries that wait for something not yet here.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.ledger.books().map(|(_, book)| book.documents().waiting()).sum()
    }

    /// How many records were read so far: each reading costs what its record is long.
    #[must_use]
    pub const fn readings(&self) -> u64 {
        self.readings.get()
    }

    /// Everything held that counts, as it would be appended: for a journal that lost part of it while this node ran,
    /// or whose lost entries came back from partners.
    ///
    /// In an order in which it can be taken again. Without what was set aside.
    #[must_use]
    pub fn holdings(&self) -> Vec<Append> {
        self.ledger.holdings()
    }

    /// Takes the frames of the journal in their order, once, before the first event.
    ///
    /// The chain and the last signature of every log are checked again. Nothing is appended and nothing comes out but
    /// the nodes to reach.
    pub fn reopen(&mut self, frames: impl IntoIterator<Item = Stored>) -> Reopened {
        let (ledger, reopened) = reopen(self.member(), self.node(), frames);
        self.ledger = ledger;
        self.allow();
        reopened
    }

    /// Takes an event.
    pub fn handle(&mut self, now: Time, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Connected { partner } => self.exchange().connected(partner),
            Input::Disconnected { partner } => self.partners.part(&partner),
            Input::Asked { partner, token, frame } => {
                let frame = self.exchange().asked(partner, &frame);
                self.tell_news(None);
                self.outbox.push(Output::Answer { token, frame });
            }
            Input::Answered { ask, frame } => {
                if self.exchange().answered(ask, &frame) {
                    self.tell_news(None);
                    self.write_again();
                }
            }
            Input::AskFailed { ask } => self.partners.ask_failed(ask, self.now),
            Input::Appended { upto } => self.outbox.durable(upto),
            Input::Commanded { id, command } => {
                if let Command::Query(query) = &*command {
                    // It changes nothing, so nothing becomes due by it.
                    return self.query(id, query);
                }
                let result = self.command(*command).map(Box::new).map_err(Box::new);
                self.outbox.push(Output::Reply { id, result });
            }
            Input::TimerFired => self.wake = None,
        }
        self.tell_news(None);
        self.ask_partners();
    }

    /// The next effect, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.pop()
    }

    fn exchange(&mut self) -> Exchange<'_> {
        Exchange {
            ledger: &mut self.ledger,
            partners: &mut self.partners,
            outbox: &mut self.outbox,
            signer: self.pen.signer(),
            now: self.now,
        }
    }

    fn writer(&mut self) -> Writer<'_> {
        Writer {
            pen: &mut self.pen,
            ledger: &mut self.ledger,
            outbox: &mut self.outbox,
            readings: &self.readings,
            now: self.now,
        }
    }

    const fn reader(&self) -> Reader<'_> {
        Reader { ledger: &self.ledger, partners: &self.partners, now: self.now, readings: &self.readings }
    }

    fn query(&mut self, id: CommandId, query: &Query) {
        let shown = self.outbox.shown_by(query);
        let answer = self.answer(query).map(|answer| Reply::Answer(Box::new(answer)));
        self.outbox.push_after(shown, Output::Reply { id, result: answer.map(Box::new).map_err(Box::new) });
    }

    fn answer(&self, query: &Query) -> Result<QueryAnswer, Refused> {
        self.reader().answer(query)
    }

    fn command(&mut self, command: Command) -> Result<Reply, Refused> {
        match command {
            Command::Query(query) => self.answer(&query).map(|answer| Reply::Answer(Box::new(answer))),
            Command::Take(invitation) => {
                let ring = self.ledger.take_invitation(&mut self.outbox, &invitation);
                self.tell_news(None);
                ring.map(|ring| Reply::Taken { ring })
            }
            Command::Announce(addresses) => {
                self.ledger.announce(&mut self.outbox, &addresses, self.now, self.pen.signer());
                Ok(Reply::Done)
            }
            Command::Create { ring, only, kind, edits, overridden, speaker } => {
                let kind = tally_record::find(&kind).ok_or(Refused::UnknownType(kind))?;
                let mut writer = self.writer();
                let of = writer.audience(ring, only)?;
                let written = writer.create(
                    &NewDocument { of, kind, clearance: Clearance::Guard(overridden) },
                    &edits,
                    speaker,
                )?;
                let (document, entry) = (written.document, written.entry);
                let record = self.read_written(written)?;
                Ok(Reply::Created { document, entry, version: record.version.clone(), record })
            }
            Command::Edit { document, edits, base, reason, overridden, speaker } => {
                let base = base.map(|base| self.find(&document)?.version(&base).map_err(Refused::from)).transpose()?;
                let new = NewChange { base, reason, clearance: Clearance::Guard(overridden) };
                let mut written = self.writer().edit(&document, &edits, new, speaker)?;
                let (entry, joined) = (written.entry, std::mem::take(&mut written.joined));
                let record = self.read_written(written)?;
                Ok(Reply::Edited { entry, version: record.version.clone(), joined, record })
            }
            Command::State { document, version, word, note, authority, overridden, speaker } => {
                let recorded = self.find(&document)?;
                let version = match version {
                    Some(version) => Some(recorded.version(&version)?)
                        .filter(|version| recorded.document.covers(version))
                        .ok_or(UnknownVersion)?,
                    None => recorded.document.heads(),
                };
                let statement = Statement {
                    word,
                    version: version.hashes().copied().collect(),
                    note,
                    role: speaker.role,
                    sector: speaker.sector,
                    areas: speaker.areas,
                    authority,
                    value: None,
                    answers: None,
                    again: None,
                };
                let written =
                    self.writer().state(&document, statement, Some(speaker.seat), &Clearance::Guard(overridden))?;
                let entry = written.entry;
                let record = self.read_written(written)?;
                Ok(Reply::Stated { entry, version, record })
            }
        }
    }

    fn find(&self, document: &DocumentId) -> Result<&RecordedDocument, Refused> {
        self.ledger.document(document).map(|(_, recorded)| recorded).ok_or(Refused::UnknownDocument(*document))
    }

    /// The record after an own act, read once for whoever asked and for whoever listens.
    fn read_written(&mut self, written: Written) -> Result<Arc<RecordReading>, Refused> {
        let document = written.document;
        let record = self.reader().present(&document, written.reading).ok_or(Refused::UnknownDocument(document))?;
        let record = Arc::new(record);
        self.tell_news(Some(&record));
        Ok(record)
    }

    /// Writes own entries again that were set aside, where nothing more of the audience is being fetched.
    fn write_again(&mut self) {
        let audiences: Vec<AudienceRef> = self.ledger.books().map(|(of, _)| *of).collect();
        let settled: Vec<AudienceRef> = audiences.into_iter().filter(|of| !self.partners.is_fetching(of)).collect();
        self.writer().write_again(settled);
    }

    /// Gives partners what has become due, asks each the next question, and says when to come back.
    fn ask_partners(&mut self) {
        self.partners.make_due(self.now);
        for node in self.partners.nodes() {
            self.exchange().ask_next(node);
        }
        if let Some(next) = self.partners.next_due()
            && self.wake.is_none_or(|wake| next < wake)
        {
            self.wake = Some(next);
            self.outbox.push(Output::WakeAt(next));
        }
    }

    /// Tells listeners of verdicts, and has partners hear of what is new. `own` is the record that this node changed
    /// itself, as it reads now.
    fn tell_news(&mut self, own: Option<&Arc<RecordReading>>) {
        let news = self.ledger.take_news();
        for (of, judged) in news.judged {
            let mut changed = BTreeSet::new();
            for one in judged {
                match one.verdict {
                    Verdict::Standing => changed.extend(one.document),
                    Verdict::Void(why) => self.outbox.push(Output::Tell(Event::EntryVoid { entry: one.entry, why })),
                    Verdict::Waiting => {}
                }
            }
            for document in self.ledger.take_stopped(&of) {
                self.outbox.push(Output::Tell(Event::DocumentStopped { document }));
            }
            for document in changed {
                let record = own.filter(|record| record.document == document).cloned();
                self.outbox.push(Output::Tell(Event::DocumentChanged { ring: of.0, document, record }));
            }
            self.spread(of);
        }
        for of in news.compare {
            self.greet(|replica, node| replica.ledger.shared(node, &of).is_some());
        }
        if !news.acts.is_empty() {
            self.allow();
            self.greet(|replica, node| replica.ledger.shared_rings(node).iter().any(|ring| news.acts.contains(ring)));
        }
    }

    /// Compares with every partner of which this holds.
    fn greet(&mut self, with: impl Fn(&Self, &NodeId) -> bool) {
        for node in self.partners.nodes() {
            if with(self, &node) {
                self.partners.add(&node, Task::Hello);
            }
        }
    }

    /// Lets every connected partner of the audience know that there is something new.
    fn spread(&mut self, of: AudienceRef) {
        let due = self.now.plus(RECEIPTS_EVERY);
        for node in self.partners.nodes() {
            if self.ledger.shared(&node, &of).is_some()
                && let Some(partner) = self.partners.get_mut(&node).filter(|partner| partner.connected)
            {
                partner.add(Task::New(of));
                partner.receipts_due.get_or_insert(due);
            }
        }
    }

    /// Says again who may connect, if that changed.
    fn allow(&mut self) {
        let (me, node) = (self.ledger.member(), self.ledger.node());
        let mut allowed = BTreeMap::new();
        for (_, ring) in self.ledger.rings() {
            let members = ring_members(ring);
            if !members.contains(&me) {
                continue;
            }
            for certificate in members.iter().flat_map(|member| ring.nodes_of(*member)) {
                if certificate.node == node {
                    continue;
                }
                let listed = ring_editions(ring).find_map(|edition| edition.listed(certificate.member));
                let one = allowed.entry(certificate.node).or_insert_with(|| AllowedNode {
                    node: certificate.node,
                    member: listed.map(|listed| listed.name.clone()).unwrap_or_default(),
                    transport: certificate.transport,
                    addresses: Vec::new(),
                });
                for address in ring.addresses(certificate.node) {
                    if !one.addresses.contains(address) {
                        one.addresses.push(address.clone());
                    }
                }
            }
        }
        let allowed: Vec<AllowedNode> = allowed.into_values().collect();
        if allowed != self.allowed {
            self.allowed.clone_from(&allowed);
            self.outbox.push(Output::Allow(allowed));
        }
    }
}
