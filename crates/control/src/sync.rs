use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// Who has a copy of which record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// One record; none for all.
    pub record: Option<String>,
}

impl Ask for Sync {
    const NAME: &'static str = "sync";
    type Answer = RecordCopies;
}

/// Who has a copy of which record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCopies {
    /// One a record.
    pub records: Vec<RecordCopy>,
}

/// Who has a copy of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCopy {
    /// The record.
    pub id: String,
    /// Its short reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// By member's name.
    pub held_by: BTreeMap<String, HeldCopy>,
}

/// Whether a member has a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyState {
    /// It signed a receipt for this version.
    Confirmed,
    /// Its newest receipt is older.
    Behind,
    /// It holds more than this node.
    Ahead,
    /// It never said.
    Unknown,
}

impl CopyState {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Behind => "behind",
            Self::Ahead => "ahead",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether a member has a copy, and when it last said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCopy {
    /// Whether it has one.
    pub state: CopyState,
    /// When it last said so.
    pub at: Option<Moment>,
}
