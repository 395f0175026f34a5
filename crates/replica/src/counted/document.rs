use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Admitted, Blown, Description, Document, Value, Version};
use tally_entry::{Actor, Birth, ChangeHash, DocumentId, EntryId, Statement};
use tally_record::Reference;

use crate::api::version_ref::{VersionRef, VersionRefError};
use crate::ledger::chained::Chained;

/// Digits that name a change at the least: fewer would name another one as soon as the record grows.
const DIGITS_MIN: usize = 4;
/// The field in which every kind of record has its short reference.
const REFERENCE: &str = "reference";

/// One document with the entries that made it.
#[derive(Debug)]
pub(crate) struct RecordedDocument {
    pub(crate) id: DocumentId,
    pub(crate) birth: Birth,
    pub(crate) born: Chained,
    pub(crate) document: Document,
    /// Standing changes, by hash, the birth's among them.
    pub(crate) changes: BTreeMap<ChangeHash, RecordedChange>,
    /// Void changes whose writer they are: what depends on them is void too.
    pub(crate) void: BTreeSet<ChangeHash>,
    pub(crate) statements: Vec<RecordedStatement>,
    pub(crate) actors: BTreeMap<Actor, Chained>,
    /// Its short reference as it reads now, once that was asked.
    reference: OnceCell<Option<Reference>>,
}

/// A standing change.
#[derive(Clone, Debug)]
pub(crate) struct RecordedChange {
    pub(crate) entry: Chained,
    pub(crate) joined: Vec<String>,
    pub(crate) reason: Option<String>,
}

/// A standing statement.
#[derive(Clone, Debug)]
pub(crate) struct RecordedStatement {
    pub(crate) entry: Chained,
    pub(crate) statement: Statement,
    pub(crate) version: Version,
}

impl RecordedDocument {
    /// A document at its birth.
    pub(crate) fn born(id: DocumentId, birth: Birth, entry: &Chained, actor: Actor, document: Document) -> Self {
        let step = RecordedChange { entry: entry.clone(), joined: Vec::new(), reason: None };
        Self {
            id,
            birth,
            born: entry.clone(),
            changes: BTreeMap::from([(document.birth(), step)]),
            document,
            void: BTreeSet::new(),
            statements: Vec::new(),
            actors: BTreeMap::from([(actor, entry.clone())]),
            reference: OnceCell::new(),
        }
    }

    /// Takes a standing change in; says whether the library held.
    pub(crate) fn admit(&mut self, actor: Actor, admitted: Admitted, step: RecordedChange) -> Result<(), Blown> {
        let hash = admitted.hash();
        let held = self.document.admit(vec![admitted]);
        self.actors.entry(actor).or_insert_with(|| step.entry.clone());
        self.changes.insert(hash, step);
        self.reference = OnceCell::new();
        held
    }

    /// Its short reference, read once a change and without the rest of the record.
    pub(crate) fn reference(&self) -> Option<&Reference> {
        let read = || {
            let description = tally_record::find(&self.birth.type_name)?.description;
            let at = description.fields.iter().position(|field| field.name == REFERENCE)?;
            let alone = Description { fields: description.fields.get(at..=at)?, ..*description };
            match self.document.read(&alone, None).ok()?.fields.remove(REFERENCE)? {
                Value::Line(reference) => reference.parse().ok(),
                _ => None,
            }
        };
        self.reference.get_or_init(read).as_ref()
    }

    /// The version that somebody names; whether all of it is here is for whoever reads it to see.
    pub(crate) fn version(&self, named: &VersionRef) -> Result<Version, VersionRefError> {
        let short = match named {
            VersionRef::Whole(version) => return Ok(version.clone()),
            VersionRef::Short(short) => short.trim().to_ascii_lowercase(),
        };
        let changes: Vec<(ChangeHash, String)> = self.changes.keys().map(|hash| (*hash, hash.to_string())).collect();
        let parts = short.split('+').map(|part| {
            let named = || changes.iter().filter(|(_, text)| part.len() >= DIGITS_MIN && text.starts_with(part));
            match (named().next(), named().nth(1)) {
                (Some((hash, _)), None) => Ok(*hash),
                (None, _) => Err(VersionRefError::NoSuch { part: part.to_owned() }),
                (Some(_), Some(_)) => Err(VersionRefError::Ambiguous { part: part.to_owned() }),
            }
        });
        parts.collect()
    }

    /// The standing change that this entry carries.
    pub(crate) fn carried_by(&self, entry: &EntryId) -> Option<ChangeHash> {
        self.changes.iter().find(|(_, step)| step.entry.id() == *entry).map(|(hash, _)| *hash)
    }
}
