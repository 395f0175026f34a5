use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};

use super::paper;
use crate::context::Context;
use crate::home::introduction;
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
        let cards = self
            .with
            .iter()
            .map(|file| value::file_text(file, "The card was not read"))
            .collect::<Result<Vec<_>, _>>()?;
        introduction::of_cards(&cards)?.iter().for_each(|line| context.output.say(line));
        let purpose = value::optional(self.purpose.as_deref())?;
        let passphrase = passphrase::existing(context)?;
        let invitation = home.ring_propose(&self.name, &cards, purpose.as_deref(), &passphrase)?;
        paper(context, &invitation);
        Ok(Exit::Done)
    }
}
