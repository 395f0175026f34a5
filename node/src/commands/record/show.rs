use clap::Args;
use tally_control::{Difference, Exit, Failure, RecordDiff, RecordShow};

use crate::context::Context;
use crate::print::{document, record};

/// Show a record: its fields, who has a copy, what was said and agreed
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The record
    id: String,
    /// As it stood at a version, or on a date
    #[arg(long, value_name = "VERSION|DATE")]
    at: Option<String>,
}

impl Show {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let now = self.at.is_none();
        let shown = context.ask(&RecordShow { id: self.id, at: self.at })?;
        let output = &context.output;
        if output.json {
            output.line(&document(&shown));
            return Ok(Exit::Done);
        }
        let changed = shown.agreed.as_ref().is_some_and(|agreed| agreed.changed_since);
        let since = if now && changed { since_agreed(context, &shown.id)? } else { Vec::new() };
        output.line(&record(&shown, &since, output));
        Ok(Exit::Done)
    }
}

fn since_agreed(context: &Context, id: &str) -> Result<Vec<Difference>, Failure> {
    let ask = RecordDiff { id: id.to_owned(), before: None, after: None, since_agreed: true, since: None };
    Ok(context.ask(&ask)?.differences)
}
