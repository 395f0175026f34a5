//! Own words that were set aside, written again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Document, Edit, EditError, Limits, Reading, Value, Verdict, Version};
use tally_entry::{Actor, Birth, Body, Change, ChangeHash, DocumentId, Kind, LogId, Statement};
use tally_record::Type;

use crate::api::command::{Refused, Reply, Speaker};
use crate::api::output::{Event, Output};
use crate::ledger::chained::{AudienceRef, Chained};
use crate::pen::write::{Cradle, Ground};
use crate::replica::Replica;
use crate::session::partner::Task;

/// What took the place of what: documents and changes set aside, and those written for them.
#[derive(Default)]
struct Places {
    documents: BTreeMap<DocumentId, DocumentId>,
    changes: BTreeMap<ChangeHash, ChangeHash>,
}

impl Places {
    fn document(&self, old: DocumentId) -> DocumentId {
        newest(&self.documents, old)
    }

    fn version<'a>(&self, old: impl Iterator<Item = &'a ChangeHash>) -> Version {
        old.map(|hash| newest(&self.changes, *hash)).collect()
    }
}

/// What took the place of something in the end: what was written again may have been set aside and written once more.
fn newest<T: Ord + Copy>(places: &BTreeMap<T, T>, old: T) -> T {
    let mut now = old;
    // Nothing is replaced more often than there are places, so a circle that somebody forged ends too.
    for _ in 0..places.len() {
        match places.get(&now) {
            Some(next) => now = *next,
            None => break,
        }
    }
    now
}

/// A document as far as its writer's changes that were set aside build on it.
struct Past {
    document: Document,
    kind: &'static Type,
}

impl Past {
    fn born(birth: &Birth, actor: Actor) -> Option<Self> {
        let document = Document::open(&birth.change, actor, &Limits::FIRST).ok()?;
        Some(Self { document, kind: tally_record::find(&birth.type_name)? })
    }

    /// How it read at a version, with what that builds on taken from the document as it stands.
    fn reading(&mut self, version: &[ChangeHash], present: Option<&Document>) -> Option<Reading> {
        let missing: Vec<ChangeHash> = version.iter().filter(|hash| !self.document.contains(hash)).copied().collect();
        if !missing.is_empty() {
            admit_from(self, present?, &missing)?;
        }
        self.document.read(self.kind.description, Some(&version.iter().copied().collect())).ok()
    }

    /// All that a new document says, as edits.
    fn whole(&self) -> Option<Vec<Edit>> {
        let reading = self.document.read(self.kind.description, None).ok()?;
        Some(
            reading
                .fields
                .into_iter()
                .filter(|(_, value)| *value != Value::Empty && !value.is_empty())
                .map(|(field, value)| Edit::Set { field, value })
                .collect(),
        )
    }
}

/// What came of writing an entry again.
enum Again {
    Written,
    /// What it said stands already.
    NothingToSay,
    /// No version reads as the one that its seat saw.
    OtherWords,
}

/// Whether two readings say the same: every field, and every answer where there are several.
fn same_words(one: &Reading, other: &Reading) -> bool {
    one.fields == other.fields && answers(one) == answers(other)
}

/// The open answers by field. Lines that were written again have other ids, and the same words.
fn answers(reading: &Reading) -> BTreeMap<(&str, &str), Vec<&Value>> {
    let mut answers: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for (path, several) in &reading.answers {
        let mut parts = path.splitn(3, '/');
        let field = parts.next().unwrap_or_default();
        let name = parts.nth(1).unwrap_or_default();
        answers.entry((field, name)).or_default().extend(several.iter().map(|answer| &answer.value));
    }
    answers.values_mut().for_each(|values| values.sort());
    answers
}

impl Replica {
    /// Writes own entries again that were set aside, once no partner is known to hold more of our logs.
    ///
    /// Nearly every fork is an accident of a restored copy; what a person wrote in it must not be lost for that.
    pub(crate) fn write_again(&mut self) {
        let audiences: Vec<AudienceRef> = self.books.keys().copied().collect();
        let mut rewritten = 0;
        for of in audiences {
            if self.is_fetching(&of) {
                continue;
            }
            rewritten += self.write_audience_again(of);
        }
        if rewritten > 0 {
            self.outbox.push(Output::Tell(Event::Restored { rewritten }));
        }
    }

    fn is_fetching(&self, of: &AudienceRef) -> bool {
        self.partners.values().any(|partner| {
            partner.has(|task| match task {
                Task::Pull(pulled) => pulled == of,
                Task::Trace(log, _) => (log.ring, log.audience) == *of,
                _ => false,
            })
        })
    }

    fn write_audience_again(&mut self, of: AudienceRef) -> usize {
        let Some(book) = self.books.get(&of) else {
            return 0;
        };
        let mut orphans: Vec<(Chained, Option<Chained>)> = book
            .aside()
            .filter(|entry| entry.header().node == self.node)
            .map(|entry| (entry.clone(), book.written_as(entry).cloned()))
            .collect();
        if orphans.iter().all(|(entry, later)| later.is_some() || self.left_aside.contains(&entry.id())) {
            return 0;
        }
        // Births first: what was said about a document follows it into its new place.
        orphans.sort_by_key(|(entry, _)| {
            let header = entry.header();
            (header.kind != Kind::Birth, header.incarnation, header.sequence)
        });
        let mut places = Places::default();
        let mut pasts: BTreeMap<DocumentId, Past> = BTreeMap::new();
        let mut unfinished: BTreeSet<DocumentId> = BTreeSet::new();
        let mut rewritten = 0;
        for (orphan, later) in orphans {
            if let Some(later) = later {
                // An earlier run wrote it; what builds on it must find its place.
                let _ = self.follow(of, &orphan, &later, &mut places, &mut pasts);
                continue;
            }
            if orphan.header().kind == Kind::Statement && self.left_aside.contains(&orphan.id()) {
                continue;
            }
            match self.write_entry_again(of, &orphan, &mut places, &mut pasts) {
                Some(Again::Written) => rewritten += 1,
                Some(Again::NothingToSay) => drop(self.left_aside.insert(orphan.id())),
                // The same words may still come to stand, where a change that is to be written again is missing yet.
                Some(Again::OtherWords) if orphan.header().document.is_some_and(|id| unfinished.contains(&id)) => {}
                Some(Again::OtherWords) => self.leave_aside(&orphan, &places),
                None => unfinished.extend(orphan.header().document),
            }
        }
        rewritten
    }

    /// Leaves a statement where it is: its seat says itself what it thinks of the words that stand now.
    fn leave_aside(&mut self, orphan: &Chained, places: &Places) {
        if let Some(document) = orphan.header().document
            && self.left_aside.insert(orphan.id())
        {
            let (document, entry) = (places.document(document), orphan.id());
            self.outbox.push(Output::Tell(Event::LeftAside { document, entry }));
        }
    }

    /// Remembers the place of an entry that was written again before, for those that build on it.
    fn follow(
        &self,
        of: AudienceRef,
        orphan: &Chained,
        later: &Chained,
        places: &mut Places,
        pasts: &mut BTreeMap<DocumentId, Past>,
    ) -> Option<()> {
        let (header, new) = (orphan.header(), later.header());
        let (old, document) = (header.document?, new.document?);
        let own = actor(&header.log(), &old, header.life);
        let wrote = match Body::decode(new.kind, later.entry().body()?).ok()? {
            Body::Birth(birth) => birth.change,
            Body::Change(change) => change.change,
            Body::Statement(_) | Body::Seal(_) => return None,
        };
        let now = tally_document::claimed_hash(&wrote, actor(&new.log(), &document, new.life))?;
        let before = match Body::decode(header.kind, orphan.entry().body()?).ok()? {
            Body::Birth(birth) => {
                places.documents.insert(old, document);
                let past = Past::born(&birth, own)?;
                let hash = past.document.birth();
                pasts.insert(old, past);
                hash
            }
            Body::Change(change) => self.did(&of, old, pasts, &change, own)?.hash,
            Body::Statement(_) | Body::Seal(_) => return None,
        };
        places.changes.insert(before, now);
        Some(())
    }

    fn write_entry_again(
        &mut self,
        of: AudienceRef,
        orphan: &Chained,
        places: &mut Places,
        pasts: &mut BTreeMap<DocumentId, Past>,
    ) -> Option<Again> {
        let header = orphan.header().clone();
        let again = Some(orphan.id());
        let speaker = header.seat.clone().map(|seat| Speaker { seat, ..Speaker::default() });
        let old = header.document?;
        let own = actor(&header.log(), &old, header.life);
        match Body::decode(header.kind, orphan.entry().body()?).ok()? {
            Body::Birth(birth) => {
                let past = Past::born(&birth, own)?;
                let cradle = Cradle { of, kind: past.kind, again };
                let Ok(Reply::Created { document: new, version, .. }) = self.create(&cradle, &past.whole()?, speaker)
                else {
                    return None;
                };
                places.documents.insert(old, new);
                places.changes.extend(past.document.heads().hashes().copied().zip(version.hashes().copied()));
                pasts.insert(old, past);
            }
            Body::Change(change) => {
                let did = self.did(&of, old, pasts, &change, own)?;
                let base = places.version(did.before.hashes());
                let new = places.document(old);
                let covered = self.find(&new).is_ok_and(|(_, folder)| folder.document.covers(&base));
                let ground = Ground { base: covered.then_some(base), reason: change.reason, again };
                let entry = match self.edit(&new, &did.edits, ground, speaker) {
                    Ok(Reply::Edited { entry, .. }) => entry,
                    Err(Refused::Edit(EditError::NothingChanged)) => return Some(Again::NothingToSay),
                    Ok(_) | Err(_) => return None,
                };
                let (_, folder) = self.find(&new).ok()?;
                let now = folder.carried_by(&entry)?;
                places.changes.insert(did.hash, now);
            }
            Body::Statement(statement) => {
                // Another key signed these very bytes, and nobody here can make it sign others.
                let signed_by_seat = orphan.entry().co_signature().is_some();
                self.find(&places.document(old)).ok()?;
                let same = self.reads_the_same(&of, old, &statement, places, pasts).filter(|_| !signed_by_seat);
                let Some(version) = same else {
                    return Some(Again::OtherWords);
                };
                let version = version.hashes().copied().collect();
                let body = Body::Statement(Statement { version, again, ..statement });
                self.write(of, Some(places.document(old)), body, header.seat).ok()?;
            }
            Body::Seal(_) => return Some(Again::NothingToSay),
        }
        Some(Again::Written)
    }

    /// The version now that reads word for word as the one that a statement was about; none where there is none.
    ///
    /// A statement that followed its version into other words would put words into a seat's mouth, and one about a
    /// version that never comes would wait for ever.
    fn reads_the_same(
        &self,
        of: &AudienceRef,
        old: DocumentId,
        statement: &Statement,
        places: &Places,
        pasts: &mut BTreeMap<DocumentId, Past>,
    ) -> Option<Version> {
        let (_, folder) = self.find(&places.document(old)).ok()?;
        let present = self.find(&old).ok().map(|(_, folder)| &folder.document);
        let past = self.past(of, old, pasts)?;
        let seen = past.reading(&statement.version, present)?;
        // Where the change made no difference any more, the words may stand by another's change.
        [places.version(statement.version.iter()), folder.document.heads()]
            .into_iter()
            .filter(|version| folder.document.covers(version))
            .find(|version| {
                let now = folder.document.read(past.kind.description, Some(version));
                now.is_ok_and(|now| same_words(&seen, &now))
            })
    }

    /// What a change that was set aside did to its document.
    fn did(
        &self,
        of: &AudienceRef,
        id: DocumentId,
        pasts: &mut BTreeMap<DocumentId, Past>,
        change: &Change,
        actor: Actor,
    ) -> Option<Did> {
        let present = self.find(&id).ok().map(|(_, folder)| &folder.document);
        changed(self.past(of, id, pasts)?, present, change, actor)
    }

    /// The document at its birth, to which what a change set aside built on is added to see what it did.
    fn past<'a>(
        &self,
        of: &AudienceRef,
        id: DocumentId,
        pasts: &'a mut BTreeMap<DocumentId, Past>,
    ) -> Option<&'a mut Past> {
        match pasts.entry(id) {
            Entry::Occupied(past) => Some(past.into_mut()),
            Entry::Vacant(place) => {
                let folder = self.books.get(of)?.shelf().folder(&id)?;
                let actor = actor(&folder.born.header().log(), &id, 0);
                Some(place.insert(Past::born(&folder.birth, actor)?))
            }
        }
    }
}

/// What one change did, as edits.
struct Did {
    hash: ChangeHash,
    before: Version,
    edits: Vec<Edit>,
}

fn changed(past: &mut Past, present: Option<&Document>, change: &Change, actor: Actor) -> Option<Did> {
    let admitted = loop {
        match past.document.judge(actor, &change.change) {
            Verdict::Admit(admitted) => break admitted,
            Verdict::Void(_) => return None,
            // Only what the change builds on: beside it, a later life may have said something else in its place.
            Verdict::Wait(missing) => admit_from(past, present?, &missing)?,
        }
    };
    let hash = admitted.hash();
    let before: Version = admitted.dependencies().iter().copied().collect();
    past.document.admit(vec![admitted]).ok()?;
    let after: Version = std::iter::once(hash).collect();
    let edits = past
        .document
        .difference(past.kind.description, &before, &after)
        .ok()?
        .into_iter()
        .map(|difference| Edit::Set { field: difference.field, value: difference.after })
        .collect();
    Some(Did { hash, before, edits })
}

/// Adds changes, and all that they build on, from the document as it stands.
fn admit_from(past: &mut Past, present: &Document, wanted: &[ChangeHash]) -> Option<()> {
    let builds_on: BTreeMap<ChangeHash, Vec<ChangeHash>> =
        present.history().into_iter().map(|step| (step.hash, step.deps)).collect();
    let mut needed: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut open: Vec<ChangeHash> = wanted.to_vec();
    while let Some(hash) = open.pop() {
        if !past.document.contains(&hash) && needed.insert(hash) {
            open.extend(builds_on.get(&hash)?);
        }
    }
    for (actor, bytes) in present.changes_bytes() {
        let hash = tally_document::claimed_hash(&bytes, actor)?;
        if needed.remove(&hash) {
            let Verdict::Admit(admitted) = past.document.judge(actor, &bytes) else {
                return None;
            };
            past.document.admit(vec![admitted]).ok()?;
        }
    }
    needed.is_empty().then_some(())
}

fn actor(log: &LogId, document: &DocumentId, life: u32) -> Actor {
    Actor::derive(&log.ring, document, &log.node, log.incarnation, life)
}
