use clap::Subcommand;
use tally_control::{Exit, Failure, Request};

use crate::context::Context;
use crate::print::answer;

/// Work on the views, which can always be made anew
#[derive(Debug, Subcommand)]
pub(crate) enum Views {
    /// Make the views anew from the journal
    Rebuild,
}

impl Views {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = match self {
            Self::Rebuild => context.ask(Request::ViewsRebuild)?,
        };
        if context.output.json {
            context.output.line(&answer(&given));
        } else {
            context.output.say("The views are made anew from the journal.");
        }
        Ok(Exit::Done)
    }
}
