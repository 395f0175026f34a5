//! Own words that were set aside, written again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use tally_document::{EditError, Version};
use tally_entry::{Actor, Body, Change, ChangeHash, DocumentId, EditionId, Kind, LogId, Statement};
use tally_ring::Edition;

use crate::api::command::Speaker;
use crate::api::output::{Event, Output};
use crate::api::refused::Refused;
use crate::ledger::chained::{AudienceRef, Chained};
use crate::pen::Writer;
use crate::pen::clearance::Clearance;
use crate::pen::old_document::{OldChange, OldDocument, same_words};
use crate::pen::write::{NewChange, NewDocument};

/// What took the place of what: documents and changes set aside, and those written for them.
#[derive(Default)]
struct Replacements {
    documents: BTreeMap<DocumentId, DocumentId>,
    changes: BTreeMap<ChangeHash, ChangeHash>,
}

impl Replacements {
    fn document(&self, old: DocumentId) -> DocumentId {
        newest(&self.documents, old)
    }

    fn version<'a>(&self, old: impl Iterator<Item = &'a ChangeHash>) -> Version {
        old.map(|hash| newest(&self.changes, *hash)).collect()
    }
}

/// What took the place of something in the end: what was written again may have been set aside and written once more.
fn newest<T: Ord + Copy>(replaced: &BTreeMap<T, T>, old: T) -> T {
    let mut now = old;
    // Nothing is replaced more often than there are replaced, so a circle that somebody forged ends too.
    for _ in 0..replaced.len() {
        match replaced.get(&now) {
            Some(next) => now = *next,
            None => break,
        }
    }
    now
}

/// What writing again was last tried with. Trying once more with the same comes to the same.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    orphans: usize,
    documents: BTreeMap<DocumentId, Version>,
    edition: Option<EditionId>,
}

/// What came of writing an entry again.
enum Again {
    Written,
    /// What it said stands already.
    NothingToSay,
    /// What its seat saw stands no more: no version reads so, or the choice is among other answers.
    OtherWords,
}

impl Writer<'_> {
    /// Writes own entries again that were set aside, once no partner is known to hold more of our logs.
    ///
    /// Nearly every fork is an accident of a restored copy; what a person wrote in it must not be lost for that.
    pub(crate) fn write_again(&mut self, audiences: impl IntoIterator<Item = AudienceRef>) {
        let rewritten = audiences.into_iter().map(|of| self.write_audience_again(of)).sum();
        if rewritten > 0 {
            self.outbox.push(Output::Tell(Event::Restored { rewritten }));
        }
    }

    fn write_audience_again(&mut self, of: AudienceRef) -> usize {
        let Some(book) = self.ledger.book(&of) else {
            return 0;
        };
        let mut orphans: Vec<(Chained, Option<Chained>)> = book
            .aside()
            .filter(|entry| entry.header().node == self.ledger.node())
            .map(|entry| (entry.clone(), book.written_as(entry).cloned()))
            .collect();
        let due = self.due(&orphans);
        orphans.retain(|(entry, _)| entry.header().document.is_some_and(|document| due.contains(&document)));
        if orphans.is_empty() {
            return 0;
        }
        let tried = self.tried(of, &due, orphans.len());
        if self.pen.tried.get(&of) == Some(&tried) {
            return 0;
        }
        self.pen.tried.insert(of, tried);
        // Births first: what was said about a document follows it into its new place.
        orphans.sort_by_key(|(entry, _)| {
            let header = entry.header();
            (header.kind != Kind::Birth, header.incarnation, header.sequence)
        });
        let mut replaced = Replacements::default();
        let mut olds: BTreeMap<DocumentId, OldDocument> = BTreeMap::new();
        let mut unfinished: BTreeSet<DocumentId> = BTreeSet::new();
        let mut rewritten = 0;
        for (orphan, later) in orphans {
            if let Some(later) = later {
                // An earlier run wrote it; what builds on it must find its place.
                let _ = self.follow(of, &orphan, &later, &mut replaced, &mut olds);
                continue;
            }
            if orphan.header().kind == Kind::Statement && self.pen.left_aside.contains(&orphan.id()) {
                continue;
            }
            match self.write_entry_again(of, &orphan, &mut replaced, &mut olds) {
                Some(Again::Written) => rewritten += 1,
                Some(Again::NothingToSay) => drop(self.pen.left_aside.insert(orphan.id())),
                // The same words may still come to stand, where a change that is to be written again is missing yet.
                Some(Again::OtherWords) if orphan.header().document.is_some_and(|id| unfinished.contains(&id)) => {}
                Some(Again::OtherWords) => self.leave_aside(&orphan, &replaced),
                None => unfinished.extend(orphan.header().document),
            }
        }
        rewritten
    }

    /// The documents in which something is still to be written again, and those in which that was begun.
    fn due(&self, orphans: &[(Chained, Option<Chained>)]) -> BTreeSet<DocumentId> {
        let open =
            orphans.iter().filter(|(entry, later)| later.is_none() && !self.pen.left_aside.contains(&entry.id()));
        let mut due: BTreeSet<DocumentId> = open.filter_map(|(entry, _)| entry.header().document).collect();
        let again =
            orphans.iter().filter_map(|(entry, later)| entry.header().document.zip(later.as_ref()?.header().document));
        let again: BTreeMap<DocumentId, DocumentId> = again.filter(|(old, new)| old != new).collect();
        let mut open: Vec<DocumentId> = due.iter().copied().collect();
        while let Some(old) = open.pop() {
            open.extend(again.get(&old).filter(|new| due.insert(**new)));
        }
        due
    }

    fn tried(&self, of: AudienceRef, due: &BTreeSet<DocumentId>, orphans: usize) -> Tried {
        let heads = |id: &DocumentId| Some((*id, self.find(id).ok()?.1.document.heads()));
        Tried {
            orphans,
            documents: due.iter().filter_map(heads).collect(),
            edition: self.ledger.edition(&of.0).map(Edition::id),
        }
    }

    /// Leaves an entry where it is: its seat says itself what it thinks of the words that stand now.
    fn leave_aside(&mut self, orphan: &Chained, replaced: &Replacements) {
        if let Some(document) = orphan.header().document
            && self.pen.left_aside.insert(orphan.id())
        {
            let (document, entry) = (replaced.document(document), orphan.id());
            self.outbox.push(Output::Tell(Event::LeftAside { document, entry }));
        }
    }

    /// Notes the place of an entry that was written again before, for those that build on it.
    fn follow(
        &self,
        of: AudienceRef,
        orphan: &Chained,
        later: &Chained,
        replaced: &mut Replacements,
        olds: &mut BTreeMap<DocumentId, OldDocument>,
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
                replaced.documents.insert(old, document);
                let before = OldDocument::born(&birth, own)?;
                let hash = before.document.birth();
                olds.insert(old, before);
                hash
            }
            Body::Change(change) => self.did(&of, old, olds, &change, own)?.hash,
            Body::Statement(_) | Body::Seal(_) => return None,
        };
        replaced.changes.insert(before, now);
        Some(())
    }

    fn write_entry_again(
        &mut self,
        of: AudienceRef,
        orphan: &Chained,
        replaced: &mut Replacements,
        olds: &mut BTreeMap<DocumentId, OldDocument>,
    ) -> Option<Again> {
        let header = orphan.header().clone();
        let again = orphan.id();
        let speaker = header.seat.clone().map(|seat| Speaker { seat, ..Speaker::default() });
        let old = header.document?;
        let own = actor(&header.log(), &old, header.life);
        match Body::decode(header.kind, orphan.entry().body()?).ok()? {
            Body::Birth(birth) => {
                let before = OldDocument::born(&birth, own)?;
                let new = NewDocument { of, kind: before.kind, clearance: Clearance::Again(again) };
                let written = self.create(&new, &before.whole()?, speaker).ok()?;
                replaced.documents.insert(old, written.document);
                replaced
                    .changes
                    .extend(before.document.heads().hashes().copied().zip(written.version.hashes().copied()));
                olds.insert(old, before);
            }
            Body::Change(change) => {
                let did = self.did(&of, old, olds, &change, own)?;
                let base = replaced.version(did.before.hashes());
                let new = replaced.document(old);
                let (_, recorded) = self.find(&new).ok()?;
                let covered = recorded.document.covers(&base);
                let mut edits = did.edits;
                if !did.settled.is_empty() {
                    let kind = tally_record::find(&recorded.birth.type_name)?;
                    let now = recorded.document.read(kind.description, None).ok()?;
                    edits.extend(did.settled.iter().filter_map(|settled| settled.again(&now)));
                    if edits.is_empty() {
                        return Some(Again::OtherWords);
                    }
                }
                let change = NewChange {
                    base: covered.then_some(base),
                    reason: change.reason,
                    clearance: Clearance::Again(again),
                };
                let entry = match self.edit(&new, &edits, change, speaker) {
                    Ok(written) => written.entry,
                    Err(Refused::Edit(EditError::NothingChanged)) => return Some(Again::NothingToSay),
                    // The same words will not fit any better later.
                    Err(Refused::Edit(_) | Refused::Void(_)) => return Some(Again::OtherWords),
                    Err(_) => return None,
                };
                let (_, recorded) = self.find(&new).ok()?;
                let now = recorded.carried_by(&entry)?;
                replaced.changes.insert(did.hash, now);
            }
            Body::Statement(statement) => {
                // Another key signed these very bytes, and nobody here can make it sign others.
                let signed_by_seat = orphan.entry().co_signature().is_some();
                self.find(&replaced.document(old)).ok()?;
                let same = self.reads_the_same(&of, old, &statement, replaced, olds).filter(|_| !signed_by_seat);
                let Some(version) = same else {
                    return Some(Again::OtherWords);
                };
                let version = version.hashes().copied().collect();
                let statement = Statement { version, again: Some(again), ..statement };
                self.state(&replaced.document(old), statement, header.seat, &Clearance::Again(again)).ok()?;
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
        replaced: &Replacements,
        olds: &mut BTreeMap<DocumentId, OldDocument>,
    ) -> Option<Version> {
        let (_, recorded) = self.find(&replaced.document(old)).ok()?;
        let present = self.find(&old).ok().map(|(_, recorded)| &recorded.document);
        let before = self.old(of, old, olds)?;
        let seen = before.reading(&statement.version, present)?;
        // Where the change made no difference any more, the words may stand by another's change.
        [replaced.version(statement.version.iter()), recorded.document.heads()]
            .into_iter()
            .filter(|version| recorded.document.covers(version))
            .find(|version| {
                let now = recorded.document.read(before.kind.description, Some(version));
                now.is_ok_and(|now| same_words(&seen, &now))
            })
    }

    /// What a change that was set aside did to its document.
    fn did(
        &self,
        of: &AudienceRef,
        id: DocumentId,
        olds: &mut BTreeMap<DocumentId, OldDocument>,
        change: &Change,
        actor: Actor,
    ) -> Option<OldChange> {
        let present = self.find(&id).ok().map(|(_, recorded)| &recorded.document);
        self.old(of, id, olds)?.take(change, actor, present)
    }

    /// The document at its birth, to which what a change set aside built on is added to see what it did.
    fn old<'a>(
        &self,
        of: &AudienceRef,
        id: DocumentId,
        olds: &'a mut BTreeMap<DocumentId, OldDocument>,
    ) -> Option<&'a mut OldDocument> {
        match olds.entry(id) {
            Entry::Occupied(old) => Some(old.into_mut()),
            Entry::Vacant(place) => {
                let recorded = self.ledger.book(of)?.documents().get(&id)?;
                let actor = actor(&recorded.born.header().log(), &id, 0);
                Some(place.insert(OldDocument::born(&recorded.birth, actor)?))
            }
        }
    }
}

fn actor(log: &LogId, document: &DocumentId, life: u32) -> Actor {
    Actor::derive(&log.ring, document, &log.node, log.incarnation, life)
}
