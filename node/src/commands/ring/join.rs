use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};

use super::paper;
use crate::context::Context;
use crate::home::introduction;
use crate::{passphrase, value};

/// Take an invitation, sign it where it lists this member, and print the merged text
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// The invitation, or anyone's signed copy of it; - for the standard input
    file: PathBuf,
}

impl Join {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let home = context.open_home()?;
        let text = value::file_text(&self.file, "The invitation was not read")?;
        introduction::of_invitation(&text)?.iter().for_each(|line| context.output.say(line));
        let passphrase = passphrase::existing(context)?;
        paper(context, &home.ring_join(&text, &passphrase)?);
        Ok(Exit::Done)
    }
}
