//! Two versions of a record are compared.

use tally_control::{Comparison, Difference, RecordDiff, Refusal, Word};
use tally_document::{FieldDifference, WordChange};

use crate::json;
use crate::records::versions;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordDiff> for Service<P> {
    async fn answer(&self, ask: RecordDiff, _: &Asker) -> Result<Comparison, Refusal> {
        let (id, records) = self.found(&ask.id).await?;
        let steps = records.history(id).await?;
        let after = match &ask.after {
            Some(given) => versions::at(&steps, given)?,
            None => records.heads(id).await?,
        };
        let before = match ask.before.or(ask.since) {
            Some(given) => versions::at(&steps, &given)?,
            None if ask.since_agreed => records.in_force(id).await?.ok_or(Refusal::NeverAgreed)?,
            None => versions::without_last(&steps),
        };
        let differences = records.difference(id, before.clone(), after.clone()).await?;
        Ok(Comparison {
            before: before.to_string(),
            after: after.to_string(),
            differences: differences.iter().map(difference).collect(),
        })
    }
}

fn difference(difference: &FieldDifference) -> Difference {
    Difference {
        field: difference.field.clone(),
        before: json::of(&difference.before),
        after: json::of(&difference.after),
        words: difference
            .words
            .iter()
            .map(|word| match word {
                WordChange::Kept(word) => Word::Kept(word.clone()),
                WordChange::Removed(word) => Word::Removed(word.clone()),
                WordChange::Added(word) => Word::Added(word.clone()),
            })
            .collect(),
    }
}
