//! Commands become entries.

use std::collections::BTreeSet;

use tally_document::{Document, Edit, Version};
use tally_entry::{
    Actor, Birth, Body, Change, DocumentId, Draft, EntryId, LogId, MemberId, RingId, Statement, Writers,
};
use tally_record::{Type, WritersRule};
use tally_ring::{Audience, Standing};

use crate::api::append::Append;
use crate::api::command::{Command, Refused, Reply, Speaker};
use crate::counted::documents::limits;
use crate::counted::verdict::Verdict;
use crate::ledger::chained::{AudienceRef, Chained, INCARNATIONS_MAX, Unchained};
use crate::ledger::log::Log;
use crate::replica::Replica;

/// What a new document is, besides its words.
pub(crate) struct Cradle {
    pub(crate) of: AudienceRef,
    pub(crate) kind: &'static Type,
    pub(crate) again: Option<EntryId>,
}

/// What a change to a document is, besides its words.
#[derive(Default)]
pub(crate) struct Ground {
    pub(crate) base: Option<Version>,
    pub(crate) reason: Option<String>,
    pub(crate) again: Option<EntryId>,
}

impl Replica {
    pub(crate) fn command(&mut self, command: Command) -> Result<Reply, Refused> {
        match command {
            Command::Take(invitation) => self.take_invitation(&invitation).map(|ring| Reply::Taken { ring }),
            Command::Announce(addresses) => {
                self.announce(&addresses);
                Ok(Reply::Done)
            }
            Command::Create { ring, only, kind, edits, speaker } => {
                let kind = tally_record::find(&kind).ok_or(Refused::UnknownType(kind))?;
                let of = self.audience(ring, only)?;
                let cradle = Cradle { of, kind, again: None };
                self.create(&cradle, &edits, speaker)
            }
            Command::Edit { document, edits, base, reason, speaker } => {
                let ground = Ground { base, reason, again: None };
                self.edit(&document, &edits, ground, speaker)
            }
            Command::State { document, version, word, note, authority, speaker } => {
                let (of, folder) = self.find(&document)?;
                let version = match version {
                    Some(version) if folder.document.covers(&version) => version,
                    Some(_) => return Err(Refused::Version(tally_document::UnknownVersion)),
                    None => folder.document.heads(),
                };
                let seat = speaker.seat;
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
                let body = Body::Statement(statement);
                let entry = self.write(of, Some(document), body, Some(seat))?;
                Ok(Reply::Stated { entry, version })
            }
            Command::Query(sought) => self.look(&sought).map(|sight| Reply::Answer(Box::new(sight))),
        }
    }

    fn audience(&mut self, ring: RingId, only: Option<BTreeSet<MemberId>>) -> Result<AudienceRef, Refused> {
        let held = self.rings.get(&ring).ok_or(Refused::UnknownRing(ring))?;
        let edition = held.current().ok_or(Refused::NotComplete)?;
        let listed = edition.listed(self.me.member).ok_or(Refused::NotListed)?;
        if listed.standing != Standing::Full {
            return Err(Refused::Observer);
        }
        let audience = match only {
            None => Audience::whole(ring),
            Some(only) => {
                let inside = only.iter().all(|member| edition.listed(*member).is_some());
                if !inside || !only.contains(&self.me.member) {
                    return Err(Refused::Audience);
                }
                Audience::only(ring, only)
            }
        };
        let of = (ring, audience.id());
        self.open_book(ring, audience).ok_or(Refused::Audience)?;
        Ok(of)
    }

    pub(crate) fn create(
        &mut self,
        cradle: &Cradle,
        edits: &[Edit],
        speaker: Option<Speaker>,
    ) -> Result<Reply, Refused> {
        let (log, sequence, _) = self.place(cradle.of)?;
        let document = DocumentId::of_birth(&log, sequence);
        let actor = Actor::derive(&log.ring, &document, &log.node, log.incarnation, 0);
        let mut ids = self.line_ids();
        let description = cradle.kind.description;
        let edition = self.rings.get(&cradle.of.0).and_then(|ring| ring.current()).ok_or(Refused::NotComplete)?;
        let mut limits = limits(edition);
        if cradle.again.is_some() {
            // Nobody is there to shorten it: what was written before is not lost for its length.
            limits.text_words = usize::MAX;
        }
        let created = Document::create(description, actor, edits, &limits, &mut ids)?;
        let body = Body::Birth(Birth {
            type_name: description.kind.to_owned(),
            type_version: description.version,
            home: self.me.member,
            writers: match cradle.kind.writers {
                WritersRule::Members => Writers::Members,
                WritersRule::Home => Writers::Home,
            },
            handling: cradle.kind.handling.to_owned(),
            retention: cradle.kind.retention.to_owned(),
            change: created.change,
            follows: None,
            again: cradle.again,
        });
        let seat = speaker.map(|speaker| speaker.seat);
        let entry = self.write(cradle.of, None, body, seat)?;
        let (_, folder) = self.find(&document)?;
        Ok(Reply::Created { document, entry, version: folder.document.heads() })
    }

    pub(crate) fn edit(
        &mut self,
        document: &DocumentId,
        edits: &[Edit],
        ground: Ground,
        speaker: Option<Speaker>,
    ) -> Result<Reply, Refused> {
        let (of, folder) = self.find(document)?;
        let birth = &folder.birth;
        if birth.writers != Writers::Members && birth.home != self.me.member {
            return Err(Refused::NotHome { home: birth.home });
        }
        let kind = tally_record::find(&birth.type_name).ok_or_else(|| Refused::UnknownType(birth.type_name.clone()))?;
        let (log, _, _) = self.place(of)?;
        let actor = Actor::derive(&log.ring, document, &log.node, log.incarnation, 0);
        let mut ids = self.line_ids();
        let (_, folder) = self.find(document)?;
        let edited = folder.document.edit(kind.description, actor, edits, ground.base.as_ref(), &mut ids)?;
        let joined = edited.joined.clone();
        let body = Body::Change(Change {
            change: edited.change,
            joined: edited.joined,
            reason: ground.reason,
            resumes: None,
            again: ground.again,
        });
        let seat = speaker.map(|speaker| speaker.seat);
        let entry = self.write(of, Some(*document), body, seat)?;
        let (_, folder) = self.find(document)?;
        Ok(Reply::Edited { entry, version: folder.document.heads(), joined })
    }

    /// Where the next own entry of an audience goes.
    fn place(&self, of: AudienceRef) -> Result<(LogId, u64, Option<EntryId>), Refused> {
        let book = self.books.get(&of).ok_or(Refused::UnknownRing(of.0))?;
        let key = (self.node, self.open_incarnation(&of));
        let position = book.position(&key);
        Ok((
            book.log_id(key),
            position.map_or(0, |position| position.sequence) + 1,
            position.map(|position| position.entry),
        ))
    }

    /// Partners would refuse what goes over a limit, and everything after it: so it is not written.
    fn check_load(&self, of: &AudienceRef, entry: &Chained) -> Result<(), Refused> {
        let (Some(edition), Some(book)) = (self.rings.get(&of.0).and_then(|ring| ring.current()), self.books.get(of))
        else {
            return Err(Refused::NotComplete);
        };
        let (_, incarnation) = entry.log_key();
        if incarnation > INCARNATIONS_MAX {
            return Err(Refused::Limit(Unchained::Incarnation(incarnation)));
        }
        let load = book.log(&entry.log_key()).map(Log::load).unwrap_or_default();
        load.checked(entry.header(), &edition.limits).map(|_| ()).map_err(Refused::Limit)
    }

    /// Signs an own entry, appends it, and judges it as every partner will.
    pub(crate) fn write(
        &mut self,
        of: AudienceRef,
        document: Option<DocumentId>,
        body: Body,
        seat: Option<String>,
    ) -> Result<EntryId, Refused> {
        let (log, sequence, previous) = self.place(of)?;
        let edition = self.current_edition(&of.0).ok_or(Refused::NotComplete)?;
        let salt = self.salt();
        let draft = Draft {
            log,
            sequence,
            previous,
            edition,
            document,
            life: 0,
            seat: seat.filter(|seat| !seat.is_empty()),
            time: self.now,
            attachments: Vec::new(),
            body,
        };
        let entry = Chained::vouch(draft.sign(&self.me.key, None, salt)?);
        let id = entry.id();
        self.check_load(&of, &entry)?;
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return Err(Refused::UnknownRing(of.0));
        };
        let judged = book.take(ring, std::slice::from_ref(&entry));
        let void = judged.iter().find_map(|one| match &one.verdict {
            Verdict::Void(why) if one.entry == id => Some(why.clone()),
            _ => None,
        });
        if let Some(why) = void {
            // Nothing of it has been appended: the log is put back as it was.
            book.cut(&entry.log_key(), sequence - 1);
            book.forget(&id);
            book.rebuild(ring);
            return Err(Refused::Void(why));
        }
        self.outbox.append(Append::Entry(entry));
        self.judged(of, judged);
        Ok(id)
    }
}
