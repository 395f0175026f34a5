//! A line is added to a group of lines.

use tally_control::{Made, RecordAdd, Refusal};
use tally_document::Edit;

use crate::records::Change;
use crate::refusals;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordAdd> for Service<P> {
    async fn answer(&self, ask: RecordAdd, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        let kind = records.kind(id).await?;
        let field = tally_record::field_of(kind, &ask.field).map_err(|error| refusals::value(&error))?;
        let words = ask.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let values = tally_record::parse_line(field, words).map_err(|error| refusals::value(&error))?;
        let edits = vec![Edit::AddLine { field: field.name.to_owned(), values, after: None }];
        records.change(id, Change { edits, base: None, reason: None, seat }).await
    }
}
