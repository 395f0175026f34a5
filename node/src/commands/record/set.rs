use clap::Args;
use tally_control::{Exit, Failure, RecordSet};

use super::change;
use crate::context::Context;
use crate::value::{self, Assignment};

/// Change fields of a record
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The record
    id: String,
    /// Fields and their values: text, or @FILE; an empty value clears the field
    #[arg(value_name = "FIELD=VALUE", required = true, value_parser = value::assignment)]
    set: Vec<Assignment>,
    /// The version that the writer saw; later changes are merged with
    #[arg(long, value_name = "VERSION")]
    base: Option<String>,
    /// Why: text or @FILE
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Set {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ask = RecordSet {
            id: self.id,
            set: value::pairs(&self.set)?,
            base: self.base,
            reason: value::optional(self.reason.as_deref())?,
        };
        change(context, &ask, |made| format!("{} is now at version {}", made.reference, made.version))
    }
}
