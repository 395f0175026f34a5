use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;
use crate::sentences::with_sentences;

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

/// What a change did to its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It began it.
    Made,
    /// It moved it through its workflow, and nothing else.
    Moved,
    /// It changed its fields.
    Changed,
}

/// A change of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
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
    /// What it did.
    pub step: Step,
    /// The fields it touched.
    pub fields: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

with_sentences!(Change { summary: String = Change::summary });

impl Change {
    /// What it did, in a few words.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut top: Vec<&str> = self.fields.iter().filter_map(|field| field.split('/').next()).collect();
        top.dedup();
        match self.step {
            Step::Made => "made".to_owned(),
            Step::Moved => "moved".to_owned(),
            Step::Changed if top.is_empty() => "changed".to_owned(),
            Step::Changed => format!("changed {}", top.join(", ")),
        }
    }
}
