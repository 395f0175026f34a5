use clap::Args;
use tally_control::{Answer, Exit, Failure, Request};

use crate::context::{Context, unexpected};
use crate::print::answer;

/// Say why a member does not have what this one has
#[derive(Debug, Args)]
pub(crate) struct Why {
    /// The member
    member: String,
    /// One record [default: all]
    id: Option<String>,
}

impl Why {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(Request::Why { member: self.member, record: self.id })?;
        let Answer::Why(why) = &given else {
            return Err(unexpected(&given));
        };
        let output = &context.output;
        if output.json {
            output.line(&answer(&given));
        } else {
            output.line(&why.cause);
            output.line(&why.remedy);
        }
        Ok(Exit::Done)
    }
}
