use clap::Args;
use tally_control::{Ask, Exit, Failure, Seat, SeatAdd};

use super::show;
use crate::context::Context;
use crate::failure::{failure, refused};

/// Add a seat, or replace what is said about it
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The seat's id
    id: String,
    /// Its role, such as "Business support"
    #[arg(long, value_name = "TEXT")]
    role: String,
    /// The sector that it speaks for
    #[arg(long, value_name = "WORD")]
    sector: String,
    /// A code of an area that it serves; may be given more than once
    #[arg(long = "area", value_name = "CODE")]
    areas: Vec<String>,
    /// Its standing in the ring's meetings
    #[arg(long, value_name = "WORD", default_value = "non_voting")]
    standing: String,
    /// An operating-system user that acts as this seat; may be given more than once
    #[arg(long = "user", value_name = "USER")]
    users: Vec<String>,
}

impl Add {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let seat =
            Seat { id: self.id, role: self.role, sector: self.sector, areas: self.areas, standing: self.standing };
        let ask = SeatAdd { seat, users: self.users };
        let seats = match context.ask_if_running(&ask)? {
            Some(given) => given.seats,
            None => {
                let (mut store, _) = context.open_home()?.open_local().map_err(failure)?;
                tally_service::add_seat(&mut store, &ask.seat, &ask.users)
                    .map_err(|refusal| refused(SeatAdd::NAME, &refusal))?;
                tally_service::seats(&store)
            }
        };
        show(context, &seats);
        Ok(Exit::Done)
    }
}
