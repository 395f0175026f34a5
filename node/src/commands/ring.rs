mod join;
mod list;
mod propose;
mod show;

use clap::Subcommand;
use tally_control::{Answer, Exit, Failure, Request, Ring as Shown};

use crate::context::{Context, unexpected};
use crate::home::RingPaper;
use crate::print::document;

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
    match context.ask(Request::Rings { ring: None }) {
        Ok(Answer::Rings { rings }) => Ok(rings),
        Ok(other) => Err(unexpected(&other)),
        Err(failure) if failure.exit == Exit::NotRunning => context.open_home()?.rings_offline(),
        Err(failure) => Err(failure),
    }
}

/// An invitation, with who signed it and who has not.
fn paper(context: &Context, paper: &RingPaper) {
    let output = &context.output;
    if output.json {
        output.line(&document(paper));
        return;
    }
    output.line(&paper.invitation);
    output.say(&format!("Signed by {}.", paper.signed_by.join(", ")));
    if paper.awaiting.is_empty() {
        output.say("The edition is complete.");
    } else {
        output.say(&format!("Awaiting {}: pass this text on to them.", paper.awaiting.join(", ")));
    }
}
