use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Document, Version};
use tally_entry::{Actor, Birth, ChangeHash, DocumentId, EntryId, Statement};

use crate::ledger::chained::Chained;

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
    /// The standing change that this entry carries.
    pub(crate) fn carried_by(&self, entry: &EntryId) -> Option<ChangeHash> {
        self.changes.iter().find(|(_, step)| step.entry.id() == *entry).map(|(hash, _)| *hash)
    }
}
