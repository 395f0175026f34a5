use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ask::Ask;

/// What differs between two versions of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDiff {
    /// The record.
    pub id: String,
    /// The earlier version.
    pub before: Option<String>,
    /// The later version; none for the present one.
    pub after: Option<String>,
    /// From the version in force.
    pub since_agreed: bool,
    /// From the version at this date.
    pub since: Option<String>,
}

impl Ask for RecordDiff {
    const NAME: &'static str = "record_diff";
    type Answer = Comparison;
}

/// Two versions compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The earlier version.
    pub before: String,
    /// The later version.
    pub after: String,
    /// What differs.
    pub differences: Vec<Difference>,
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
