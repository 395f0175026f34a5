use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Settle several answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSettle {
    /// The record.
    pub id: String,
    /// The field.
    pub field: String,
    /// What to keep.
    pub keep: Keep,
}

impl Ask for RecordSettle {
    const NAME: &'static str = "record_settle";
    type Answer = Made;
}

/// What to keep when several answers are settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// What this member answered: its name, its code or a beginning of its id.
    Member(String),
    /// This value.
    Value(String),
}
