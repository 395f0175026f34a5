use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Admitted, Blown, Description, Document, Value, Version};
use tally_entry::{Actor, Birth, ChangeHash, DocumentId, EntryId, Statement};
use tally_record::Reference;

use crate::ledger::chained::Chained;

/// The field in which every kind of record has its short reference.
const REFERENCE: &str = "reference";

/// One document with the entries that made it.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) id: DocumentId,
    pub(crate) birth: Birth,
    pub(crate) born: Chained,
    pub(crate) document: Document,
    /// Standing changes, by hash, the birth's among them.
    pub(crate) changes: BTreeMap<ChangeHash, Step>,
    /// Void changes whose writer they are: what depends on them is void too.
    pub(crate) void: BTreeSet<ChangeHash>,
    pub(crate) statements: Vec<Said>,
    pub(crate) actors: BTreeMap<Actor, Chained>,
    /// Its short reference as it reads now, once that was asked.
    reference: OnceCell<Option<Reference>>,
}

/// A standing change.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) entry: Chained,
    pub(crate) joined: Vec<String>,
    pub(crate) reason: Option<String>,
}

/// A standing statement.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) entry: Chained,
    pub(crate) statement: Statement,
    pub(crate) version: Version,
}

impl Folder {
    /// A document at its birth.
    pub(crate) fn born(id: DocumentId, birth: Birth, entry: &Chained, actor: Actor, document: Document) -> Self {
        let step = Step { entry: entry.clone(), joined: Vec::new(), reason: None };
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
    pub(crate) fn admit(&mut self, actor: Actor, admitted: Admitted, step: Step) -> Result<(), Blown> {
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

    /// The standing change that this entry carries.
    pub(crate) fn carried_by(&self, entry: &EntryId) -> Option<ChangeHash> {
        self.changes.iter().find(|(_, step)| step.entry.id() == *entry).map(|(hash, _)| *hash)
    }
}
