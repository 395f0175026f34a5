//! The views are rebuilt from the journal.

use tally_control::{Done, Refusal, ViewsRebuild};

use crate::service::{Answers, Asker, Parts, Service};
use crate::views::Views;

impl<P: Parts> Answers<ViewsRebuild> for Service<P> {
    async fn answer(&self, _: ViewsRebuild, _: &Asker) -> Result<Done, Refusal> {
        let rows = self.views.rebuild().await?;
        tracing::info!(rows, "the views were rebuilt");
        Ok(Done {})
    }
}
