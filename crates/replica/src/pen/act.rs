use std::collections::BTreeMap;
use std::sync::Arc;

use tally_document::{Edit, Keep, Reading, Value};
use tally_entry::{Birth, Body, Change, Follows, Seal, Statement};
use tally_guard::{Wording, Words};

/// What a seat is about to write: an entry's body, with the record as it would stand after it.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) body: Body,
    pub(crate) seat: Option<String>,
    /// None where the record's own words stay as they are.
    pub(crate) record: Option<Arc<Reading>>,
    /// What is written and does not show in the record, as where one edit takes away what another beside it adds: its
    /// bytes are signed all the same.
    pub(crate) unshown: Vec<Edit>,
    /// What this member said of the record before: a number can be split between two comments, or between a comment
    /// and a field. What others said is left out: numbers of many hands meet by chance.
    pub(crate) said: Vec<Statement>,
}

impl Wording for Act {
    fn say(&self, words: &mut Words) {
        let Self { body, seat, record, unshown, said } = self;
        say_standing(record.as_deref(), said, words);
        unshown.iter().for_each(|edit| edit.say(words));
        words.at("the seat's id", seat);
        match body {
            // The words of a change are those of the record and of what does not show in it; the rest names things by ids and by the program's words.
            Body::Birth(Birth {
                change: _,
                type_name: _,
                type_version: _,
                home: _,
                writers: _,
                handling,
                retention,
                follows,
                again: _,
            }) => {
                words.at("handling", handling);
                words.at("retention", retention);
                if let Some(Follows { document: _, reason, consent: _ }) = follows {
                    words.at("reason", reason);
                }
            }
            Body::Change(Change { change: _, joined: _, reason, resumes: _, again: _ }) => words.at("reason", reason),
            Body::Statement(statement) => Saying(statement).say(words),
            Body::Seal(Seal { reason, next: _ }) => words.at("reason", reason),
        }
    }
}

/// Says what stands in a record, and what this member said of it.
pub(crate) fn say_standing(record: Option<&Reading>, said: &[Statement], words: &mut Words) {
    if let Some(record) = record {
        record.say(words);
    }
    words.at("an earlier statement", &said.iter().map(Saying).collect::<Vec<_>>());
}

/// The words of a statement.
struct Saying<'a>(&'a Statement);

impl Wording for Saying<'_> {
    fn say(&self, words: &mut Words) {
        let Statement { word, version: _, note, role, sector, areas, authority, value, answers: _, again: _ } = self.0;
        words.at("word", word);
        words.at("note", note);
        words.at("its role", role);
        words.at("its sector", sector);
        words.at("its areas", areas);
        words.at("authority", authority);
        words.at("value", value);
    }
}

/// The edits whose words a reading does not show as they were written.
pub(crate) fn unshown(edits: &[Edit], reading: &Reading) -> Vec<Edit> {
    edits.iter().filter(|edit| !is_shown(edit, reading)).cloned().collect()
}

fn is_shown(edit: &Edit, reading: &Reading) -> bool {
    let shows_line = |field: &str, fits: &dyn Fn(&BTreeMap<String, Value>) -> bool| matches!(reading.fields.get(field), Some(Value::Lines(lines)) if lines.iter().any(fits));
    match edit {
        Edit::Set { field, value } | Edit::Settle { field, line: None, keep: Keep::Value(value) } => {
            reading.fields.get(field) == Some(value)
        }
        Edit::SetLine { field, name, value, line: _ } => shows_line(field, &|line| line.get(name) == Some(value)),
        Edit::AddLine { field, values, after: _ } => {
            shows_line(field, &|line| values.iter().all(|(name, value)| line.get(name) == Some(value)))
        }
        Edit::Settle { keep: Keep::Value(_), .. } => false,
        Edit::Settle { keep: Keep::Actor(_), .. } | Edit::RemoveLine { .. } => true,
    }
}
