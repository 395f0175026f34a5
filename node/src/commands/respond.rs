use clap::Args;
use tally_control::{Exit, Failure, Respond as Asked};

use crate::context::Context;
use crate::print::document;
use crate::value;

/// Say a seat's word on the version shown: approve, object, adopt, decline, noted, reply, comment, ...
#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(crate) struct Respond {
    /// The record
    id: String,
    /// The word
    word: String,
    /// What the seat adds: text or @FILE
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Under whose delegation, or which minute
    #[arg(long, value_name = "TEXT")]
    authority: Option<String>,
    /// The version that is meant [default: the present one]
    #[arg(long)]
    version: Option<String>,
}

impl Respond {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ask = Asked {
            id: self.id,
            word: self.word.clone(),
            note: value::optional(self.note.as_deref())?,
            authority: value::optional(self.authority.as_deref())?,
            version: self.version,
        };
        let made = context.ask(&ask)?;
        let output = &context.output;
        if output.json {
            output.line(&document(&made));
        } else {
            output.line(&format!("{}: {} on version {}", made.reference, self.word, made.version));
            output.say(&made.message());
        }
        Ok(Exit::Done)
    }
}
