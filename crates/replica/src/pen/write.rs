//! Acts of people become entries.

use std::collections::BTreeSet;
use std::sync::Arc;

use tally_document::{Admitted, Document, Edit, Limits, Reading, Version};
use tally_entry::{Actor, Birth, Body, Change, DocumentId, EntryId, LogId, MemberId, RingId, Statement, Writers};
use tally_guard::{Cleared, Words};
use tally_record::{Type, WritersRule, acting};
use tally_ring::{Audience, Standing};

use crate::api::command::Speaker;
use crate::api::refused::Refused;
use crate::counted::document::RecordedDocument;
use crate::counted::judge::limits;
use crate::ledger::chained::{AudienceRef, Chained, INCARNATIONS_MAX, Unchained};
use crate::ledger::log::Log;
use crate::pen::Writer;
use crate::pen::act::{Act, say_standing, unshown};
use crate::pen::clearance::Clearance;
use crate::signer::EntryPlace;

/// What a new document is, besides its words.
pub(crate) struct NewDocument {
    pub(crate) of: AudienceRef,
    pub(crate) kind: &'static Type,
    pub(crate) clearance: Clearance,
}

/// What a change to a document is, besides its words.
pub(crate) struct NewChange {
    pub(crate) base: Option<Version>,
    pub(crate) reason: Option<String>,
    pub(crate) clearance: Clearance,
}

/// An own entry that was written, and what its writer is told of it.
pub(crate) struct Written {
    pub(crate) entry: EntryId,
    pub(crate) document: DocumentId,
    /// The version that a statement is about, or the one that a change made.
    pub(crate) version: Version,
    /// Fields in which two versions were joined.
    pub(crate) joined: Vec<String>,
    /// How the record reads after it, where that was worked out before it was signed.
    pub(crate) reading: Option<Arc<Reading>>,
}

impl Writer<'_> {
    /// The audience of a new document, opened where it is new.
    pub(crate) fn audience(&mut self, ring: RingId, only: Option<BTreeSet<MemberId>>) -> Result<AudienceRef, Refused> {
        let me = self.ledger.member();
        let held = self.ledger.ring(&ring).ok_or(Refused::UnknownRing(ring))?;
        let edition = held.current().ok_or(Refused::NotComplete)?;
        let listed = edition.listed(me).ok_or(Refused::NotListed)?;
        if listed.standing != Standing::Full {
            return Err(Refused::Observer);
        }
        let audience = match only {
            None => Audience::whole(ring),
            Some(only) => {
                let inside = only.iter().all(|member| edition.listed(*member).is_some());
                if !inside || !only.contains(&me) {
                    return Err(Refused::Audience);
                }
                Audience::only(ring, only)
            }
        };
        self.ledger.open_book(self.outbox, ring, audience).ok_or(Refused::Audience)
    }

    pub(crate) fn create(
        &mut self,
        new: &NewDocument,
        edits: &[Edit],
        speaker: Option<Speaker>,
    ) -> Result<Written, Refused> {
        let (log, sequence, _) = self.place(new.of)?;
        let document = DocumentId::of_birth(&log, sequence);
        let actor = actor(&log, &document);
        let description = new.kind.description;
        let edition = self.ledger.edition(&new.of.0).ok_or(Refused::NotComplete)?;
        let mut limits = limits(edition);
        let again = new.clearance.again();
        if again.is_some() {
            // Nobody is there to shorten it: what was written before is not lost for its length.
            limits.text_words = usize::MAX;
        }
        let created = Document::create(description, actor, edits, &limits, &mut self.pen.line_ids())?;
        let reading = match again {
            None => Some(Arc::new(self.reading_of_birth(new.kind, &created.change, actor, &limits)?)),
            Some(_) => None,
        };
        let body = Body::Birth(Birth {
            type_name: description.kind.to_owned(),
            type_version: description.version,
            home: self.ledger.member(),
            writers: match new.kind.writers {
                WritersRule::Members => Writers::Members,
                WritersRule::Home => Writers::Home,
            },
            handling: new.kind.handling.to_owned(),
            retention: new.kind.retention.to_owned(),
            change: created.change,
            follows: None,
            again,
        });
        let seat = speaker.map(|speaker| speaker.seat);
        let unshown = reading.as_ref().map(|reading| unshown(edits, reading)).unwrap_or_default();
        let act = Act { body, seat, record: reading.clone(), unshown, said: Vec::new() };
        let act = new.clearance.clear(act, Words::default)?;
        let entry = self.write(new.of, None, act)?;
        let version = std::iter::once(created.hash).collect();
        Ok(Written { entry, document, version, joined: Vec::new(), reading })
    }

    pub(crate) fn edit(
        &mut self,
        document: &DocumentId,
        edits: &[Edit],
        new: NewChange,
        speaker: Option<Speaker>,
    ) -> Result<Written, Refused> {
        let mut ids = self.pen.line_ids();
        let (of, recorded) = self.find(document)?;
        let birth = &recorded.birth;
        if !acting::may_change(&birth.writers, birth.home == self.ledger.member()) {
            return Err(Refused::NotHome { home: birth.home });
        }
        let kind = tally_record::find(&birth.type_name).ok_or_else(|| Refused::UnknownType(birth.type_name.clone()))?;
        let (log, _, _) = self.place(of)?;
        if new.clearance.again().is_none() && self.ledger.awaits_own(of, document) {
            return Err(Refused::AwaitsOwn(*document));
        }
        let before = recorded.document.heads();
        let actor = actor(&log, document);
        let edited = recorded.document.edit(kind.description, actor, edits, new.base.as_ref(), &mut ids)?;
        let again = new.clearance.again();
        let reading = match again {
            None => Some(Arc::new(self.try_out(of, document, kind, edited.admitted)?)),
            Some(_) => None,
        };
        let body = Body::Change(Change {
            change: edited.change,
            joined: edited.joined.clone(),
            reason: new.reason,
            resumes: None,
            again,
        });
        let seat = speaker.map(|speaker| speaker.seat);
        let unshown = reading.as_ref().map(|reading| unshown(edits, reading)).unwrap_or_default();
        let said = self.said(document);
        let act = Act { body, seat, record: reading.clone(), unshown, said };
        let standing = || self.words(document, self.read(document, kind, Some(&before)).ok().as_ref());
        let written = new.clearance.clear(act, standing).and_then(|act| self.write(of, Some(*document), act));
        let stands = self.find(document)?.1.changes.contains_key(&edited.hash);
        if !stands {
            // What does not count stays in no document: every node would read another one.
            self.ledger.retract(of, document, &edited.hash);
        }
        let version = self.find(document)?.1.document.heads();
        let reading = reading.filter(|_| stands);
        Ok(Written { entry: written?, document: *document, version, joined: edited.joined, reading })
    }

    /// Says a seat's word.
    pub(crate) fn state(
        &mut self,
        document: &DocumentId,
        statement: Statement,
        seat: Option<String>,
        clearance: &Clearance,
    ) -> Result<Written, Refused> {
        let (of, recorded) = self.find(document)?;
        let version = statement.version.iter().copied().collect();
        // What a kind that is not known here says is not read, and nobody here wrote it.
        let reading = match (clearance, tally_record::find(&recorded.birth.type_name)) {
            (Clearance::Guard(_), Some(kind)) => Some(Arc::new(self.read(document, kind, None)?)),
            _ => None,
        };
        let standing = || self.words(document, reading.as_deref());
        let (body, said) = (Body::Statement(statement), self.said(document));
        let act = Act { body, seat, record: reading.clone(), unshown: Vec::new(), said };
        let entry = self.write(of, Some(*document), clearance.clear(act, standing)?)?;
        Ok(Written { entry, document: *document, version, joined: Vec::new(), reading })
    }

    pub(super) fn find(&self, document: &DocumentId) -> Result<(AudienceRef, &RecordedDocument), Refused> {
        self.ledger.document(document).ok_or(Refused::UnknownDocument(*document))
    }

    /// A record as it would stand after its birth. A document that this node cannot read it does not write in.
    fn reading_of_birth(&self, kind: &Type, change: &[u8], actor: Actor, limits: &Limits) -> Result<Reading, Refused> {
        self.readings.set(self.readings.get() + 1);
        let born = Document::open(change, actor, limits).map_err(|_| Refused::Stopped)?;
        born.read(kind.description, None).map_err(|_| Refused::Stopped)
    }

    /// The record as it would stand after a change, which stays in it until it is written or retracted.
    fn try_out(
        &mut self,
        of: AudienceRef,
        document: &DocumentId,
        kind: &Type,
        change: Admitted,
    ) -> Result<Reading, Refused> {
        self.readings.set(self.readings.get() + 1);
        // A document at which the library fails takes no more of our words; what is read of it is the version before.
        self.ledger.try_out(of, document, change, kind.description).ok_or(Refused::Stopped)
    }

    /// Reads a record, now or at a version.
    fn read(&self, document: &DocumentId, kind: &Type, at: Option<&Version>) -> Result<Reading, Refused> {
        self.readings.set(self.readings.get() + 1);
        Ok(self.find(document)?.1.document.read(kind.description, at)?)
    }

    /// The words of a record that reads so, and of what this member said of it.
    fn words(&self, document: &DocumentId, record: Option<&Reading>) -> Words {
        let mut words = Words::default();
        say_standing(record, &self.said(document), &mut words);
        words
    }

    /// What this member said of a record.
    fn said(&self, document: &DocumentId) -> Vec<Statement> {
        let recorded = self.ledger.document(document).map(|(_, recorded)| recorded.statements.as_slice());
        let own = |entry: &Chained| self.ledger.writer(entry) == Some(self.ledger.member());
        let statements = recorded.into_iter().flatten();
        statements.filter(|said| own(&said.entry)).map(|said| said.statement.clone()).collect()
    }

    /// Position of our next entry in an audience.
    fn place(&self, of: AudienceRef) -> Result<(LogId, u64, Option<EntryId>), Refused> {
        let book = self.ledger.book(&of).ok_or(Refused::UnknownRing(of.0))?;
        let key = (self.ledger.node(), self.ledger.incarnation(&of));
        let position = book.position(&key);
        Ok((
            book.log_id(key),
            position.map_or(0, |position| position.sequence) + 1,
            position.map(|position| position.entry),
        ))
    }

    /// Partners would refuse what goes over a limit, and everything after it: so it is not written.
    fn check_load(&self, of: &AudienceRef, entry: &Chained) -> Result<(), Refused> {
        let (Some(edition), Some(book)) = (self.ledger.edition(&of.0), self.ledger.book(of)) else {
            return Err(Refused::NotComplete);
        };
        let (_, incarnation) = entry.log_key();
        if incarnation > INCARNATIONS_MAX {
            return Err(Refused::Limit(Unchained::Incarnation(incarnation)));
        }
        let spent = book.log(&entry.log_key()).map(Log::spent).unwrap_or_default();
        spent.checked(entry.header(), &edition.limits).map(|_| ()).map_err(Refused::Limit)
    }

    /// Signs an own entry, appends it, and judges it as every partner will.
    fn write(&mut self, of: AudienceRef, document: Option<DocumentId>, act: Cleared<Act>) -> Result<EntryId, Refused> {
        let (log, sequence, previous) = self.place(of)?;
        let edition = self.ledger.ring(&of.0).and_then(|ring| ring.current_id()).ok_or(Refused::NotComplete)?;
        let salt = self.pen.salt();
        let at = EntryPlace { log, sequence, previous, edition, document, time: self.now };
        let entry = Chained::vouch(self.pen.signer.entry(at, act, salt)?);
        let id = entry.id();
        self.check_load(&of, &entry)?;
        self.ledger.take_own(self.outbox, of, entry)?;
        Ok(id)
    }
}

fn actor(log: &LogId, document: &DocumentId) -> Actor {
    Actor::derive(&log.ring, document, &log.node, log.incarnation, 0)
}
