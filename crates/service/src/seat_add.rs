//! A seat is added, or what is said about it is replaced.

use tally_control::{Refusal, SeatAdd, Seats};

use crate::service::{Answers, Asker, Parts, Service};
use crate::who;

impl<P: Parts> Answers<SeatAdd> for Service<P> {
    async fn answer(&self, ask: SeatAdd, _: &Asker) -> Result<Seats, Refusal> {
        let seat = who::checked(&ask.seat)?;
        self.try_local(move |store| {
            who::keep(store, seat, &ask.users)?;
            Ok(Seats { seats: who::seats(store) })
        })
        .await
    }
}
