use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Begin a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordNew {
    /// The kind.
    pub kind: String,
    /// The ring; none for a local record.
    pub ring: Option<String>,
    /// Members of a narrower audience; empty for the whole ring.
    pub only: Vec<String>,
    /// Fields and their values as text.
    pub set: Vec<(String, String)>,
}

impl Ask for RecordNew {
    const NAME: &'static str = "record_new";
    type Answer = Made;
}
