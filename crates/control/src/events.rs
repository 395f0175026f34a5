use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// Every event from now on, a line each, until the socket closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {}

impl Ask for Events {
    const NAME: &'static str = "events";
    type Answer = Event;
}

/// Something that happened. Names ids, never words of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What, as one word with underscores.
    pub event: String,
    /// When.
    pub at: Moment,
    /// Ids that belong to it.
    pub about: BTreeMap<String, String>,
}
