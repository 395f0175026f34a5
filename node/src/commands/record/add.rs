use clap::Args;
use tally_control::{Exit, Failure, RecordAdd};

use super::change;
use crate::context::Context;
use crate::value::{self, Assignment};

/// Add a line to a field that holds lines
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The record
    id: String,
    /// The field
    field: String,
    /// What the line says
    #[arg(value_name = "KEY=VALUE", required = true, value_parser = value::assignment)]
    set: Vec<Assignment>,
}

impl Add {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ask = RecordAdd { id: self.id, field: self.field, set: value::pairs(&self.set)? };
        change(context, &ask, |made| format!("{} is now at version {}", made.reference, made.version))
    }
}
