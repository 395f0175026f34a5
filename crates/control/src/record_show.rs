use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::record::Record;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordShow {
    /// The record.
    pub id: String,
    /// A version, or a date.
    pub at: Option<String>,
}

impl Ask for RecordShow {
    const NAME: &'static str = "record_show";
    type Answer = Record;
}
