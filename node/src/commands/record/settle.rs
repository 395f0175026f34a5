use clap::{ArgGroup, Args};
use tally_control::{Exit, Failure, Keep, RecordSettle};

use super::change;
use crate::context::Context;
use crate::value;

/// Settle a field that has several answers
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("choice").required(true).args(["keep", "set"])))]
pub(crate) struct Settle {
    /// The record
    id: String,
    /// The field
    field: String,
    /// Keep what this member answered
    #[arg(long, value_name = "MEMBER")]
    keep: Option<String>,
    /// Put this value in their place: text or @FILE
    #[arg(long, value_name = "VALUE")]
    set: Option<String>,
}

impl Settle {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let keep = match (self.keep, self.set) {
            (Some(member), _) => Keep::Member(member),
            (None, set) => Keep::Value(value::text(&set.unwrap_or_default())?),
        };
        let field = self.field.clone();
        let ask = RecordSettle { id: self.id, field: self.field, keep };
        change(context, &ask, |made| format!("{}: {field} is settled, now at version {}", made.reference, made.version))
    }
}
