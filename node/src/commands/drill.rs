use clap::{Args, ValueEnum};
use tally_control::{Ask, Cut as CutAsked, Done, Exit, Failure, Stop as StopAsked};

use crate::context::Context;
use crate::print::document;

/// Lose, or regain, every connection to partners: a drill
#[derive(Debug, Args)]
pub(crate) struct Cut {
    /// Whether to be cut off
    off: Switch,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Cut {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let off = matches!(self.off, Switch::On);
        done(context, &CutAsked { off })
    }
}

/// End the running node, as SIGTERM does
#[derive(Debug, Args)]
pub(crate) struct Stop {}

impl Stop {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        done(context, &StopAsked {})
    }
}

fn done<A: Ask<Answer = Done>>(context: &Context, ask: &A) -> Result<Exit, Failure> {
    let given = context.ask(ask)?;
    if context.output.json {
        context.output.line(&document(&given));
    }
    Ok(Exit::Done)
}
