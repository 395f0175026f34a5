use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agreement::{self, Agreement};
use crate::moment::{self, Moment};
use crate::sync::HeldCopy;

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
    /// When.
    pub at: Moment,
    /// The version it is about.
    pub version: String,
    /// Whether that is the present version.
    pub current: bool,
    /// What the seat added.
    pub note: Option<String>,
    /// Under whose delegation.
    pub authority: Option<String>,
}

/// A rule of the field that a record breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Its number in the catalogue of the field, such as `R04`; none where it has none.
    pub rule: Option<String>,
    /// What people read.
    pub says: String,
    /// The field it is about, with the line and name within it; none where it is about the whole record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
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
    /// Who may change it.
    pub writers: Writers,
    /// How it is handled.
    pub handling: String,
    /// How long it is kept.
    pub retention: String,
    /// When it began; none where it cannot be read.
    #[serde(with = "moment::or_empty")]
    pub born: Option<Moment>,
    /// When it last changed; none where it cannot be read.
    #[serde(with = "moment::or_empty")]
    pub changed: Option<Moment>,
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
    /// What is agreed about it; none for a local record.
    #[serde(with = "agreement::or_empty")]
    pub agreed: Option<Agreement>,
    /// Who has a copy, by member's name.
    pub held_by: BTreeMap<String, HeldCopy>,
    /// Rules of the field that it breaks.
    pub breaches: Vec<Breach>,
    /// Why it stopped here, if it did.
    pub stopped: Option<String>,
}

/// Who may change a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writers {
    /// The member that answers for it.
    #[default]
    Home,
    /// Every member of its audience.
    Members,
    /// That member, by one seat.
    Seat,
}
