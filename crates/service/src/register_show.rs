//! What left, when, to whom, on what basis.

use tally_control::{Disclosure, DisclosureState, Disclosures, Moment, Refusal, RegisterShow};
use tally_sovereign::DisclosureOutcome;

use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RegisterShow> for Service<P> {
    async fn answer(&self, _: RegisterShow, _: &Asker) -> Result<Disclosures, Refusal> {
        let disclosures = self.local(|store| store.register().lines().iter().map(disclosure).collect()).await;
        Ok(Disclosures { disclosures })
    }
}

fn disclosure(line: &tally_sovereign::Disclosure) -> Disclosure {
    let (state, shared) = match &line.outcome {
        None => (DisclosureState::Intended, None),
        Some(DisclosureOutcome::Done { shared, .. }) => (DisclosureState::Done, Some(shared.to_string())),
        Some(DisclosureOutcome::NotSent { .. }) => (DisclosureState::NotSent, None),
    };
    Disclosure {
        at: Moment(line.at),
        local: line.record.to_string(),
        fields: line.fields.clone(),
        ring: line.ring_name.clone(),
        holders: line.holders.clone(),
        basis: line.basis.clone(),
        seat: line.seat.clone(),
        override_reason: line.overridden.as_ref().map(|overridden| overridden.reason.clone()),
        shared,
        state,
    }
}
