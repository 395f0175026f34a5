use clap::Args;
use tally_control::{Answer, Exit, Failure, Request};

use super::show;
use crate::context::{Context, unexpected};
use crate::failure::failure;
use crate::service::who;

/// List the seats
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let seats = match context.ask_if_running(Request::Seats)? {
            Some(Answer::Seats { seats }) => seats,
            Some(other) => return Err(unexpected(&other)),
            None => {
                let (store, _) = context.open_home()?.open_local().map_err(failure)?;
                who::seats(&store)
            }
        };
        show(context, &seats);
        Ok(Exit::Done)
    }
}
