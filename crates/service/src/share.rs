//! The door: words of a local record leave, as a new record of a ring.

use std::collections::BTreeMap;

use tally_control::{Refusal, Remark, Share, Shared, WouldLeave};
use tally_record::acting::Origin;
use tally_replica::Refused;
use tally_ring::Audience;
use tally_sovereign::{Destination, Holder, Override, Preview, Remark as Noted};

use crate::naming::FoundRecord;
use crate::record_new::only_members;
use crate::service::{Answers, Asker, Parts, Service};
use crate::{json, naming, refusals, who};

impl<P: Parts> Answers<Share> for Service<P> {
    async fn answer(&self, ask: Share, by: &Asker) -> Result<Shared, Refusal> {
        let seat = who::must_act(self.seat(by).await?)?;
        let FoundRecord::Local(id) = self.find_record(&ask.id).await? else {
            return Err(Refusal::SharedAlready);
        };
        let names = self.names();
        let ring = naming::ring(&names.rings, &ask.ring)?;
        let Some((_, edition)) = &ring.edition else {
            return Err(refusals::core(&Refused::NotComplete));
        };
        let only = only_members(ring, &ask.only, names.me)?;
        let audience = only.clone().map_or_else(|| Audience::whole(ring.ring), |only| Audience::only(ring.ring, only));
        let holders: Vec<Holder> = edition
            .members
            .iter()
            .filter(|listed| listed.member != names.me && audience.holds(edition, listed.member))
            .map(|listed| Holder { member: listed.member, name: listed.name.clone() })
            .collect();
        let destination =
            Destination { ring: ring.ring, ring_name: edition.name.clone(), audience: audience.id(), holders };
        let (fields, basis, acts) = (ask.fields, ask.basis, seat.id.clone());
        let (preview, kind) = self
            .try_local(move |store| {
                let kind = store.show(id, None)?.kind;
                Ok((store.prepare(id, destination, &fields, &basis, &acts)?, kind))
            })
            .await?;
        let preview = preview.map_err(refusals::door)?;
        let told = told(&preview, kind.kind(), &names.name);
        if ask.dry_run {
            return Ok(told);
        }
        let answered = match (&ask.override_reason, preview.findings().is_empty()) {
            (Some(reason), false) => {
                let answered = Override::new(&seat, reason);
                Some(answered.map_err(refusals::overriding)?)
            }
            _ => None,
        };
        let stopped = |_| Refusal::Guard { findings: told.findings.clone(), door: true };
        let release = preview.release(answered).map_err(stopped)?;
        if let Some(said) = self.condition.with(|condition| condition.low_space.clone()) {
            return Err(Refusal::LowSpace { said });
        }
        let now = (self.now)();
        let leaving = self.try_local(move |store| store.intend(release, now)).await?;
        let number = leaving.number();
        let records = self.shared_records();
        let begins = (leaving.destination().ring, only);
        let (record, entry) = match records
            .create(begins, Origin::Door, leaving.kind(), &leaving.edits(), leaving.let_through().clone(), Some(&seat))
            .await
        {
            Ok(made) => made,
            // The loop ended, perhaps after the words were signed: the next start looks whether they are in the ring.
            Err(Refusal::Stopping) => return Err(Refusal::Stopping),
            Err(refusal) => {
                let (why, now) = (refusal.to_string(), (self.now)());
                self.try_local(move |store| store.not_sent(number, &why, now)).await?;
                return Err(refusal);
            }
        };
        let (document, now) = (record.document, (self.now)());
        self.try_local(move |store| store.left(number, document, now)).await?;
        let made = records.made(&record, entry);
        Ok(Shared { shared: Some(made), ..told })
    }
}

fn told(preview: &Preview, kind: &str, own: &str) -> Shared {
    let holders: Vec<String> = preview.holders().iter().map(|holder| holder.name.clone()).collect();
    let fields: BTreeMap<String, serde_json::Value> =
        preview.would_leave().iter().map(|(name, value)| ((*name).to_owned(), json::of(value))).collect();
    let remarks = preview.remarks().iter().map(|remark| match remark {
        Noted::Early { state, kind, leaves_from } => Remark::Early {
            state: state.clone(),
            kind: (*kind).to_owned(),
            leaves_from: leaves_from.iter().map(|state| (*state).to_owned()).collect(),
        },
        Noted::Lacks { field } => Remark::Lacks { field: (*field).to_owned() },
    });
    Shared {
        would_leave: WouldLeave { kind: kind.to_owned(), fields },
        holders,
        findings: refusals::checks(preview.findings()),
        leaves: own.to_owned(),
        remarks: remarks.collect(),
        shared: None,
    }
}
