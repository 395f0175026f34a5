//! An invitation is handed to the running node.

use tally_control::{Refusal, RingTake, RingTaken, told};
use tally_replica::Command;
use tally_ring::Invitation;

use crate::core::Core;
use crate::papers::Papers;
use crate::ring_list::of_edition;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RingTake> for Service<P> {
    async fn answer(&self, ask: RingTake, _: &Asker) -> Result<RingTaken, Refusal> {
        let given = Invitation::from_text(&ask.invitation)
            .map_err(|error| Refusal::Invitation { said: told(&error), forged: error.is_forgery() })?;
        let kept = self.papers.keep(&given).map_err(|said| Refusal::NotKept { said })?;
        let id = given.edition().edition().ring;
        self.core.command(Command::Take(Box::new(kept.clone()))).await?;
        // The members of a new ring have to hear where this node is.
        let announced = self.condition.with(|condition| condition.announced.clone());
        self.core.command(Command::Announce(announced)).await?;
        // Asked of the core itself: whoever took an invitation sees what came of it.
        let rings = self.looking().rings().await?;
        let ring = rings.iter().find(|ring| ring.ring == id);
        let merged = self.papers.keep_signatures(kept, ring).map_err(|said| Refusal::NotKept { said })?;
        Ok(RingTaken { ring: of_edition(merged.edition(), ring), invitation: merged.to_text() })
    }
}
