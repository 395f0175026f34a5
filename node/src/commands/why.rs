use clap::Args;
use tally_control::{Exit, Failure, Why as Asked};

use crate::context::Context;
use crate::print::document;

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
        let why = context.ask(&Asked { member: self.member, record: self.id })?;
        let output = &context.output;
        if output.json {
            output.line(&document(&why));
        } else {
            output.line(&why.to_string());
            output.line(&why.remedy());
        }
        Ok(Exit::Done)
    }
}
