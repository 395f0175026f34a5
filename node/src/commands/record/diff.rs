use clap::Args;
use tally_control::{Exit, Failure, RecordDiff};

use crate::context::Context;
use crate::print::{document, words};

/// Say what differs between two versions of a record, word by word
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The record
    id: String,
    /// The earlier version
    before: Option<String>,
    /// The later version [default: the present one]
    after: Option<String>,
    /// From the version in force
    #[arg(long, conflicts_with_all = ["before", "after", "since"])]
    since_agreed: bool,
    /// From the version at this date
    #[arg(long, value_name = "DATE", conflicts_with_all = ["before", "after"])]
    since: Option<String>,
}

impl Diff {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&RecordDiff {
            id: self.id,
            before: self.before,
            after: self.after,
            since_agreed: self.since_agreed,
            since: self.since,
        })?;
        let differences = &given.differences;
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else if differences.is_empty() {
            output.say("Nothing differs.");
        } else {
            for difference in differences {
                output.line(&format!("{}: {}", difference.field, words(difference)));
            }
        }
        Ok(Exit::Done)
    }
}
