//! A field with several answers is settled.

use tally_control::{Keep, Made, RecordSettle, Refusal};

use crate::edits::settle_value;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordSettle> for Service<P> {
    async fn answer(&self, ask: RecordSettle, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        let kind = records.kind(id).await?;
        let settling = match ask.keep {
            Keep::Value(value) => settle_value(kind, &ask.field, &value)?,
            Keep::Member(member) => records.answer_of(id, ask.field, member).await?,
        };
        records.settle(id, settling, seat).await
    }
}
