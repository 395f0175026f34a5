use clap::Subcommand;
use tally_control::{Exit, Failure, ViewsRebuild};

use crate::context::Context;
use crate::print::document;

/// Work on the views, which can always be rebuilt
#[derive(Debug, Subcommand)]
pub(crate) enum Views {
    /// Rebuild the views from the journal
    Rebuild,
}

impl Views {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = match self {
            Self::Rebuild => context.ask(&ViewsRebuild {})?,
        };
        if context.output.json {
            context.output.line(&document(&given));
        } else {
            context.output.say("The views are rebuilt from the journal.");
        }
        Ok(Exit::Done)
    }
}
