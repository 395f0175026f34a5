//! A record moves through its workflow.

use tally_control::{Made, RecordMove, Refusal};

use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordMove> for Service<P> {
    async fn answer(&self, ask: RecordMove, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let (id, records) = self.found(&ask.id).await?;
        records.move_to(id, word(&ask.state), seat).await
    }
}

/// A word as the program writes it: `in review` and `In-review` are `in_review`.
pub(crate) fn word(given: &str) -> String {
    given.trim().to_lowercase().replace([' ', '-'], "_")
}
