use clap::Args;
use tally_control::{Exit, Failure, RecordNew};

use super::change;
use crate::context::Context;
use crate::value::{self, Assignment};

/// Begin a record: for this member alone, or with --in for a ring
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The kind; tally record types lists them
    kind: String,
    /// The ring that may hold it
    #[arg(long = "in", value_name = "RING")]
    ring: Option<String>,
    /// Only these members of the ring
    #[arg(long, value_name = "MEMBER", value_delimiter = ',', requires = "ring")]
    only: Vec<String>,
    /// A field and its value: text, or @FILE; may be given more than once
    #[arg(long, value_name = "FIELD=VALUE", value_parser = value::assignment)]
    set: Vec<Assignment>,
}

impl New {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ask = RecordNew { kind: self.kind, ring: self.ring, only: self.only, set: value::pairs(&self.set)? };
        change(context, &ask, |made| format!("{}  {}", made.reference, made.id))
    }
}
