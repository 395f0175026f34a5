//! The register after a crash between its line and the ring's log.

use tally_sovereign::{Disclosure, DisclosureOutcome};

use crate::service::{Parts, Service};

impl<P: Parts> Service<P> {
    /// Looks which of the lines that an earlier run left open have their words in the ring, and settles each. A line of
    /// this run is open while its words are being signed.
    pub async fn settle_register(&self) {
        let left_open = self.left_open.clone();
        let (open, mut taken): (Vec<Disclosure>, Vec<_>) = self
            .local(move |store| {
                let done = store.register().lines().iter().filter_map(|line| match line.outcome {
                    Some(DisclosureOutcome::Done { shared, .. }) => Some(shared),
                    _ => None,
                });
                let open = store.register().unsettled().filter(|line| left_open.contains(&line.number));
                (open.cloned().collect(), done.collect())
            })
            .await;
        if open.is_empty() {
            return;
        }
        let Ok(records) = self.looking().records(None).await else {
            return;
        };
        let me = self.names().me;
        for line in open {
            // The words were signed right after the line was written, by this member, in this audience.
            let shared = records
                .iter()
                .filter(|record| {
                    record.ring == line.ring
                        && record.audience == line.audience
                        && record.kind == line.kind
                        && record.home == me
                        && record.born >= line.at
                        && !taken.contains(&record.document)
                })
                .min_by_key(|record| record.born)
                .map(|record| record.document);
            taken.extend(shared);
            let now = (self.now)();
            let settled = self
                .try_local(move |store| match shared {
                    Some(document) => store.left(line.number, document, now),
                    None => store.not_sent(line.number, "the node stopped before the words were signed", now),
                })
                .await;
            if let Err(why) = settled {
                tracing::warn!(%why, "a line of the register stays open");
            }
        }
    }
}
