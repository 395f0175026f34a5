use clap::Args;
use tally_control::{Exit, Failure, SeatList};

use super::show;
use crate::context::Context;
use crate::failure::failure;

/// List the seats
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let seats = match context.ask_if_running(&SeatList {})? {
            Some(given) => given.seats,
            None => tally_service::seats(&context.open_home()?.open_local().map_err(failure)?.0),
        };
        show(context, &seats);
        Ok(Exit::Done)
    }
}
