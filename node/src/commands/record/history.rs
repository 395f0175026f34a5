use clap::Args;
use tally_control::{Exit, Failure, RecordHistory};

use crate::context::Context;
use crate::print::{document, moment, table};

/// Say who changed a record, and when
#[derive(Debug, Args)]
pub(crate) struct History {
    /// The record
    id: String,
}

impl History {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&RecordHistory { id: self.id })?;
        let changes = &given.changes;
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else {
            output.line(&table(
                ["when", "member", "seat", "what", "version"],
                changes.iter().map(|one| {
                    let reason = one.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                    [
                        moment(one.at),
                        one.member.clone().unwrap_or_default(),
                        one.seat.clone().unwrap_or_default(),
                        format!("{}{reason}", one.summary()),
                        output.id(&one.version).to_owned(),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}
