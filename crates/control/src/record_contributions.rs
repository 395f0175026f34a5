use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// Who worked on a record on which day: its changes grouped by member, seat and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordContributions {
    /// The record.
    pub id: String,
}

impl Ask for RecordContributions {
    const NAME: &'static str = "record_contributions";
    type Answer = Contributions;
}

/// The changes of a record in groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contributions {
    /// In the order in which each began.
    pub contributions: Vec<Contribution>,
}

/// What one seat of one member changed on one day, by UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The member's name.
    pub member: Option<String>,
    /// The seat; none for what was changed without one.
    pub seat: Option<String>,
    /// The first change of that day.
    pub first: Moment,
    /// The last change of that day.
    pub last: Moment,
    /// How many there were.
    pub changes: u64,
    /// The fields they touched, each once, in the order of the first touch.
    pub fields: Vec<String>,
    /// The version that the last of them made.
    pub version: String,
}
