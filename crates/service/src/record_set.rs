//! Fields of a record are changed.

use tally_control::{Made, RecordSet, Refusal};

use crate::edits::edits;
use crate::records::Change;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordSet> for Service<P> {
    async fn answer(&self, ask: RecordSet, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        let edits = edits(records.kind(id).await?, &ask.set)?;
        records.change(id, Change { edits, base: ask.base, reason: ask.reason, seat }).await
    }
}
