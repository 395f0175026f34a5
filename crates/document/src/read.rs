use std::collections::BTreeMap;

use tally_entry::{Actor, ChangeHash};

use crate::change_draft::named;
use crate::describe::{Description, Field, FieldKind};
use crate::document::Document;
use crate::line::LineId;
use crate::look::{ITEM, Look, ScalarAnswer, word};
use crate::operation::{Object, OpId, Slot};
use crate::plan::path;
use crate::value::Value;
use crate::version::{UnknownVersion, Version};
use crate::words;

/// A document read through a description, with everything that people have not agreed on yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Every field of the description; where answers differ, the one that Automerge shows.
    pub fields: BTreeMap<String, Value>,
    /// The ids of the items and lines of each group, in the order of its value.
    pub lines: BTreeMap<String, Vec<LineId>>,
    /// Every answer where there are several: by `field`, `field/line` for items, or `field/line/name`.
    pub answers: BTreeMap<String, Vec<Answer>>,
    /// What was merged and not written on since: a text or a set of words whose newest changes are concurrent, so
    /// that no change to it was made by someone who had seen them all; and a line that one side removed while the
    /// other wrote in it. Each with the changes that met. Who clears it by a statement names a version that includes
    /// them all.
    pub joined: BTreeMap<String, Vec<ChangeHash>>,
    /// Names in the document that the description does not have.
    pub unknown: Vec<String>,
}

/// One of several concurrent answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// What the field would read with this answer: for a text, all of it.
    pub value: Value,
    /// The writer: a node in one incarnation and life, for this document alone.
    pub by: Actor,
    /// Where it was said: what a person who settles it has to have seen.
    pub change: ChangeHash,
    /// For a text, the author's words where others said something else.
    pub words: Vec<String>,
}

impl Document {
    /// Reads the document, now or at a version.
    pub fn read(&self, description: &Description, at: Option<&Version>) -> Result<Reading, UnknownVersion> {
        // Where the fuse blows, the last good version is read, and `blown` says so.
        let _ = self.settle();
        let view = self.view.borrow();
        let version = match at {
            Some(version) if !self.covers(version) => return Err(UnknownVersion),
            Some(version) => version.clone(),
            None => view.good().clone(),
        };
        let look = Look::at(&self.index, &view, version).ok_or(UnknownVersion)?;
        let mut reading = Reading::default();
        for field in description.fields {
            let value = read_field(&look, field, &mut reading);
            reading.fields.insert(field.name.to_owned(), value);
        }
        for place in self.index.names(None) {
            if let Slot::Name(name) = &place.slot
                && description.field(name).is_none()
                && !look.standing(&place).is_empty()
            {
                reading.unknown.push(name.to_string());
            }
        }
        Ok(reading)
    }
}

fn read_field(look: &Look<'_>, field: &Field, reading: &mut Reading) -> Value {
    let group = match field.kind {
        FieldKind::Items | FieldKind::Lines(_) => look.container(None, field.name),
        _ => return read_one(look, None, field, field.name, reading),
    };
    let mut ids = Vec::new();
    let mut items = Vec::new();
    let mut rows = Vec::new();
    for line in group.map(|group| look.lines(group)).unwrap_or_default() {
        if !line.kept_for.is_empty() {
            reading.joined.insert(path(field.name, &line.id, ""), line.kept_for.clone());
        }
        let mut row = BTreeMap::new();
        for inner in inner(field) {
            let path = path(field.name, &line.id, inner.name);
            let value = read_one(look, Some(line.object), &inner, &path, reading);
            if !value.is_empty() {
                row.insert(inner.name.to_owned(), value);
            }
        }
        match row.get(ITEM) {
            Some(Value::Line(text)) => items.push(text.clone()),
            _ if field.kind == FieldKind::Items => items.push(String::new()),
            _ => rows.push(row),
        }
        ids.push(line.id);
    }
    reading.lines.insert(field.name.to_owned(), ids);
    if field.kind == FieldKind::Items { Value::Items(items) } else { Value::Lines(rows) }
}

fn inner(field: &Field) -> Vec<Field> {
    match field.kind {
        FieldKind::Items => vec![Field { name: ITEM, kind: FieldKind::Line, ..*field }],
        FieldKind::Lines(fields) => fields
            .iter()
            .filter(|field| !matches!(field.kind, FieldKind::Items | FieldKind::Lines(_)))
            .copied()
            .collect(),
        _ => Vec::new(),
    }
}

/// The values of one line, without those that are empty.
pub(crate) fn row(look: &Look<'_>, field: &Field, line: OpId) -> BTreeMap<String, Value> {
    let mut unused = Reading::default();
    inner(field)
        .iter()
        .map(|inner| {
            let value = read_one(look, Some(line), inner, inner.name, &mut unused);
            (inner.name.to_owned(), value)
        })
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn read_one(look: &Look<'_>, object: Object, field: &Field, path: &str, reading: &mut Reading) -> Value {
    if field.kind.is_scalar() {
        let place = named(object, field.name);
        let answers = look
            .disagreement(&place)
            .into_iter()
            .map(|said| Answer {
                value: Value::of(&field.kind, &said.value),
                by: said.by,
                change: said.change,
                words: Vec::new(),
            })
            .collect();
        note(reading, path, answers);
        return look.shown(&place).map_or(Value::Empty, |value| Value::of(&field.kind, &value));
    }
    let Some(container) = look.container(object, field.name) else {
        return Value::Empty;
    };
    let last = look.index.last_touched(Some(container), &look.clock);
    if last.len() > 1 {
        reading.joined.insert(path.to_owned(), last);
    }
    if matches!(field.kind, FieldKind::Words(_)) {
        return Value::Words(look.set(container));
    }
    let (text, answers) = read_text(look, container);
    note(reading, path, answers);
    Value::Text(text)
}

fn note(reading: &mut Reading, path: &str, answers: Vec<Answer>) {
    if !answers.is_empty() {
        reading.answers.insert(path.to_owned(), answers);
    }
}

/// A text as it is shown, and as each author of contested words would have it.
fn read_text(look: &Look<'_>, list: OpId) -> (String, Vec<Answer>) {
    let places = look.elements(list);
    let shown: Vec<String> =
        places.iter().map(|place| look.shown(place).map_or_else(String::new, |value| word(&value))).collect();
    let contested: Vec<(usize, Vec<ScalarAnswer>)> = places
        .iter()
        .enumerate()
        .map(|(at, place)| (at, look.disagreement(place)))
        .filter(|(_, answers)| !answers.is_empty())
        .collect();
    // One text for each author, with the newest of its changes: who contests many words has still one answer.
    let mut authors: BTreeMap<Actor, ChangeHash> = BTreeMap::new();
    let sequence = |change: &ChangeHash| look.index.find(change).map(|kept| kept.sequence);
    for said in contested.iter().flat_map(|(_, answers)| answers) {
        let newest = authors.entry(said.by).or_insert(said.change);
        if sequence(newest) < sequence(&said.change) {
            *newest = said.change;
        }
    }
    let answers = authors
        .into_iter()
        .map(|(by, change)| {
            let mut text = shown.clone();
            let mut words = Vec::new();
            for (at, answers) in &contested {
                let own = answers.iter().find(|said| said.by == by);
                if let (Some(said), Some(place)) = (own, text.get_mut(*at)) {
                    *place = word(&said.value);
                    words.push(place.clone());
                }
            }
            Answer { value: Value::Text(words::join(text.iter().map(String::as_str))), by, change, words }
        })
        .collect();
    (words::join(shown.iter().map(String::as_str)), answers)
}
