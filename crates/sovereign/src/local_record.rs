use std::collections::BTreeMap;

use tally_document::{
    Answer, Document, Edit, EditError, FieldDifference, Judgement, Keep, Limits, LineId, Reading, Value, Version,
};
use tally_entry::{Actor, ChangeHash, DocumentId, Time};
use tally_record::acting::{self, Origin};
use tally_record::{Breach, PeopleState, Reference, Surroundings, Type, breaches, moves, people_state};
use tally_store::{Disk, ViewStore};

use crate::door::{Destination, DoorError, Leaver, Preview, prepare};
use crate::fact::{Fact, Provenance};
use crate::seal::SealError;
use crate::store::{Sovereign, StoreError};
use crate::summary::Summary;

/// Fewest digits of an id that may stand for the whole.
const FEWEST_DIGITS: usize = 4;

/// Who acts, when and why; given by the caller, because this crate asks nobody.
#[derive(Debug, Clone, Copy)]
pub struct Authorship<'a> {
    /// The seat that acts.
    pub seat: Option<&'a str>,
    /// For the history; some moves ask for one.
    pub reason: Option<&'a str>,
    /// By the clock of this machine.
    pub now: Time,
}

/// A local record that was made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What commands name it by, in full or by its first digits.
    pub id: DocumentId,
    /// Such as `TB-P2`: short enough for a minute.
    pub reference: String,
    /// The heads with this change in them.
    pub version: Version,
    /// The fields whose texts were joined automatically.
    pub joined: Vec<String>,
}

/// A local record as it stands, or stood.
#[derive(Debug, Clone)]
pub struct LocalRecord {
    /// What commands name it by, in full or by its first digits.
    pub id: DocumentId,
    /// Such as `TB-P2`: short enough for a minute.
    pub reference: String,
    /// What its fields are read by.
    pub kind: &'static Type,
    /// The heads, or the version that was asked for.
    pub version: Version,
    /// As they read at that version; where answers differ, the one that is shown.
    pub fields: BTreeMap<String, Value>,
    /// One of the states of its kind.
    pub state: String,
    /// The states it may move to.
    pub moves: &'static [&'static str],
    /// Draft, shared, agreed or closed: what pages show for every kind alike.
    pub people_state: PeopleState,
    /// The fields with more than one answer.
    pub answers: BTreeMap<String, Vec<Answer>>,
    /// The fields whose texts were joined automatically, and the changes that met.
    pub joined: BTreeMap<String, Vec<ChangeHash>>,
    /// The ids of lines and items in the order shown, by field.
    pub lines: BTreeMap<String, Vec<LineId>>,
    /// The rules it breaks.
    pub breaches: Vec<Breach>,
}

/// One step in the history of a local record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalStep {
    /// Who made the change, when and why.
    pub made: Provenance,
    /// The fields it wrote in, `field/line` inside a group.
    pub fields: Vec<String>,
}

impl<D: Disk, V: ViewStore> Sovereign<D, V> {
    /// Makes a local record; its state, reference, handling and retention are filled in where not given.
    ///
    /// # Errors
    /// Where an edit does not fit the type, or it cannot be written.
    pub fn create(&mut self, kind: &'static Type, edits: &[Edit], act: Authorship<'_>) -> Result<Saved, StoreError> {
        let id = DocumentId::from_bytes(random()?);
        let known: Vec<Reference> = self.held.values().filter_map(|held| held.reference.parse().ok()).collect();
        let reference = Reference::next(None, kind.letter, &known);
        let whole = acting::begin(kind, edits, &reference, Origin::Local)?;
        let reference = reference.to_string();
        let created =
            with_ids(|ids| Document::create(kind.description, self.actor(id), &whole, &Limits::default(), ids))?;
        let made = made(created.hash, act);
        self.write(&Fact::Born {
            document: id,
            kind: kind.kind().to_owned(),
            reference: reference.clone(),
            made,
            change: created.change,
        })?;
        let document = self.document(id)?;
        self.follow(Some((id, &document)));
        Ok(Saved { id, reference, version: document.heads(), joined: Vec::new() })
    }

    /// Changes fields of a local record; against an older version it merges.
    ///
    /// # Errors
    /// Where an edit does not fit the type, the version is unknown, or it cannot be written.
    pub fn set(
        &mut self,
        id: DocumentId,
        edits: &[Edit],
        base: Option<&Version>,
        act: Authorship<'_>,
    ) -> Result<Saved, StoreError> {
        acting::check_by_hand(edits)?;
        self.edit(id, edits, base, act)
    }

    /// Moves a local record to another state of its workflow.
    ///
    /// # Errors
    /// Where the workflow has no such step, or it cannot be written.
    pub fn move_to(&mut self, id: DocumentId, state: &str, act: Authorship<'_>) -> Result<Saved, StoreError> {
        let kind = self.kind_of(id)?;
        let reading = read(&self.document(id)?, kind, None)?;
        let edit = acting::move_to(kind, &reading.fields, state)?;
        self.edit(id, &[edit], None, act)
    }

    /// Settles a field that has several answers.
    ///
    /// # Errors
    /// Where the answer is none of them or does not fit, or it cannot be written.
    pub fn settle(&mut self, id: DocumentId, settle: Settle<'_>, act: Authorship<'_>) -> Result<Saved, StoreError> {
        let Settle { field, line, keep } = settle;
        self.edit(id, &[Edit::Settle { field: field.to_owned(), line, keep }], None, act)
    }

    /// Shows a local record as it stands, or as it stood at a version.
    ///
    /// # Errors
    /// Where the record or the version is not here.
    pub fn show(&self, id: DocumentId, at: Option<&Version>) -> Result<LocalRecord, StoreError> {
        let kind = self.kind_of(id)?;
        let document = self.document(id)?;
        let reading = read(&document, kind, at)?;
        let state = kind.state_of(&reading.fields).to_owned();
        let unsettled: Vec<String> = reading.answers.keys().cloned().collect();
        let around = Surroundings { unsettled: &unsettled, ..Surroundings::default() };
        Ok(LocalRecord {
            id,
            reference: self.held.get(&id).map(|held| held.reference.clone()).unwrap_or_default(),
            kind,
            version: at.cloned().unwrap_or_else(|| document.heads()),
            moves: moves(kind, &state),
            people_state: people_state(kind, &state, false),
            breaches: breaches(kind, &reading.fields, &around),
            state,
            fields: reading.fields,
            answers: reading.answers,
            joined: reading.joined,
            lines: reading.lines,
        })
    }

    /// Lists local records, of one kind or of all, in order of kind and reference; one that does not open is left out.
    pub fn list(&self, kind: Option<&str>) -> Vec<Summary> {
        let seen = if self.views_behind { None } else { Summary::all(&self.views, &self.sealer).unwrap_or(None) };
        let mut all = match seen {
            Some(all) if all.len() == self.held.len() => all,
            // The views lack some, or do not open: the journal knows.
            _ => self
                .held
                .iter()
                .filter_map(|(id, held)| {
                    let kind = tally_record::find(&held.kind)?;
                    Summary::of(*id, kind, held, &self.document(*id).ok()?).ok()
                })
                .collect(),
        };
        all.retain(|summary| kind.is_none_or(|kind| summary.kind == kind));
        all.sort_by_key(|s| (s.kind.clone(), s.reference.parse::<Reference>().ok(), s.id));
        all
    }

    /// Returns the steps by which a local record came to stand as it does, oldest first.
    ///
    /// # Errors
    /// Where the record is not here.
    pub fn history(&self, id: DocumentId) -> Result<Vec<LocalStep>, StoreError> {
        let document = self.document(id)?;
        let made: BTreeMap<ChangeHash, &Provenance> =
            self.held.get(&id).into_iter().flat_map(|held| &held.made).map(|made| (made.change, made)).collect();
        Ok(document
            .history()
            .into_iter()
            .filter_map(|step| Some(LocalStep { made: (*made.get(&step.hash)?).clone(), fields: step.fields }))
            .collect())
    }

    /// Returns what differs between two versions of a local record.
    ///
    /// # Errors
    /// Where the record or a version is not here.
    pub fn difference(
        &self,
        id: DocumentId,
        before: &Version,
        after: &Version,
    ) -> Result<Vec<FieldDifference>, StoreError> {
        let kind = self.kind_of(id)?;
        self.document(id)?.difference(kind.description, before, after).map_err(|_| StoreError::UnknownVersion)
    }

    /// Shows what would leave if these fields of a local record went to this audience.
    ///
    /// # Errors
    /// The outer error is the store's, the inner one the door's.
    pub fn prepare(
        &self,
        id: DocumentId,
        destination: Destination,
        fields: &[String],
        basis: &str,
        seat: &str,
    ) -> Result<Result<Preview, DoorError>, StoreError> {
        let record = self.show(id, None)?;
        let unsettled: Vec<String> = record.answers.keys().cloned().collect();
        let leaver = Leaver {
            id,
            kind: record.kind,
            version: &record.version,
            fields: &record.fields,
            unsettled: &unsettled,
            local_ids: &self.ids(),
        };
        Ok(prepare(leaver, destination, fields, basis, seat))
    }

    /// Finds the record that an id, the start of one, or a short reference names.
    ///
    /// # Errors
    /// Where it names none, or several.
    pub fn resolve(&self, given: &str) -> Result<DocumentId, StoreError> {
        let plain = given.trim().to_ascii_lowercase();
        let by_id = plain.len() >= FEWEST_DIGITS && plain.chars().all(|c| c.is_ascii_hexdigit());
        let ids: Vec<DocumentId> = self
            .held
            .iter()
            .filter(|(id, held)| {
                held.reference.eq_ignore_ascii_case(&plain) || (by_id && id.to_string().starts_with(&plain))
            })
            .map(|(id, _)| *id)
            .collect();
        match ids.as_slice() {
            [] => Err(StoreError::NoSuchRecord { given: given.to_owned() }),
            [id] => Ok(*id),
            _ => Err(StoreError::Ambiguous { given: given.to_owned(), ids }),
        }
    }

    /// Opens a record's document from its changes; each passes the gate again.
    pub(crate) fn document(&self, id: DocumentId) -> Result<Document, StoreError> {
        let damaged = |_| StoreError::Damaged { id };
        let actor = self.actor(id);
        let changes = self.changes(id)?;
        let (birth, rest) = changes.split_first().ok_or(StoreError::Damaged { id })?;
        let mut document = Document::open(birth, actor, &Limits::default()).map_err(damaged)?;
        for change in rest {
            let Judgement::Admit(admitted) = document.judge(actor, change) else {
                return Err(StoreError::Damaged { id });
            };
            document.admit(vec![admitted]).map_err(|_| StoreError::Damaged { id })?;
        }
        Ok(document)
    }

    fn edit(
        &mut self,
        id: DocumentId,
        edits: &[Edit],
        base: Option<&Version>,
        act: Authorship<'_>,
    ) -> Result<Saved, StoreError> {
        let kind = self.kind_of(id)?;
        let mut document = self.document(id)?;
        let actor: Actor = self.actor(id);
        let edited = with_ids(|ids| document.edit(kind.description, actor, edits, base, ids))?;
        self.write(&Fact::Changed { document: id, made: made(edited.hash, act), change: edited.change })?;
        document.admit(vec![edited.admitted]).map_err(|_| StoreError::Damaged { id })?;
        self.follow(Some((id, &document)));
        let reference = self.held.get(&id).map(|held| held.reference.clone()).unwrap_or_default();
        Ok(Saved { id, reference, version: document.heads(), joined: edited.joined })
    }
}

/// Which answer of which field is settled, and on what.
#[derive(Debug, Clone)]
pub struct Settle<'a> {
    /// Its name in the description.
    pub field: &'a str,
    /// The line and its key, where the field is a group of lines.
    pub line: Option<(LineId, String)>,
    /// The answer that stands from now on.
    pub keep: Keep,
}

fn made(change: ChangeHash, act: Authorship<'_>) -> Provenance {
    Provenance { change, at: act.now, seat: act.seat.map(str::to_owned), reason: act.reason.map(str::to_owned) }
}

fn read(document: &Document, kind: &Type, at: Option<&Version>) -> Result<Reading, StoreError> {
    document.read(kind.description, at).map_err(|_| StoreError::UnknownVersion)
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Gives random line ids to a writer that cannot fail for want of randomness.
fn with_ids<T>(write: impl FnOnce(&mut dyn FnMut() -> [u8; 8]) -> Result<T, EditError>) -> Result<T, StoreError> {
    let mut dry = None;
    let written = write(&mut || {
        random().unwrap_or_else(|error| {
            dry = Some(error);
            [0; 8]
        })
    });
    match dry {
        Some(error) => Err(error.into()),
        None => Ok(written?),
    }
}
