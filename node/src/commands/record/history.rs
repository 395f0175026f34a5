use clap::Args;
use tally_control::{Answer, Exit, Failure, Request};

use crate::context::{Context, unexpected};
use crate::print::{answer, moment, table};

/// Say who changed a record, and when
#[derive(Debug, Args)]
pub(crate) struct History {
    /// The record
    id: String,
}

impl History {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(Request::RecordHistory { id: self.id })?;
        let Answer::History { changes } = &given else {
            return Err(unexpected(&given));
        };
        let output = &context.output;
        if output.json {
            output.line(&answer(&given));
        } else {
            output.line(&table(
                ["when", "member", "seat", "what", "version"],
                changes.iter().map(|one| {
                    let reason = one.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                    [
                        moment(&one.at),
                        one.member.clone().unwrap_or_default(),
                        one.seat.clone().unwrap_or_default(),
                        format!("{}{reason}", one.summary),
                        output.id(&one.version).to_owned(),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}
