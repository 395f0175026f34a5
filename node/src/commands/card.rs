mod show;

use clap::{Args, Subcommand};
use serde::Serialize;
use tally_control::{Exit, Failure};

use crate::context::Context;
use crate::print::document;

#[derive(Debug, Serialize)]
struct CardPaper {
    member: String,
    codes: Vec<String>,
    fingerprint: String,
    addresses: Vec<String>,
    card: String,
}

/// Print this member's card, which is safe to send by e-mail
#[derive(Debug, Args)]
pub(crate) struct Card {
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, Subcommand)]
enum Other {
    Show(show::Show),
}

impl Card {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if let Some(Other::Show(command)) = self.other {
            return command.run(context);
        }
        let home = context.open_home()?;
        let content = home.card().content();
        let paper = CardPaper {
            member: home.member().to_string(),
            codes: content.codes.clone(),
            fingerprint: home.card().fingerprint(),
            addresses: content.addresses.clone(),
            card: home.card().to_text(),
        };
        let output = &context.output;
        context.warn_of_weak_key(&home);
        if output.json {
            output.line(&document(&paper));
        } else {
            output.line(&paper.card);
            output.say(&format!("Fingerprint, to be read out by telephone: {}", paper.fingerprint));
        }
        Ok(Exit::Done)
    }
}
