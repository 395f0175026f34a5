use serde::{Deserialize, Serialize};

use crate::ask::Ask;

/// The seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatList {}

impl Ask for SeatList {
    const NAME: &'static str = "seat_list";
    type Answer = Seats;
}

/// The seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// One a seat.
    pub seats: Vec<Seat>,
}

/// A seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// The sector it speaks for.
    pub sector: String,
    /// The areas it serves.
    pub areas: Vec<String>,
    /// Its standing, such as voting.
    pub standing: String,
}
