//! Who has a copy of which record.

use std::collections::BTreeMap;

use tally_control::{RecordCopies, Refusal, Sync};

use crate::service::{Answers, Asker, Parts, Service};
use crate::shape;
use crate::views::Views;

impl<P: Parts> Answers<Sync> for Service<P> {
    async fn answer(&self, ask: Sync, _: &Asker) -> Result<RecordCopies, Refusal> {
        if let Some(given) = &ask.record {
            let (id, records) = self.found(given).await?;
            return Ok(RecordCopies { records: records.copies(id).await? });
        }
        let names = self.names();
        let copies = self.looking().copies(None).await?;
        let known: BTreeMap<_, _> =
            self.views.names().await?.into_iter().map(|named| (named.document, named)).collect();
        let mut records: Vec<_> =
            copies.iter().map(|(document, holds)| shape::copy(document, holds, known.get(document), &names)).collect();
        records.sort_by_cached_key(|copy| (copy.reference.parse::<tally_record::Reference>().ok(), copy.id.clone()));
        Ok(RecordCopies { records })
    }
}
