use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};

use crate::context::Context;
use crate::demo;

/// Run three boroughs on this machine, tell one story, and check it
///
/// Dates and bodies are real; wordings, edits and findings are invented.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the story; the exit code is 0 only if every check held
    #[arg(long)]
    exit: bool,
    /// Tell the story from the facts.toml and story.toml of this folder
    #[arg(long, value_name = "DIR", hide = true)]
    facts: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        demo::run(context, &demo::Wish { exit: self.exit, facts: self.facts })
    }
}
