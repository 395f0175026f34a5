mod list;
mod show;
mod verify;

use clap::Subcommand;
use tally_control::{Exit, Failure};

use crate::context::Context;

/// Look at the logs, and check them
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    List(list::List),
    Show(show::Show),
    Verify(verify::Verify),
}

impl Log {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Verify(command) => command.run(context),
        }
    }
}
