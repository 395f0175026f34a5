use clap::Args;
use tally_control::{Exit, Failure};

use crate::context::Context;
use crate::print::document;

/// Print this member's card, which is safe to send by e-mail
#[derive(Debug, Args)]
pub(crate) struct Card {}

impl Card {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let paper = context.open_home()?.card()?;
        let output = &context.output;
        if output.json {
            output.line(&document(&paper));
        } else {
            output.line(&paper.card);
            output.say(&format!("Fingerprint, to be read out by telephone: {}", paper.fingerprint));
        }
        Ok(Exit::Done)
    }
}
