//! A document as its writer saw it, before what was written in it was set aside.

use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Document, Edit, Limits, Reading, Value, Verdict, Version};
use tally_entry::{Actor, Birth, Change, ChangeHash};
use tally_record::Type;

/// A document as far as its writer's changes that were set aside build on it.
pub(super) struct OldDocument {
    pub(super) document: Document,
    pub(super) kind: &'static Type,
}

impl OldDocument {
    pub(super) fn born(birth: &Birth, actor: Actor) -> Option<Self> {
        let document = Document::open(&birth.change, actor, &Limits::FIRST).ok()?;
        Some(Self { document, kind: tally_record::find(&birth.type_name)? })
    }

    /// How it read at a version, with what that builds on taken from the document as it stands.
    pub(super) fn reading(&mut self, version: &[ChangeHash], present: Option<&Document>) -> Option<Reading> {
        let missing: Vec<ChangeHash> = version.iter().filter(|hash| !self.document.contains(hash)).copied().collect();
        if !missing.is_empty() {
            self.take_from(present?, &missing)?;
        }
        self.document.read(self.kind.description, Some(&version.iter().copied().collect())).ok()
    }

    /// All that a new document says, as edits.
    pub(super) fn whole(&self) -> Option<Vec<Edit>> {
        let reading = self.document.read(self.kind.description, None).ok()?;
        Some(
            reading
                .fields
                .into_iter()
                .filter(|(_, value)| *value != Value::Empty && !value.is_empty())
                .map(|(field, value)| Edit::Set { field, value })
                .collect(),
        )
    }

    /// What a change did to it, which is then part of it.
    pub(super) fn take(&mut self, change: &Change, actor: Actor, present: Option<&Document>) -> Option<OldChange> {
        let admitted = loop {
            match self.document.judge(actor, &change.change) {
                Verdict::Admit(admitted) => break admitted,
                Verdict::Void(_) => return None,
                // Only what the change builds on: beside it, a later life may have said something else in its place.
                Verdict::Wait(missing) => self.take_from(present?, &missing)?,
            }
        };
        let hash = admitted.hash();
        let before: Version = admitted.dependencies().iter().copied().collect();
        self.document.admit(vec![admitted]).ok()?;
        let after: Version = std::iter::once(hash).collect();
        let edits = self
            .document
            .difference(self.kind.description, &before, &after)
            .ok()?
            .into_iter()
            .map(|difference| Edit::Set { field: difference.field, value: difference.after })
            .collect();
        Some(OldChange { hash, before, edits })
    }

    /// Adds changes, and all that they build on, from the document as it stands.
    fn take_from(&mut self, present: &Document, wanted: &[ChangeHash]) -> Option<()> {
        let builds_on: BTreeMap<ChangeHash, Vec<ChangeHash>> =
            present.history().into_iter().map(|step| (step.hash, step.deps)).collect();
        let mut needed: BTreeSet<ChangeHash> = BTreeSet::new();
        let mut open: Vec<ChangeHash> = wanted.to_vec();
        while let Some(hash) = open.pop() {
            if !self.document.contains(&hash) && needed.insert(hash) {
                open.extend(builds_on.get(&hash)?);
            }
        }
        for (actor, bytes) in present.changes_bytes() {
            let hash = tally_document::claimed_hash(&bytes, actor)?;
            if needed.remove(&hash) {
                let Verdict::Admit(admitted) = self.document.judge(actor, &bytes) else {
                    return None;
                };
                self.document.admit(vec![admitted]).ok()?;
            }
        }
        needed.is_empty().then_some(())
    }
}

/// What one change did, as edits.
pub(super) struct OldChange {
    pub(super) hash: ChangeHash,
    pub(super) before: Version,
    pub(super) edits: Vec<Edit>,
}

/// Whether two readings say the same: every field, and every answer where there are several.
pub(super) fn same_words(one: &Reading, other: &Reading) -> bool {
    one.fields == other.fields && answers(one) == answers(other)
}

/// The open answers by field. Lines that were written again have other ids, and the same words.
fn answers(reading: &Reading) -> BTreeMap<(&str, &str), Vec<&Value>> {
    let mut answers: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for (path, several) in &reading.answers {
        let mut parts = path.splitn(3, '/');
        let field = parts.next().unwrap_or_default();
        let name = parts.nth(1).unwrap_or_default();
        answers.entry((field, name)).or_default().extend(several.iter().map(|answer| &answer.value));
    }
    answers.values_mut().for_each(|values| values.sort());
    answers
}
