use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// Who changed a record, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHistory {
    /// The record.
    pub id: String,
}

impl Ask for RecordHistory {
    const NAME: &'static str = "record_history";
    type Answer = History;
}

/// The changes of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Oldest first.
    pub changes: Vec<Change>,
}

/// A change of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The entry; none for a local record.
    pub entry: Option<String>,
    /// When.
    pub at: Moment,
    /// The member's name.
    pub member: Option<String>,
    /// The seat.
    pub seat: Option<String>,
    /// The version that it made.
    pub version: String,
    /// The fields it touched.
    pub fields: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// In a few words.
    pub summary: String,
}
