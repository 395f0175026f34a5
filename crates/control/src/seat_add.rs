use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::seat_list::{Seat, Seats};

/// Add a seat, or replace what is said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatAdd {
    /// The seat.
    pub seat: Seat,
    /// The operating-system users that act as it.
    pub users: Vec<String>,
}

impl Ask for SeatAdd {
    const NAME: &'static str = "seat_add";
    type Answer = Seats;
}
