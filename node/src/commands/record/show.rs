use clap::Args;
use serde_json::Value;
use tally_control::{Answer, Difference, Exit, Failure, Request};

use crate::context::{Context, unexpected};
use crate::print::{answer, record};

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
        let given = context.ask(Request::RecordShow { id: self.id, at: self.at })?;
        let Answer::Record(shown) = &given else {
            return Err(unexpected(&given));
        };
        let output = &context.output;
        if output.json {
            output.line(&answer(&given));
            return Ok(Exit::Done);
        }
        let changed = shown.agreed.get("changed_since") == Some(&Value::Bool(true));
        let since = if now && changed { since_agreed(context, &shown.id)? } else { Vec::new() };
        output.line(&record(shown, &since, output));
        Ok(Exit::Done)
    }
}

fn since_agreed(context: &Context, id: &str) -> Result<Vec<Difference>, Failure> {
    let request = Request::RecordDiff { id: id.to_owned(), before: None, after: None, since_agreed: true, since: None };
    match context.ask(request)? {
        Answer::Diff { differences, .. } => Ok(differences),
        other => Err(unexpected(&other)),
    }
}
