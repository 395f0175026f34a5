use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Change fields of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSet {
    /// The record.
    pub id: String,
    /// Fields and their values as text.
    pub set: Vec<(String, String)>,
    /// The version that the writer saw.
    pub base: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Ask for RecordSet {
    const NAME: &'static str = "record_set";
    type Answer = Made;
}
