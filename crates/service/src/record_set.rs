//! Fields of a record are changed.

use tally_control::{Made, RecordSet, Refusal};

use crate::edits::edits;
use crate::records::Change;
use crate::service::{Answers, Asker, Parts, Service};
use crate::versions;

impl<P: Parts> Answers<RecordSet> for Service<P> {
    async fn answer(&self, ask: RecordSet, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        let edits = edits(records.writable(id).await?, &ask.set)?;
        let base = match &ask.base {
            Some(base) => Some(versions::at(&records.history(id).await?, base)?),
            None => None,
        };
        records.change(id, Change { edits, base, reason: ask.reason, seat }).await
    }
}
