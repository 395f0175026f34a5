//! One record is shown.

use tally_control::{Record, RecordShow, Refusal};

use crate::records::versions;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordShow> for Service<P> {
    async fn answer(&self, ask: RecordShow, _: &Asker) -> Result<Record, Refusal> {
        let (id, records) = self.found(&ask.id).await?;
        let at = match &ask.at {
            Some(at) => Some(versions::at(&records.history(id).await?, at)?),
            None => None,
        };
        records.read(id, at).await
    }
}
