use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};
use tally_ring::Invitation;

use super::paper;
use crate::commands::introduction;
use crate::context::Context;
use crate::failure::{bad_invitation, failure};
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
        let invitation = Invitation::from_text(&text).map_err(|error| bad_invitation(&error))?;
        introduction::of_invitation(&invitation).iter().for_each(|line| context.output.say(line));
        let passphrase = passphrase::existing(context)?;
        let signed = home.sign_invitation(invitation, &passphrase).map_err(failure)?;
        paper::hand_in(context, &home, &signed)?;
        Ok(Exit::Done)
    }
}
