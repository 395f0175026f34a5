//! The seats are listed.

use tally_control::{Refusal, SeatList, Seats};

use crate::service::{Answers, Asker, Parts, Service};
use crate::who;

impl<P: Parts> Answers<SeatList> for Service<P> {
    async fn answer(&self, _: SeatList, _: &Asker) -> Result<Seats, Refusal> {
        Ok(Seats { seats: self.local(|store| who::seats(store)).await })
    }
}
