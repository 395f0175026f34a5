use clap::Args;
use tally_control::{Exit, Failure, RecordMove};

use super::change;
use crate::context::Context;

/// Move a record to its next state
#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The record
    id: String,
    /// The state
    state: String,
}

impl Move {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ask = RecordMove { id: self.id, state: self.state };
        change(context, &ask, |made| format!("{} is now {}", made.reference, made.state))
    }
}
