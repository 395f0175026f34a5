use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tally_document::{Document, Limits};
use tally_entry::{
    Actor, Birth, Body, Change, ChangeHash, DocumentId, EntryId, Kind, MemberId, NodeId, Statement, VERSION, Writers,
};
use tally_ring::{Audience, Edition, Ring, Standing};

use crate::counted::document::{RecordedChange, RecordedDocument, RecordedStatement};
use crate::counted::verdict::{Verdict, Voided};
use crate::counted::waiting::{Need, Waiting};
use crate::ledger::chained::Chained;

/// The most heads of a version that a statement may name: one for every member of the largest ring foreseen.
const VERSION_HEADS_MAX: usize = 64;

/// What a verdict may look at besides the entry and its past: the ring and who may hold the audience.
pub(crate) struct Rules<'a> {
    pub(crate) ring: &'a Ring,
    pub(crate) audience: &'a Audience,
}

/// An entry whose verdict has just been reached.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) entry: EntryId,
    pub(crate) document: Option<DocumentId>,
    pub(crate) verdict: Verdict,
}

/// The documents of one audience: entries become verdicts, standing changes become documents.
///
/// A verdict depends on the entry, its causal past and the control acts alone. Entries whose past is not here wait;
/// nothing is judged early and nothing is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    standing: BTreeMap<DocumentId, RecordedDocument>,
    void: BTreeSet<DocumentId>,
    stopped: BTreeSet<DocumentId>,
    /// Entries of kinds or versions that this program does not know.
    parked: usize,
    waiting: Waiting,
    held_back: BTreeMap<EntryId, Chained>,
    verdicts: BTreeMap<EntryId, Verdict>,
    /// The last change of each log in each document: the next is judged after it.
    last: BTreeMap<(DocumentId, NodeId, u32), EntryId>,
    /// The change before it in the same log and document.
    earlier: BTreeMap<EntryId, EntryId>,
}

impl Documents {
    pub(crate) fn get(&self, document: &DocumentId) -> Option<&RecordedDocument> {
        self.standing.get(document)
    }

    /// Its document alone: what else is recorded of it changes by verdicts only.
    pub(crate) fn document(&mut self, id: &DocumentId) -> Option<&mut Document> {
        self.standing.get_mut(id).map(|recorded| &mut recorded.document)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &RecordedDocument> {
        self.standing.values()
    }

    pub(crate) fn verdict(&self, entry: &EntryId) -> Option<&Verdict> {
        self.verdicts.get(entry)
    }

    /// Documents whose fuse blew since this was last asked.
    pub(crate) fn take_stopped(&mut self) -> BTreeSet<DocumentId> {
        std::mem::take(&mut self.stopped)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.count() + self.parked
    }

    /// Judges an entry, and every entry that had waited for it.
    pub(crate) fn take(&mut self, rules: &Rules<'_>, entry: &Chained) -> Vec<Judged> {
        if self.verdicts.contains_key(&entry.id()) {
            return Vec::new();
        }
        self.note_order(entry);
        let mut judged = Vec::new();
        let mut queue = VecDeque::from([entry.clone()]);
        while let Some(entry) = queue.pop_front() {
            let id = entry.id();
            let outcome = self.judge(rules, &entry);
            let (verdict, met) = match outcome {
                Outcome::Waits(needs) => {
                    self.waiting.wait(id, needs);
                    self.held_back.insert(id, entry.clone());
                    (Verdict::Waiting, Vec::new())
                }
                Outcome::Parked => {
                    self.parked += 1;
                    (Verdict::Waiting, Vec::new())
                }
                Outcome::Stands(met) => (Verdict::Standing, met),
                Outcome::Void(why, met) => (Verdict::Void(why), met),
            };
            if verdict != Verdict::Waiting {
                self.held_back.remove(&id);
                let mut free = self.waiting.met(&Need::Earlier(id));
                for need in &met {
                    free.extend(match verdict {
                        Verdict::Void(_) => self.waiting.void(need),
                        _ => self.waiting.met(need),
                    });
                }
                queue.extend(free.iter().filter_map(|free| self.held_back.get(free).cloned()));
            }
            self.verdicts.insert(id, verdict.clone());
            judged.push(Judged { entry: id, document: entry.header().document, verdict });
        }
        judged
    }

    fn note_order(&mut self, entry: &Chained) {
        let header = entry.header();
        let (Kind::Change, Some(document)) = (header.kind, header.document) else {
            return;
        };
        let place = (document, header.node, header.incarnation);
        if let Some(before) = self.last.insert(place, entry.id()) {
            self.earlier.insert(entry.id(), before);
        }
    }

    fn judge(&mut self, rules: &Rules<'_>, entry: &Chained) -> Outcome {
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
            Body::Change(change) => self.judge_change(rules, entry, change),
            Body::Statement(statement) => self.judge_statement(entry, statement),
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
        let Some((member, edition)) = writer(rules, entry) else {
            return self.void_birth(Some(document), Voided::Observer);
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
                self.standing.insert(document, RecordedDocument::born(document, birth, entry, actor, opened));
                Outcome::Stands(met)
            }
        }
    }

    fn judge_change(&mut self, rules: &Rules<'_>, entry: &Chained, change: Change) -> Outcome {
        let header = entry.header();
        let Some(document) = header.document else {
            return Outcome::Void(Voided::Document, Vec::new());
        };
        if self.void.contains(&document) {
            return Outcome::Void(Voided::Document, Vec::new());
        }
        if let Some(before) = self.earlier.get(&entry.id())
            && self.verdicts.get(before) == Some(&Verdict::Waiting)
        {
            return Outcome::Waits(vec![Need::Earlier(*before)]);
        }
        let Some(recorded) = self.standing.get_mut(&document) else {
            return Outcome::Waits(vec![Need::Document(document)]);
        };
        let actor = actor(entry, &document);
        // A hash is only void by the word of the one who may write it: anyone can put another's change in an entry.
        let hash = tally_document::claimed_hash(&change.change, actor);
        if let Err(why) = may_change(rules, entry, &recorded.birth) {
            return recorded.void_change(document, hash, why);
        }
        match recorded.document.judge(actor, &change.change) {
            tally_document::Verdict::Void(refusal) => recorded.void_change(document, hash, Voided::Gate(refusal)),
            tally_document::Verdict::Wait(missing) => {
                if let Some(void) = missing.iter().find(|hash| recorded.void.contains(hash)) {
                    return recorded.void_change(document, hash, Voided::Depends(*void));
                }
                Outcome::Waits(missing.into_iter().map(|hash| Need::Change(document, hash)).collect())
            }
            tally_document::Verdict::Admit(admitted) => {
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

    fn judge_statement(&mut self, entry: &Chained, statement: Statement) -> Outcome {
        let Some(document) = entry.header().document else {
            return Outcome::Void(Voided::Document, Vec::new());
        };
        if self.void.contains(&document) {
            return Outcome::Void(Voided::Document, Vec::new());
        }
        let Some(recorded) = self.standing.get_mut(&document) else {
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

enum Outcome {
    Stands(Vec<Need>),
    Void(Voided, Vec<Need>),
    Waits(Vec<Need>),
    /// Waits for another version of this program.
    Parked,
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

/// The writer's member and edition, if it is a full member there.
fn writer<'a>(rules: &Rules<'a>, entry: &Chained) -> Option<(MemberId, &'a Edition)> {
    let header = entry.header();
    let author = rules.ring.author(rules.audience, header.node, header.edition).ok()?;
    let member = author.node.member;
    let full = author.edition.listed(member)?.standing == Standing::Full;
    full.then_some((member, author.edition))
}

fn may_change(rules: &Rules<'_>, entry: &Chained, birth: &Birth) -> Result<(), Voided> {
    let Some((member, _)) = writer(rules, entry) else {
        return Err(Voided::Observer);
    };
    if birth.writers != Writers::Members && member != birth.home {
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
