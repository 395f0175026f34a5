use clap::Args;
use tally_control::{Exit, Failure};

use super::show;
use crate::context::Context;

/// List the seats
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        show(context, &context.open_home()?.seats()?);
        Ok(Exit::Done)
    }
}
