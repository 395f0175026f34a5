mod join;
mod list;
mod paper;
mod propose;
mod show;

use clap::Subcommand;
use tally_control::{Ask as _, Exit, Failure, Ring as Shown, RingList};

use crate::context::Context;
use crate::failure::{failure, refused};
use crate::moment;

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

/// The rings, or the one that was named, from the node when it runs, else from the home.
fn rings(context: &Context, ring: Option<String>) -> Result<Vec<Shown>, Failure> {
    let ask = RingList { ring };
    if let Some(given) = context.ask_if_running(&ask)? {
        return Ok(given.rings);
    }
    let rings = context.open_home()?.rings_offline(moment::now()).map_err(failure)?;
    tally_service::rings(&rings, ask.ring.as_deref()).map_err(|refusal| refused(RingList::NAME, &refusal))
}
