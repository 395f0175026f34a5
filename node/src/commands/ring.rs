mod introduction;
mod join;
mod list;
mod paper;
mod propose;
mod show;

use clap::Subcommand;
use tally_control::{Answer, Exit, Failure, Request, Ring as Shown};

use crate::context::{Context, unexpected};
use crate::failure::failure;
use crate::moment;
use crate::service::rings;

/// Found a ring, join it, look at it
#[derive(Debug, Subcommand)]
pub(crate) enum Ring {
    Propose(propose::Propose),
    Join(join::Join),
    List(list::List),
    Show(show::Show),
}

impl Ring {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Propose(command) => command.run(context),
            Self::Join(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Show(command) => command.run(context),
        }
    }
}

/// The rings, from the node when it runs, else from the home.
fn rings(context: &Context) -> Result<Vec<Shown>, Failure> {
    match context.ask_if_running(Request::Rings { ring: None })? {
        Some(Answer::Rings { rings }) => Ok(rings),
        Some(other) => Err(unexpected(&other)),
        None => {
            let sights = context.open_home()?.rings_offline(moment::now()).map_err(failure)?;
            Ok(sights.iter().map(rings::ring).collect())
        }
    }
}
