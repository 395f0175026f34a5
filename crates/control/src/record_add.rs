use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Add a line to a group of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordAdd {
    /// The record.
    pub id: String,
    /// The field.
    pub field: String,
    /// The line's fields.
    pub set: Vec<(String, String)>,
}

impl Ask for RecordAdd {
    const NAME: &'static str = "record_add";
    type Answer = Made;
}
