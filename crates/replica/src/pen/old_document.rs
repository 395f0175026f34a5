//! A document as its writer saw it, before what was written in it was set aside.

use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Answer, Document, Edit, Judgement, Keep, Limits, Reading, Value, Version};
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
                Judgement::Admit(admitted) => break admitted,
                Judgement::Void(_) => return None,
                // Only what the change builds on: beside it, a later life may have said something else in its place.
                Judgement::Wait(missing) => self.take_from(present?, &missing)?,
            }
        };
        let hash = admitted.hash();
        let before: Version = admitted.dependencies().iter().copied().collect();
        self.document.admit(vec![admitted]).ok()?;
        let old = self.document.read(self.kind.description, Some(&before)).ok()?;
        let new = self.document.read(self.kind.description, Some(&std::iter::once(hash).collect())).ok()?;
        let edits: Vec<Edit> = new
            .fields
            .iter()
            .filter(|(field, value)| old.fields.get(*field) != Some(*value))
            .map(|(field, value)| Edit::Set { field: field.clone(), value: value.clone() })
            .collect();
        let settled = old.answers.iter().filter_map(|(path, answers)| {
            let set = edits.iter().any(|edit| edit.field() == split(path).0);
            let kept = value_at(&new, path).filter(|_| !set && !new.answers.contains_key(path))?;
            Some(Settled { path: path.clone(), answers: sorted(answers), kept })
        });
        let settled = settled.collect();
        Some(OldChange { hash, before, edits, settled })
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
                let Judgement::Admit(admitted) = self.document.judge(actor, &bytes) else {
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
    pub(super) settled: Vec<Settled>,
}

/// A choice among open answers, which leaves the field as it is shown.
pub(super) struct Settled {
    path: String,
    answers: Vec<Value>,
    kept: Value,
}

impl Settled {
    /// The same choice in another reading, where it is between the same answers: nobody chose among others.
    pub(super) fn again(&self, now: &Reading) -> Option<Edit> {
        if sorted(now.answers.get(&self.path)?) != self.answers {
            return None;
        }
        let (field, line) = split(&self.path);
        let line = line.and_then(|(line, name)| Some((line.parse().ok()?, name.to_owned())));
        Some(Edit::Settle { field: field.to_owned(), line, keep: Keep::Value(self.kept.clone()) })
    }
}

fn sorted(answers: &[Answer]) -> Vec<Value> {
    let mut values: Vec<Value> = answers.iter().map(|answer| answer.value.clone()).collect();
    values.sort();
    values
}

/// The field of a path, and inside a group the line and its field, which an item does not have.
fn split(path: &str) -> (&str, Option<(&str, &str)>) {
    match path.split_once('/') {
        None => (path, None),
        Some((field, rest)) => (field, Some(rest.split_once('/').unwrap_or((rest, "")))),
    }
}

fn value_at(reading: &Reading, path: &str) -> Option<Value> {
    let (field, line) = split(path);
    let whole = reading.fields.get(field)?;
    let Some((line, name)) = line else {
        return Some(whole.clone());
    };
    let at = reading.lines.get(field)?.iter().position(|id| id.to_string() == line)?;
    Some(match whole {
        Value::Items(items) => Value::Line(items.get(at)?.clone()),
        Value::Lines(rows) => rows.get(at)?.get(name).cloned().unwrap_or(Value::Empty),
        _ => return None,
    })
}

/// Whether two readings say the same: every field, and every answer where there are several.
pub(super) fn same_words(one: &Reading, other: &Reading) -> bool {
    one.fields == other.fields && answers(one) == answers(other)
}

/// The open answers by field. Lines that were written again have other ids, and the same words.
fn answers(reading: &Reading) -> BTreeMap<(&str, &str), Vec<&Value>> {
    let mut answers: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for (path, several) in &reading.answers {
        let (field, line) = split(path);
        let name = line.map_or("", |(_, name)| name);
        answers.entry((field, name)).or_default().extend(several.iter().map(|answer| &answer.value));
    }
    answers.values_mut().for_each(|values| values.sort());
    answers
}
