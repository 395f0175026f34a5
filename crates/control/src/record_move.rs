use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Move a record through its workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordMove {
    /// The record.
    pub id: String,
    /// The next state.
    pub state: String,
}

impl Ask for RecordMove {
    const NAME: &'static str = "record_move";
    type Answer = Made;
}
