use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Held;

/// Who may hold a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// The ring's name; none for a local record.
    pub ring: Option<String>,
    /// The ring's id.
    pub ring_id: Option<String>,
    /// The names of the members that hold it.
    pub members: Vec<String>,
    /// Whether it is narrower than the ring.
    pub only: bool,
}

/// One of several answers to one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerGiven {
    /// What was answered.
    pub value: Value,
    /// The name of the member that answered.
    pub member: Option<String>,
    /// In which change.
    pub change: String,
}

/// A seat's word on a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The statement.
    pub statement: String,
    /// The word.
    pub word: String,
    /// The member's name.
    pub member: Option<String>,
    /// The seat.
    pub seat: Option<String>,
    /// The sector it speaks for.
    pub sector: String,
    /// When, RFC 3339.
    pub at: String,
    /// The version it is about.
    pub version: String,
    /// Whether that is the present version.
    pub current: bool,
    /// What the seat added.
    pub note: Option<String>,
    /// Under whose delegation.
    pub authority: Option<String>,
}

/// A record as it reads. `record show` prints all of it, `record list` without statements.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Its short reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The version read.
    pub version: String,
    /// Who may hold it.
    pub audience: Audience,
    /// The name of the member that answers for it.
    pub home: String,
    /// `home`, `members` or `seat`.
    pub writers: String,
    /// How it is handled.
    pub handling: String,
    /// How long it is kept.
    pub retention: String,
    /// When it began, RFC 3339.
    pub born: String,
    /// When it last changed, RFC 3339.
    pub changed: String,
    /// Every field that holds something.
    pub fields: BTreeMap<String, Value>,
    /// Its state.
    pub state: String,
    /// The state in everyday words: draft, shared, agreed or closed.
    pub people_state: String,
    /// Fields with more than one answer.
    pub answers: BTreeMap<String, Vec<AnswerGiven>>,
    /// Fields joined from concurrent words that nobody has read yet.
    pub joined: Vec<String>,
    /// What seats said.
    pub statements: Vec<Statement>,
    /// Approvals by member, the version in force, whether it changed since, adoption by member.
    pub agreed: BTreeMap<String, Value>,
    /// Who has a copy, by member's name.
    pub held_by: BTreeMap<String, Held>,
    /// Rules of the field that it breaks, as sentences.
    pub breaches: Vec<String>,
    /// Why it stopped here, if it did.
    pub stopped: Option<String>,
}

/// One word of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// In both.
    Kept(String),
    /// Only in the earlier.
    Removed(String),
    /// Only in the later.
    Added(String),
}

/// What differs in one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// What it held.
    pub before: Value,
    /// What it holds.
    pub after: Value,
    /// Word by word, for texts.
    pub words: Vec<Word>,
}
