//! What decides whether an entry counts: who wrote it, whether that member may change the document, and the gate.
//!
//! Who may author an entry at all is decided by [`Ring::author`]; whether a change is well made by the gate of
//! `document`, which [`Document`] asks.

use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Document, Limits};
use tally_entry::{
    Actor, Birth, Body, Change, ChangeHash, DocumentId, EntryId, Kind, MemberId, Statement, VERSION, Writers,
};
use tally_record::acting;
use tally_ring::{Audience, Edition, Ring, Standing};

use crate::counted::document::{RecordedChange, RecordedDocument, RecordedStatement};
use crate::counted::verdict::Voided;
use crate::counted::waiting::Need;
use crate::ledger::chained::Chained;

/// The most heads of a version that a statement may name: one for every member of the largest ring foreseen.
const VERSION_HEADS_MAX: usize = 64;

/// What a verdict may look at besides the entry and its past: the ring and who may hold the audience.
pub(crate) struct Rules<'a> {
    pub(crate) ring: &'a Ring,
    pub(crate) audience: &'a Audience,
}

/// What judging an entry came to, and what it met or made void that other entries need.
pub(super) enum Outcome {
    Stands(Vec<Need>),
    Void(Voided, Vec<Need>),
    Waits(Vec<Need>),
    /// Waits for another version of this program.
    Parked,
}

/// Judges the entries of one audience, each after its causal past, and makes the documents of those that stand.
#[derive(Debug, Default)]
pub(super) struct Judge {
    pub(super) documents: BTreeMap<DocumentId, RecordedDocument>,
    void: BTreeSet<DocumentId>,
    /// Documents whose fuse blew since this was last taken.
    pub(super) stopped: BTreeSet<DocumentId>,
}

impl Judge {
    /// `earlier` is the writer's change of the document before this one, where that one still waits.
    pub(super) fn judge(&mut self, rules: &Rules<'_>, entry: &Chained, earlier: Option<EntryId>) -> Outcome {
        let header = entry.header();
        if header.version != VERSION || matches!(header.kind, Kind::Unknown(_)) {
            return Outcome::Parked;
        }
        let body = match Body::decode(header.kind, entry.entry().body().unwrap_or_default()) {
            Ok(body) => body,
            Err(why) => {
                let met = header.document.filter(|_| header.kind == Kind::Birth);
                return self.void_birth(met, Voided::Body(why));
            }
        };
        match body {
            Body::Birth(birth) => self.judge_birth(rules, entry, birth),
            Body::Change(change) => self.judge_change(rules, entry, change, earlier),
            Body::Statement(statement) => self.judge_statement(rules, entry, statement),
            Body::Seal(_) => Outcome::Stands(Vec::new()),
        }
    }

    fn void_birth(&mut self, document: Option<DocumentId>, why: Voided) -> Outcome {
        let Some(document) = document else {
            return Outcome::Void(why, Vec::new());
        };
        self.void.insert(document);
        Outcome::Void(why, vec![Need::Document(document)])
    }

    fn judge_birth(&mut self, rules: &Rules<'_>, entry: &Chained, birth: Birth) -> Outcome {
        let header = entry.header();
        let document = DocumentId::of_birth(&header.log(), header.sequence);
        if header.document != Some(document) {
            return Outcome::Void(Voided::Misplaced, Vec::new());
        }
        let (member, edition) = match writer(rules, entry) {
            Ok(writer) => writer,
            Err(why) => return self.void_birth(Some(document), why),
        };
        if birth.home != member {
            return self.void_birth(Some(document), Voided::ForeignHome);
        }
        if header.life != 0 {
            return self.void_birth(Some(document), Voided::Life);
        }
        if !seat_signed(entry, birth.writers) {
            return self.void_birth(Some(document), Voided::NoSeatSignature);
        }
        let actor = actor(entry, &document);
        match Document::open(&birth.change, actor, &limits(edition)) {
            Err(refusal) => self.void_birth(Some(document), Voided::Gate(refusal)),
            Ok(opened) => {
                let met = vec![Need::Document(document), Need::Change(document, opened.birth())];
                self.documents.insert(document, RecordedDocument::born(document, birth, entry, actor, opened));
                Outcome::Stands(met)
            }
        }
    }

    fn judge_change(
        &mut self,
        rules: &Rules<'_>,
        entry: &Chained,
        change: Change,
        earlier: Option<EntryId>,
    ) -> Outcome {
        let header = entry.header();
        let Some(document) = header.document else {
            return Outcome::Void(Voided::Document, Vec::new());
        };
        if self.void.contains(&document) {
            return Outcome::Void(Voided::Document, Vec::new());
        }
        if let Some(earlier) = earlier {
            return Outcome::Waits(vec![Need::Earlier(earlier)]);
        }
        let Some(recorded) = self.documents.get_mut(&document) else {
            return Outcome::Waits(vec![Need::Document(document)]);
        };
        let actor = actor(entry, &document);
        // A hash is only void by the word of the one who may write it: anyone can put another's change in an entry.
        let hash = tally_document::claimed_hash(&change.change, actor);
        if let Err(why) = may_change(rules, entry, &recorded.birth) {
            return recorded.void_change(document, hash, why);
        }
        match recorded.document.judge(actor, &change.change) {
            tally_document::Judgement::Void(refusal) => recorded.void_change(document, hash, Voided::Gate(refusal)),
            tally_document::Judgement::Wait(missing) => {
                if let Some(void) = missing.iter().find(|hash| recorded.void.contains(hash)) {
                    return recorded.void_change(document, hash, Voided::Depends(*void));
                }
                Outcome::Waits(missing.into_iter().map(|hash| Need::Change(document, hash)).collect())
            }
            tally_document::Judgement::Admit(admitted) => {
                let hash = admitted.hash();
                // What was void once stays so: an earlier entry of this log held the same change without the right to it.
                if recorded.changes.contains_key(&hash) || recorded.void.contains(&hash) {
                    return Outcome::Void(Voided::Repeated, Vec::new());
                }
                let step = RecordedChange { entry: entry.clone(), joined: change.joined, reason: change.reason };
                if recorded.admit(actor, admitted, step).is_err() {
                    // The fuse blew: the document stops here and says so, and the verdict is the gate's all the same.
                    self.stopped.insert(document);
                }
                Outcome::Stands(vec![Need::Change(document, hash)])
            }
        }
    }

    fn judge_statement(&mut self, rules: &Rules<'_>, entry: &Chained, statement: Statement) -> Outcome {
        let header = entry.header();
        let Some(document) = header.document else {
            return Outcome::Void(Voided::Document, Vec::new());
        };
        if self.void.contains(&document) {
            return Outcome::Void(Voided::Document, Vec::new());
        }
        // An observer may say what it thinks.
        if let Err(why) = rules.ring.author(rules.audience, header.node, header.edition) {
            return Outcome::Void(why.into(), Vec::new());
        }
        let Some(recorded) = self.documents.get_mut(&document) else {
            return Outcome::Waits(vec![Need::Document(document)]);
        };
        let sorted = statement.version.is_sorted_by(|a, b| a < b);
        if statement.version.is_empty() || !sorted || statement.version.len() > VERSION_HEADS_MAX {
            return Outcome::Void(Voided::Version, Vec::new());
        }
        if let Some(void) = statement.version.iter().find(|hash| recorded.void.contains(hash)) {
            return Outcome::Void(Voided::Depends(*void), Vec::new());
        }
        let missing: Vec<_> = statement
            .version
            .iter()
            .filter(|hash| !recorded.changes.contains_key(hash))
            .map(|hash| Need::Change(document, *hash))
            .collect();
        if !missing.is_empty() {
            return Outcome::Waits(missing);
        }
        recorded.statements.push(RecordedStatement {
            entry: entry.clone(),
            version: statement.version.iter().copied().collect(),
            statement,
        });
        Outcome::Stands(Vec::new())
    }
}

impl RecordedDocument {
    fn void_change(&mut self, document: DocumentId, hash: Option<ChangeHash>, why: Voided) -> Outcome {
        // A second entry with a change that stands is void itself and takes nothing with it.
        let hash = hash.filter(|hash| !self.changes.contains_key(hash));
        self.void.extend(hash);
        Outcome::Void(why, hash.map(|hash| Need::Change(document, hash)).into_iter().collect())
    }
}

fn actor(entry: &Chained, document: &DocumentId) -> Actor {
    let header = entry.header();
    Actor::derive(&header.ring, document, &header.node, header.incarnation, header.life)
}

/// The limits for a document: those of the edition it was born under, for ever.
pub(crate) fn limits(edition: &Edition) -> Limits {
    Limits {
        change_bytes: edition.limits.change_bytes as usize,
        operations: edition.limits.change_operations as usize,
        text_words: edition.limits.text_words as usize,
        ..Limits::FIRST
    }
}

/// The member that wrote an entry, and the edition that decides for it, where that lists it as a full member.
fn writer<'a>(rules: &Rules<'a>, entry: &Chained) -> Result<(MemberId, &'a Edition), Voided> {
    let header = entry.header();
    let author = rules.ring.author(rules.audience, header.node, header.edition)?;
    let member = author.node.member;
    match author.edition.listed(member).map(|listed| listed.standing) {
        Some(Standing::Full) => Ok((member, author.edition)),
        _ => Err(Voided::Observer),
    }
}

fn may_change(rules: &Rules<'_>, entry: &Chained, birth: &Birth) -> Result<(), Voided> {
    let (member, _) = writer(rules, entry)?;
    if !acting::may_change(&birth.writers, member == birth.home) {
        return Err(Voided::NotHome);
    }
    if !seat_signed(entry, birth.writers) {
        return Err(Voided::NoSeatSignature);
    }
    // Lives after the first are opened by acts that this version does not make.
    if entry.header().life != 0 {
        return Err(Voided::Life);
    }
    Ok(())
}

fn seat_signed(entry: &Chained, writers: Writers) -> bool {
    match writers {
        Writers::Seat(key) => entry.entry().co_signature().is_some_and(|signature| signature.key == key),
        Writers::Home | Writers::Members => true,
    }
}

#[cfg(test)]
mod tests;
