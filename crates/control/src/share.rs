use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ask::Ask;
use crate::made::Made;

/// Share a local record through the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The local record.
    pub id: String,
    /// The ring.
    pub ring: String,
    /// Members of a narrower audience; empty for the whole ring.
    pub only: Vec<String>,
    /// The fields that leave.
    pub fields: Vec<String>,
    /// On what basis.
    pub basis: String,
    /// Only say what would leave.
    pub dry_run: bool,
    /// The written reason for leaving in spite of findings.
    pub override_reason: Option<String>,
}

impl Ask for Share {
    const NAME: &'static str = "share";
    type Answer = Shared;
}

/// Something the guard found; masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Where.
    pub field: String,
    /// What, for people.
    pub what: String,
    /// What it looks like, masked.
    pub shown: String,
}

/// What would leave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WouldLeave {
    /// Kind of the record that is made.
    pub kind: String,
    /// The exact fields.
    pub fields: BTreeMap<String, Value>,
}

/// What came of the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// What would leave, or left.
    pub would_leave: WouldLeave,
    /// The names of those who get it.
    pub holders: Vec<String>,
    /// What the guard found.
    pub findings: Vec<Check>,
    /// The sentence a person confirms.
    pub sentence: String,
    /// The record in the ring; none where nothing left.
    pub shared: Option<Made>,
}
