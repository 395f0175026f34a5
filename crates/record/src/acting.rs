//! What a person may do to a record, once, for records of a ring and local ones alike.

use std::collections::BTreeMap;

use tally_document::{Answer, Edit, Keep, LineId, Reading, Value};
use tally_entry::Writers;
use thiserror::Error;

use crate::fields::{HANDLING, REFERENCE, RETENTION, STATE};
use crate::moves::{MoveError, check_move};
use crate::record_type::{Born, Type};
use crate::reference::Reference;
use crate::statement::{StatementWord, find_statement};

#[cfg(test)]
mod tests;

/// Where a record is begun, and from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Typed by a person, for this member alone.
    Local,
    /// Typed by a person, straight into a ring.
    Ring,
    /// Words of a local record that the door lets into a ring.
    Door,
}

/// Says why a record does not begin so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BeginError {
    /// The kind is born at home, and goes into a ring through the door.
    #[error("a {kind} is born in the local store")]
    BornLocal {
        /// Its name, as commands write it.
        kind: &'static str,
    },
    /// The edit changes what a record that begins does not have yet.
    #[error("nothing is there yet to change in {field}")]
    NothingThere {
        /// Its name in the description.
        field: String,
    },
    /// The field is set by the program alone.
    #[error(transparent)]
    NotByHand(#[from] NotByHand),
}

/// Says that a person does not set a field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field} is not set by hand")]
pub struct NotByHand {
    /// The field: the reference, which is given at the beginning, or the state, which is moved.
    pub field: String,
}

/// Returns every edit with which a record begins: its reference and state, its marks where none are given, and the
/// given edits.
///
/// # Errors
/// Where the kind is not born there, or an edit is not one to begin with.
pub fn begin(kind: &Type, edits: &[Edit], reference: &Reference, origin: Origin) -> Result<Vec<Edit>, BeginError> {
    if origin == Origin::Ring && kind.born == Born::Local {
        return Err(BeginError::BornLocal { kind: kind.kind() });
    }
    if let Some(edit) = edits.iter().find(|edit| !matches!(edit, Edit::Set { .. })) {
        return Err(BeginError::NothingThere { field: edit.field().to_owned() });
    }
    let state = if origin == Origin::Door { kind.arrives_as } else { kind.first };
    let given: Vec<&Edit> = match origin {
        // The preview shows the state in which the copy begins among the words that leave.
        Origin::Door => edits.iter().filter(|edit| edit.field() != STATE).collect(),
        Origin::Local | Origin::Ring => edits.iter().collect(),
    };
    check_by_hand(given.iter().copied())?;
    let marks =
        [(HANDLING, Value::Word(kind.handling.to_owned())), (RETENTION, Value::Line(kind.retention.to_owned()))];
    let mut whole = vec![set(REFERENCE, Value::Line(reference.to_string())), set(STATE, Value::Word(state.to_owned()))];
    whole.extend(
        marks
            .into_iter()
            .filter(|(field, _)| !given.iter().any(|edit| edit.field() == *field))
            .map(|(field, value)| set(field, value)),
    );
    whole.extend(given.into_iter().cloned());
    Ok(whole)
}

/// Checks that a person may set what these edits set.
///
/// # Errors
/// Names the first field that only the program sets. Several answers to one are settled by a person all the same.
pub fn check_by_hand<'a>(edits: impl IntoIterator<Item = &'a Edit>) -> Result<(), NotByHand> {
    let typed = edits.into_iter().filter(|edit| !matches!(edit, Edit::Settle { .. })).map(Edit::field);
    match typed.into_iter().find(|field| is_by_program(field)) {
        Some(field) => Err(NotByHand { field: field.to_owned() }),
        None => Ok(()),
    }
}

/// Returns whether only the program sets a field: its reference is given, its state is moved.
#[must_use]
pub fn is_by_program(field: &str) -> bool {
    field == REFERENCE || field == STATE
}

/// Returns whether a full member changes a record by the writers' rule it was born with; statements are open to all.
#[must_use]
pub const fn may_change(writers: &Writers, is_home: bool) -> bool {
    is_home || matches!(writers, Writers::Members)
}

/// Returns the edit that moves a record to a state, which may be written as people write it.
///
/// # Errors
/// Names the states that would be allowed.
pub fn move_to(kind: &Type, fields: &BTreeMap<String, Value>, state: &str) -> Result<Edit, MoveError> {
    let state = plain(state);
    check_move(kind, kind.state_of(fields), &state)?;
    Ok(set(STATE, Value::Word(state)))
}

/// Says why a seat does not say a word.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SayError {
    /// There is no such statement.
    #[error("no statement is called {given:?}")]
    Unknown {
        /// The word as it was written.
        given: String,
    },
    /// It says nothing without a note.
    #[error("{} needs a note", word.name)]
    NeedsNote {
        /// The statement that it names.
        word: &'static StatementWord,
    },
    /// The seat has no vote (rule R24).
    #[error("{} needs a vote", word.name)]
    NeedsVote {
        /// The statement that it names.
        word: &'static StatementWord,
    },
}

/// Returns the statement that a word names, where a seat may say it so; the word may be written as people write it.
///
/// # Errors
/// Where there is none, or a note or a vote is missing.
pub fn say(word: &str, note: Option<&str>, votes: bool) -> Result<&'static StatementWord, SayError> {
    let found = find_statement(&plain(word)).ok_or_else(|| SayError::Unknown { given: word.to_owned() })?;
    if found.needs_note && note.is_none_or(|note| note.trim().is_empty()) {
        return Err(SayError::NeedsNote { word: found });
    }
    if found.needs_vote && !votes {
        return Err(SayError::NeedsVote { word: found });
    }
    Ok(found)
}

/// Says why an answer is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettleError {
    /// The field has no two answers.
    #[error("{path} has one answer")]
    OneAnswer {
        /// The field, and the line and name within it.
        path: String,
        /// Those that have several.
        open: Vec<String>,
    },
    /// None of the answers is by whom it was asked for.
    #[error("none of the answers to {path} is theirs")]
    NotTheirs {
        /// The field, and the line and name within it.
        path: String,
    },
    /// Several of the answers are by whom it was asked for.
    #[error("{count} of the answers to {path} are theirs")]
    Several {
        /// The field, and the line and name within it.
        path: String,
        /// How many of the answers are that member's.
        count: usize,
    },
}

/// Returns the edit that keeps the one answer which is somebody's.
///
/// # Errors
/// Where the field has no two answers, or not just one of them is theirs.
pub fn settle(reading: &Reading, path: &str, is_theirs: impl Fn(&Answer) -> bool) -> Result<Edit, SettleError> {
    let path = path.trim();
    let Some(answers) = reading.answers.get(path) else {
        let open = reading.answers.keys().cloned().collect();
        return Err(SettleError::OneAnswer { path: path.to_owned(), open });
    };
    let theirs: Vec<&Answer> = answers.iter().filter(|answer| is_theirs(answer)).collect();
    match theirs.as_slice() {
        [] => Err(SettleError::NotTheirs { path: path.to_owned() }),
        [answer] => Ok(settle_on(path, Keep::Actor(answer.by))),
        several => Err(SettleError::Several { path: path.to_owned(), count: several.len() }),
    }
}

/// Returns the edit that keeps something at the path of a reading: `field`, `field/line` or `field/line/name`.
#[must_use]
pub fn settle_on(path: &str, keep: Keep) -> Edit {
    let (field, line) = split_path(path);
    Edit::Settle { field, line, keep }
}

/// Takes the path of a reading apart: the field, and the line and name within it.
#[must_use]
pub fn split_path(path: &str) -> (String, Option<(LineId, String)>) {
    let mut parts = path.trim().splitn(3, '/');
    let field = parts.next().unwrap_or_default().to_owned();
    let line = parts.next().map(|line| (line_id(line), parts.next().unwrap_or_default().to_owned()));
    (field, line)
}

/// Reads the id of a line; any words name one, which need not be there.
#[must_use]
pub fn line_id(text: &str) -> LineId {
    match text.parse() {
        Ok(line) => line,
        Err(never) => match never {},
    }
}

/// A word as vocabularies write it.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '-'], "_")
}

fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}
