use std::collections::BTreeMap;

use tally_entry::{Actor, ChangeHash};

use crate::change_draft::ChangeDraft;
use crate::describe::{Description, Term};
use crate::document::Document;
use crate::fuse::{Blown, View};
use crate::gate::{self, Admitted, Judgement};
use crate::index::Index;
use crate::limits::Limits;
use crate::line::LineId;
use crate::look::Look;
use crate::meter::Meter;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::version::Version;

/// One thing that a person changes in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Sets a field as a whole; texts, sets and lists change only where they differ.
    Set {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
        /// What it reads from then on; an empty value clears it.
        value: Value,
    },
    /// Sets one field of one line, or an item where the name is empty.
    SetLine {
        /// The field that holds the group.
        field: String,
        /// Its random key in the group, which no edit changes.
        line: LineId,
        /// The line's field.
        name: String,
        /// What it reads from then on; an empty value clears it.
        value: Value,
    },
    /// Adds a line; an item's text is the value under the empty name.
    AddLine {
        /// The field that holds the group.
        field: String,
        /// The line's fields.
        values: BTreeMap<String, Value>,
        /// The line before it; at the end without one.
        after: Option<LineId>,
    },
    /// Marks a line as removed.
    RemoveLine {
        /// The field that holds the group.
        field: String,
        /// Its random key in the group, which no edit changes.
        line: LineId,
    },
    /// Chooses among concurrent answers.
    Settle {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
        /// The line and its field, inside a group.
        line: Option<(LineId, String)>,
        /// Whose words stand; every other answer is replaced.
        keep: Keep,
    },
}

impl Edit {
    /// The field that it changes; for a line, the one that holds the group.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Set { field, .. }
            | Self::SetLine { field, .. }
            | Self::AddLine { field, .. }
            | Self::RemoveLine { field, .. }
            | Self::Settle { field, .. } => field,
        }
    }
}

/// Which answer is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The answer of this actor.
    Actor(Actor),
    /// This value, whoever said it.
    Value(Value),
}

/// The change that begins a document, on its way into a birth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// An Automerge change chunk, as an entry carries it.
    pub change: Vec<u8>,
    /// Automerge's hash of it: what later changes and versions name it by.
    pub hash: ChangeHash,
}

/// A change that passed the gate and is not in the document yet.
#[derive(Clone, Debug)]
pub struct Edited {
    /// An Automerge change chunk, as an entry carries it.
    pub change: Vec<u8>,
    /// Automerge's hash of it: what later changes and versions name it by.
    pub hash: ChangeHash,
    /// The fields in which it was merged with what others wrote since the base version.
    pub joined: Vec<String>,
    /// The witness to admit it with, once it is signed and synced.
    pub admitted: Admitted,
}

/// Why an edit makes no change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The type has no such field.
    #[error("no field {field}")]
    UnknownField {
        /// The name given.
        field: String,
    },
    /// The group has no such line, or it was removed.
    #[error("no line {line} in {field}")]
    UnknownLine {
        /// The field that holds the group.
        field: String,
        /// The key that names no line here.
        line: LineId,
    },
    /// The base version is not here.
    #[error("the version this was written on is not here")]
    UnknownVersion,
    /// The field holds something else.
    #[error("{field} holds something else")]
    WrongKind {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// The field allows other words.
    #[error("{word} is not a word of {field}")]
    WordNotAllowed {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
        /// What was written, as it came.
        word: String,
        /// The whole vocabulary of the field.
        allowed: &'static [Term],
    },
    /// A date's value does not have the shape of its precision.
    #[error("the date in {field} is not as precise as it says")]
    BadDate {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// A count is larger, or a file's name is another, than can be kept.
    #[error("{field} cannot hold this: the count is too large, or the file name is not valid")]
    CannotBeKept {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// One edit says two things of one field.
    #[error("{field} is set twice")]
    Twice {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// More words or lines at once than one change carries.
    #[error("this takes {operations} steps, and one change may take {allowed}: save it in parts")]
    TooLong {
        /// Automerge operations: about one a word, value or line.
        operations: usize,
        /// From the edition under which the document was born.
        allowed: usize,
    },
    /// A text longer than the ring allows, and longer than it was.
    #[error("{field} would have {words} words and line breaks, and {allowed} are allowed: shorten it")]
    TextTooLong {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
        /// Words and line breaks of the text as a whole.
        words: usize,
        /// From the edition under which the document was born.
        allowed: usize,
    },
    /// More bytes at once than one change carries.
    #[error("this takes {bytes} bytes, and one change may take {allowed}: save it in parts")]
    TooLarge {
        /// Of the encoded change.
        bytes: usize,
        /// From the edition under which the document was born.
        allowed: usize,
    },
    /// The field came with a later version of the type, and the record's home has not made room for it.
    #[error("{field} has no place in this record yet")]
    NotPrepared {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// There is no such answer to keep.
    #[error("{field} has no such answer")]
    NoSuchAnswer {
        /// Its name in the description; in an error about a line, `group/line/name`.
        field: String,
    },
    /// Everything is already as the edit says.
    #[error("nothing changed")]
    NothingChanged,
    /// The document is stopped.
    #[error("the document is stopped")]
    Blown(#[source] Blown),
    /// Our own change does not pass the gate: a fault of this program, and nothing is written.
    #[error("the change does not pass the gate")]
    Refused(#[source] Refusal),
}

/// Chooses the random keys of new lines.
pub(crate) type Ids<'a> = &'a mut dyn FnMut() -> [u8; 8];

impl Document {
    /// Writes the first change of a document, which makes every container of its type.
    ///
    /// The limits are those it will be opened with.
    pub fn create(
        description: &Description,
        actor: Actor,
        edits: &[Edit],
        limits: &Limits,
        ids: &mut dyn FnMut() -> [u8; 8],
    ) -> Result<Created, EditError> {
        let index = Index::default();
        let view = View::new();
        let look = look(&index, &view, Version::default())?;
        let mut plan = Plan::new(description, ChangeDraft::new(&index, actor), &look, None, ids, limits.text_words);
        plan.prepare();
        plan.apply(edits)?;
        let (draft, _) = plan.finish();
        let change = write(&draft, limits)?;
        let admitted = gate::judge_birth(actor, &change, limits, &mut Meter::default()).map_err(EditError::Refused)?;
        Ok(Created { hash: admitted.hash(), change })
    }

    /// Writes a change at the current heads; it is not in the document until it is admitted.
    ///
    /// With a base, the edits are read as made on that version and merged: by word in texts, and where both sides
    /// changed one word or value, both answers stand.
    pub fn edit(
        &self,
        description: &Description,
        actor: Actor,
        edits: &[Edit],
        base: Option<&Version>,
        ids: &mut dyn FnMut() -> [u8; 8],
    ) -> Result<Edited, EditError> {
        self.change(description, actor, base, ids, |plan| plan.apply(edits))
    }

    /// Makes the containers that a later version of the type added; only the record's home does this, so that no
    /// container is ever made twice.
    pub fn prepare(&self, description: &Description, actor: Actor) -> Result<Option<Edited>, EditError> {
        let made = self.change(description, actor, None, &mut || [0; 8], |plan| {
            plan.prepare();
            Ok(())
        });
        match made {
            Ok(edited) => Ok(Some(edited)),
            Err(EditError::NothingChanged) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn change(
        &self,
        description: &Description,
        actor: Actor,
        base: Option<&Version>,
        ids: Ids<'_>,
        apply: impl FnOnce(&mut Plan<'_, '_>) -> Result<(), EditError>,
    ) -> Result<Edited, EditError> {
        self.settle().map_err(EditError::Blown)?;
        let view = self.view.borrow();
        if base.is_some_and(|base| !self.covers(base)) {
            return Err(EditError::UnknownVersion);
        }
        let now = look(&self.index, &view, self.heads())?;
        let base = match base {
            Some(base) => Some(look(&self.index, &view, base.clone())?),
            None => None,
        };
        let draft = ChangeDraft::new(&self.index, actor);
        let mut plan = Plan::new(description, draft, &now, base.as_ref(), ids, self.limits.text_words);
        apply(&mut plan)?;
        let (draft, joined) = plan.finish();
        let change = write(&draft, &self.limits)?;
        match self.judge(actor, &change) {
            Judgement::Admit(admitted) => Ok(Edited { hash: admitted.hash(), change, joined, admitted }),
            Judgement::Wait(_) => Err(EditError::UnknownVersion),
            Judgement::Void(refusal) => Err(EditError::Refused(refusal)),
        }
    }
}

fn look<'a>(index: &'a Index, view: &'a View, version: Version) -> Result<Look<'a>, EditError> {
    Look::at(index, view, version).ok_or(EditError::UnknownVersion)
}

fn write(draft: &ChangeDraft<'_>, limits: &Limits) -> Result<Vec<u8>, EditError> {
    if draft.len() == 0 {
        return Err(EditError::NothingChanged);
    }
    if draft.len() > limits.operations {
        return Err(EditError::TooLong { operations: draft.len(), allowed: limits.operations });
    }
    let change = draft.write();
    if change.len() > limits.change_bytes {
        return Err(EditError::TooLarge { bytes: change.len(), allowed: limits.change_bytes });
    }
    Ok(change)
}
