use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};
use tally_ring::Card;

use super::paper;
use crate::commands::introduction;
use crate::context::Context;
use crate::failure::{bad_card, failure};
use crate::{passphrase, value};

/// Draft the first edition of a ring, sign it, and print the invitation
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// The ring's name
    name: String,
    /// The cards of the other members
    #[arg(long, value_name = "CARD-FILE", required = true, num_args = 1..)]
    with: Vec<PathBuf>,
    /// What the ring is for: text or @FILE
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
}

impl Propose {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let home = context.open_home()?;
        let read = |(at, file): (usize, &PathBuf)| {
            let text = value::file_text(file, "The card was not read")?;
            Card::from_text(&text).map_err(|error| bad_card(at + 1, &error))
        };
        let cards = self.with.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        introduction::of_cards(&cards).iter().for_each(|line| context.output.say(line));
        let purpose = value::optional(self.purpose.as_deref())?;
        let passphrase = passphrase::existing(context)?;
        let invitation = home.propose_ring(&self.name, purpose.as_deref(), cards, &passphrase).map_err(failure)?;
        paper::hand_in(context, &home, &invitation)?;
        Ok(Exit::Done)
    }
}
