//! What is held: the rings this node knows, and for each audience a book of its logs and of what they make.

pub(crate) mod act_refused;
mod acts;
pub(crate) mod book;
pub(crate) mod chained;
mod forks;
mod holdings;
pub(crate) mod log;
pub(crate) mod news;
pub(crate) mod receipts;
pub(crate) mod spent;

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteVec;
use tally_document::{Admitted, Description, Reading};
use tally_entry::{ChangeHash, DocumentId, LogId, MemberId, NodeId, RUN_BYTES_MAX, RingId, Unverified};
use tally_ring::{Audience, ControlAct, Edition, Ring};

use crate::api::append::{Append, Note};
use crate::api::output::{Event, Output};
use crate::api::refused::Refused;
use crate::counted::document::RecordedDocument;
use crate::counted::verdict::Verdict;
use crate::ledger::act_refused::ActNotTaken;
use crate::ledger::book::{Book, Offered};
use crate::ledger::chained::{AudienceRef, Chained, LogKey, Unchained};
use crate::ledger::log::Log;
use crate::ledger::news::News;
use crate::ledger::receipts::Receipts;
use crate::outbox::Outbox;

/// The most audiences that one node keeps apart: every pair of a ring of fourteen, and as many again.
const AUDIENCES_MAX: usize = 256;

/// What this node holds. Whatever changes it is appended with it, and what is new by it is told by [`News`].
#[derive(Debug)]
pub(crate) struct Ledger {
    member: MemberId,
    node: NodeId,
    rings: BTreeMap<RingId, Ring>,
    books: BTreeMap<AudienceRef, Book>,
    /// The incarnation in which this node writes, where it is not the first.
    incarnations: BTreeMap<AudienceRef, u32>,
    news: News,
}

impl Ledger {
    pub(crate) fn new(member: MemberId, node: NodeId) -> Self {
        Self::reopened(member, node, BTreeMap::new(), BTreeMap::new(), BTreeMap::new())
    }

    /// What a start found in the journal: listeners and partners were told of it in the run before.
    pub(crate) fn reopened(
        member: MemberId,
        node: NodeId,
        rings: BTreeMap<RingId, Ring>,
        books: BTreeMap<AudienceRef, Book>,
        incarnations: BTreeMap<AudienceRef, u32>,
    ) -> Self {
        Self { member, node, rings, books, incarnations, news: News::default() }
    }

    pub(crate) const fn member(&self) -> MemberId {
        self.member
    }

    pub(crate) const fn node(&self) -> NodeId {
        self.node
    }

    pub(crate) fn ring(&self, id: &RingId) -> Option<&Ring> {
        self.rings.get(id)
    }

    pub(crate) fn rings(&self) -> impl Iterator<Item = (&RingId, &Ring)> {
        self.rings.iter()
    }

    /// A ring's edition in force.
    pub(crate) fn edition(&self, ring: &RingId) -> Option<&Edition> {
        self.rings.get(ring)?.current()
    }

    pub(crate) fn book(&self, of: &AudienceRef) -> Option<&Book> {
        self.books.get(of)
    }

    pub(crate) fn books(&self) -> impl Iterator<Item = (&AudienceRef, &Book)> {
        self.books.iter()
    }

    /// The document and the audience it is in.
    pub(crate) fn document(&self, id: &DocumentId) -> Option<(AudienceRef, &RecordedDocument)> {
        self.books.iter().find_map(|(of, book)| Some((*of, book.documents().get(id)?)))
    }

    /// The member to which the node belongs that wrote an entry.
    pub(crate) fn writer(&self, entry: &Chained) -> Option<MemberId> {
        self.rings.get(&entry.header().ring)?.member_of(entry.header().node)
    }

    /// The incarnation in which this node writes.
    pub(crate) fn incarnation(&self, of: &AudienceRef) -> u32 {
        self.incarnations.get(of).copied().unwrap_or(1)
    }

    /// Rings that a partner's node shares with us, complete or as drafts that list both.
    pub(crate) fn shared_rings(&self, with: &NodeId) -> Vec<RingId> {
        let both = |ring: &Ring| {
            let members = ring_members(ring);
            ring.member_of(*with).is_some_and(|member| members.contains(&member) && members.contains(&self.member))
        };
        self.rings.iter().filter(|(_, ring)| both(ring)).map(|(id, _)| *id).collect()
    }

    /// The audiences that a partner's node may hold, of those that we hold.
    pub(crate) fn shared_audiences(&self, with: &NodeId) -> Vec<AudienceRef> {
        self.books.keys().filter(|of| self.shared(with, of).is_some()).copied().collect()
    }

    /// The book of an audience, if a partner's node may hold it too: whoever talks to a partner asks here, so that
    /// nothing of an audience goes to a node outside it or is taken from one.
    pub(crate) fn shared(&self, with: &NodeId, of: &AudienceRef) -> Option<&Book> {
        let ring = self.rings.get(&of.0)?;
        let (edition, member, book) = (ring.current()?, ring.member_of(*with)?, self.books.get(of)?);
        book.audience().holds(edition, member).then_some(book)
    }

    /// The receipts in an audience, if a partner's node may hold it too.
    pub(crate) fn shared_receipts(&mut self, with: &NodeId, of: &AudienceRef) -> Option<&mut Receipts> {
        self.shared(with, of)?;
        self.books.get_mut(of).map(Book::receipts_mut)
    }

    /// Opens the book of an audience that we are of; none where it cannot be.
    pub(crate) fn open_book(&mut self, outbox: &mut Outbox, ring: RingId, audience: Audience) -> Option<AudienceRef> {
        if !audience.holds(self.edition(&ring)?, self.member) {
            return None;
        }
        let of = (ring, audience.id());
        if !self.books.contains_key(&of) {
            if self.books.len() >= AUDIENCES_MAX {
                return None;
            }
            if let Some(only) = audience.members() {
                outbox.append(Append::Note(Note::Audience { ring, only: only.iter().copied().collect() }));
            }
            self.books.insert(of, Book::new(ring, audience));
            // Entries go live once both have said that they know of the audience.
            self.news.compare(of);
        }
        Some(of)
    }

    /// Checks a run of an audience against what is here, and says what it is to it.
    pub(crate) fn offer(&self, book: &Book, run: &[ByteVec]) -> Result<Offered, Unchained> {
        let bytes: usize = run.iter().map(|entry| entry.len()).sum();
        let run: Vec<Unverified> = run.iter().map(|entry| Unverified::decode(entry)).collect::<Result<_, _>>()?;
        if bytes > RUN_BYTES_MAX {
            return Err(Unchained::RunTooLong(bytes));
        }
        match self.rings.get(&book.ring()) {
            Some(ring) => book.offer(ring, run),
            None => Ok(Offered::Known),
        }
    }

    /// Appends entries that were chained to their log's head, and judges them.
    pub(crate) fn take(&mut self, outbox: &mut Outbox, of: AudienceRef, entries: &[Chained]) {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return;
        };
        for entry in entries {
            outbox.append(Append::Entry(entry.clone()));
        }
        self.news.judged(of, book.take(ring, entries));
    }

    /// Appends an own entry; where it would be void nothing is appended and the log is as it was.
    pub(crate) fn take_own(&mut self, outbox: &mut Outbox, of: AudienceRef, entry: Chained) -> Result<(), Refused> {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return Err(Refused::UnknownRing(of.0));
        };
        let judged = book.take(ring, std::slice::from_ref(&entry));
        let void = judged.iter().find_map(|one| match &one.verdict {
            Verdict::Void(why) if one.entry == entry.id() => Some(why.clone()),
            _ => None,
        });
        if let Some(why) = void {
            book.cut(&entry.log_key(), entry.header().sequence - 1);
            book.forget(&entry.id());
            book.rejudge(ring);
            return Err(Refused::Void(why));
        }
        outbox.append(Append::Entry(entry));
        self.news.judged(of, judged);
        Ok(())
    }

    /// Reads a document with a change that is not signed yet and [stays in it](tally_document::Document::try_out); none,
    /// and the document as it was, where that fails.
    pub(crate) fn try_out(
        &mut self,
        of: AudienceRef,
        document: &DocumentId,
        change: Admitted,
        description: &Description,
    ) -> Option<Reading> {
        self.books.get_mut(&of)?.documents_mut().document(document)?.try_out(change, description).ok()
    }

    /// Whether an own change to a document waits for others. The next would take its number, and one of them be void.
    pub(crate) fn awaits_own(&self, of: AudienceRef, document: &DocumentId) -> bool {
        let incarnation = self.incarnation(&of);
        self.books.get(&of).is_some_and(|book| book.documents().awaits(*document, self.node, incarnation))
    }

    /// Takes a change back that was tried out and not signed.
    pub(crate) fn retract(&mut self, of: AudienceRef, document: &DocumentId, change: &ChangeHash) {
        let tried = self.books.get_mut(&of).and_then(|book| book.documents_mut().document(document));
        if let Some(tried) = tried {
            tried.retract(change);
        }
    }

    /// Sets own entries after a sequence aside: they give way to what a partner holds.
    pub(crate) fn set_aside(&mut self, outbox: &mut Outbox, of: AudienceRef, key: LogKey, after: u64) {
        let Some(book) = self.books.get_mut(&of) else {
            return;
        };
        if after < book.log(&key).map_or(0, Log::length) {
            outbox.append(Append::Note(Note::Aside { log: book.log_id(key), after }));
            book.cut(&key, after);
            self.rejudge(of);
        }
    }

    /// Goes on writing in this incarnation.
    pub(crate) fn open_incarnation(&mut self, outbox: &mut Outbox, of: AudienceRef, incarnation: u32) {
        self.incarnations.insert(of, incarnation);
        outbox.append(Append::Note(Note::Opens { ring: of.0, audience: of.1, incarnation }));
    }

    /// Takes a control act of an audience; gives the audience to [rejudge](Self::rejudge_ended), where a log ends with
    /// it and that was news.
    pub(crate) fn take_audience_act(
        &mut self,
        outbox: &mut Outbox,
        of: AudienceRef,
        act: ControlAct,
    ) -> Result<Option<AudienceRef>, ActNotTaken> {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return Err(ActNotTaken::Elsewhere);
        };
        let Some(frozen) = book.take_act(ring, &act)? else {
            return Ok(None);
        };
        let log = frozen.log;
        outbox.append(Append::Act(act));
        outbox.push(Output::Tell(Event::Forked {
            node: log.node,
            audience: log.audience,
            after: frozen.after_sequence,
        }));
        self.open_after(outbox, of, &log);
        Ok(Some(of))
    }

    /// Goes on in the next incarnation, where the one that ended is our own.
    fn open_after(&mut self, outbox: &mut Outbox, of: AudienceRef, ended: &LogId) {
        if ended.node == self.node && ended.incarnation >= self.incarnation(&of) {
            self.open_incarnation(outbox, of, ended.incarnation.saturating_add(1));
        }
    }

    /// Judges an audience anew in which logs ended, which every partner has to hear of.
    pub(crate) fn rejudge_ended(&mut self, of: AudienceRef) {
        self.rejudge(of);
        self.news.compare(of);
    }

    fn rejudge(&mut self, of: AudienceRef) {
        if let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) {
            self.news.judged(of, book.rejudge(ring));
        }
    }

    /// What is new since this was last asked.
    pub(crate) fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// Documents of an audience that stopped since this was last asked.
    pub(crate) fn take_stopped(&mut self, of: &AudienceRef) -> BTreeSet<DocumentId> {
        self.books.get_mut(of).map(Book::take_stopped).unwrap_or_default()
    }
}

/// The members of the edition in force and of every edition that is not complete: those who must be able to meet.
pub(crate) fn ring_members(ring: &Ring) -> BTreeSet<MemberId> {
    ring_editions(ring).flat_map(|edition| edition.members.iter().map(|listed| listed.member)).collect()
}

/// The edition in force and every one that is not complete.
pub(crate) fn ring_editions(ring: &Ring) -> impl Iterator<Item = &Edition> {
    ring.current().into_iter().chain(ring.undecided().map(tally_ring::SignedEdition::edition))
}
