use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::record::Record;

/// Records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordList {
    /// Of one kind.
    pub kind: Option<String>,
    /// Of one ring.
    pub ring: Option<String>,
    /// Local ones only.
    pub local: bool,
    /// With these values.
    pub matching: Vec<(String, String)>,
    /// With a date before this day.
    pub due_before: Option<String>,
}

impl Ask for RecordList {
    const NAME: &'static str = "record_list";
    type Answer = Records;
}

/// Records, without who has a copy and what was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Records {
    /// One a record.
    pub records: Vec<Record>,
}
