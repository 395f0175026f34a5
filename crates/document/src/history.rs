use std::collections::BTreeSet;

use tally_entry::{Actor, ChangeHash};

use crate::describe::Description;
use crate::document::Document;
use crate::operation::{Location, Slot};
use crate::value::Value;
use crate::version::{UnknownVersion, Version};
use crate::words::{WordChange, difference};

/// One change in a document's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryStep {
    /// What versions and later changes name it by.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: Actor,
    /// What it builds on.
    pub deps: Vec<ChangeHash>,
    /// What it wrote in: `field`, or `field/line` for items and lines.
    pub fields: Vec<String>,
}

/// One field that differs between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference {
    /// Its name in the description.
    pub field: String,
    /// At the first of the two versions; empty where it held nothing.
    pub before: Value,
    /// At the second.
    pub after: Value,
    /// For a text, word by word.
    pub words: Vec<WordChange>,
}

impl Document {
    /// Every change, each after what it builds on.
    ///
    /// The order is the same on every node: among changes that do not know of one another, by number of operations
    /// before them, then by actor.
    #[must_use]
    pub fn history(&self) -> Vec<HistoryStep> {
        let mut kept: Vec<_> = self
            .index
            .changes()
            .iter()
            .filter_map(|kept| Some((kept.last, self.index.actor(kept.actor)?, kept)))
            .collect();
        kept.sort_by_key(|(last, actor, _)| (*last, *actor));
        kept.into_iter()
            .map(|(_, actor, kept)| {
                let fields: BTreeSet<String> =
                    kept.operations.iter().filter_map(|id| self.path(&self.index.entry(id)?.operation.place)).collect();
                HistoryStep {
                    hash: kept.hash,
                    actor,
                    deps: kept.dependencies.clone(),
                    fields: fields.into_iter().collect(),
                }
            })
            .collect()
    }

    /// The first two names on the way to a place, without our own marks.
    fn path(&self, place: &Location) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        let mut place = place;
        // Depth is capped by the gate, so this walk ends.
        loop {
            if let Slot::Name(name) = &place.slot
                && !name.starts_with('#')
            {
                names.push(name.to_string());
            }
            match place.object {
                None => break,
                Some(object) => place = &self.index.entry(&object)?.operation.place,
            }
        }
        let names: Vec<String> = names.into_iter().rev().take(2).collect();
        Some(names.join("/"))
    }

    /// The fields that differ between two versions.
    pub fn difference(
        &self,
        description: &Description,
        before: &Version,
        after: &Version,
    ) -> Result<Vec<FieldDifference>, UnknownVersion> {
        let before = self.read(description, Some(before))?;
        let after = self.read(description, Some(after))?;
        let mut differences = Vec::new();
        for (field, new) in after.fields {
            let old = before.fields.get(&field).cloned().unwrap_or(Value::Empty);
            if old == new {
                continue;
            }
            let words = match (&old, &new) {
                (Value::Text(old), Value::Text(new)) => difference(old, new),
                _ => Vec::new(),
            };
            differences.push(FieldDifference { field, before: old, after: new, words });
        }
        Ok(differences)
    }
}
