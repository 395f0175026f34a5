//! A record moves through its workflow.

use tally_control::{Made, RecordMove, Refusal};

use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordMove> for Service<P> {
    async fn answer(&self, ask: RecordMove, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        records.move_to(id, ask.state, seat).await
    }
}
