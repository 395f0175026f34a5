use clap::{Args, ValueEnum};
use tally_control::{Exit, Failure, Request};

use crate::context::Context;
use crate::print::answer;

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
        done(context, Request::Cut { off })
    }
}

/// End the running node, as SIGTERM does
#[derive(Debug, Args)]
pub(crate) struct Stop {}

impl Stop {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        done(context, Request::Stop)
    }
}

fn done(context: &Context, request: Request) -> Result<Exit, Failure> {
    let given = context.ask(request)?;
    if context.output.json {
        context.output.line(&answer(&given));
    }
    Ok(Exit::Done)
}
