//! The door: words of a local record leave, as a new record of a ring.

use std::collections::BTreeMap;

use tally_control::{Disclosure, Exit, Failure, Shared, WouldLeave, names};
use tally_replica::{Query, QueryAnswer};
use tally_ring::Audience;
use tally_sovereign::{Destination, DoorError, Holder, Outcome, Override, Preview, Seat};

use super::naming::{self, Place};
use super::writing::{Making, only_members};
use super::{Service, guarding, json, who};
use crate::moment;

/// What is to leave, and where to.
pub(super) struct Wish {
    pub(super) id: String,
    pub(super) ring: String,
    pub(super) only: Vec<String>,
    pub(super) fields: Vec<String>,
    pub(super) basis: String,
    pub(super) dry_run: bool,
    pub(super) override_reason: Option<String>,
}

impl Service {
    pub(super) async fn share(&self, wish: Wish, seat: Option<Seat>) -> Result<Shared, Failure> {
        let what = "Nothing was shared";
        let seat = who::must_act(seat, what)?;
        let Place::Local(id) = self.place(what, &wish.id).await? else {
            return Err(Failure::new(
                Exit::Failed,
                what,
                "it is a record of a ring already",
                "The door is for local records; a new edition of the ring can let others in.",
            ));
        };
        let atlas = self.atlas(what).await?;
        let ring = naming::ring(what, &atlas.rings, &wish.ring)?;
        let Some((_, edition)) = &ring.edition else {
            return Err(super::refusals::failure(what, &tally_replica::Refused::NotComplete));
        };
        let only = only_members(what, ring, &wish.only, atlas.me)?;
        let audience = only.clone().map_or_else(|| Audience::whole(ring.ring), |only| Audience::only(ring.ring, only));
        let holders: Vec<Holder> = edition
            .members
            .iter()
            .filter(|listed| listed.member != atlas.me && audience.holds(edition, listed.member))
            .map(|listed| Holder { member: listed.member, name: listed.name.clone() })
            .collect();
        let destination = Destination {
            ring: ring.ring,
            ring_name: edition.name.clone(),
            audience: audience.id(),
            holders: holders.clone(),
        };
        let (fields, basis, acts) = (wish.fields.clone(), wish.basis.clone(), seat.id.clone());
        let preview = self
            .try_local(what, move |store| store.prepare(id, destination, &fields, &basis, &acts))
            .await?
            .map_err(|error| refused(&error))?;
        let kind = self.local_kind(what, id).await?;
        let told = told(&preview, kind.kind(), &atlas.name);
        if wish.dry_run {
            return Ok(told);
        }
        let answered = match (&wish.override_reason, preview.findings().is_empty()) {
            (Some(reason), false) => Some(Override::new(&seat, reason).map_err(|error| {
                Failure::new(
                    Exit::NotPermitted,
                    what,
                    error.to_string(),
                    "A seat with a vote may let it through with --override REASON, which is kept in the register.",
                )
            })?),
            _ => None,
        };
        let release = preview.release(answered).map_err(|_| {
            let found: Vec<String> = told
                .findings
                .iter()
                .map(|check| format!("{} in {} ({})", check.what, check.field, check.shown))
                .collect();
            Failure::new(
                Exit::Failed,
                what,
                format!("the guard stopped it: {}", found.join("; ")),
                "Share other fields, or say it without that. Nothing left this member.",
            )
        })?;
        if let Some(why) = self.shared.with(|shared| shared.low_space.clone()) {
            return Err(crate::running::Undone::LowSpace(why).failure(what));
        }
        let leaving = self.try_local(what, move |store| store.intend(release, moment::now())).await?;
        let number = leaving.number();
        let making = Making { ring: leaving.destination().ring, only, kind: leaving.kind(), edits: leaving.edits() };
        let document = match self.make(what, making, Some(&seat)).await {
            Ok((document, entry)) => {
                self.try_local(what, move |store| store.left(number, document, moment::now())).await?;
                (document, entry)
            }
            Err(failure) => {
                let why = failure.why.clone();
                self.try_local(what, move |store| store.not_sent(number, &why, moment::now())).await?;
                return Err(failure);
            }
        };
        let made = self.made_shared(what, document.0, Some(document.1)).await?;
        Ok(Shared { shared: Some(made), ..told })
    }

    pub(super) async fn register(&self) -> Result<Vec<Disclosure>, Failure> {
        Ok(self.local(|store| store.register().lines().iter().map(disclosure).collect()).await)
    }

    /// After a crash between the register's line and the ring's log: looks which lines' words are in the ring.
    pub(crate) async fn settle_register(&self) {
        let what = "The register was not made whole";
        let open: Vec<tally_sovereign::Disclosure> =
            self.local(|store| store.register().unsettled().cloned().collect()).await;
        let taken: Vec<_> = self
            .local(|store| {
                let done = store.register().lines().iter().filter_map(|line| match line.outcome {
                    Some(Outcome::Done { shared, .. }) => Some(shared),
                    _ => None,
                });
                done.collect()
            })
            .await;
        let Ok(QueryAnswer::Records(records)) = self.core.look(Query::Records { ring: None }).await else {
            return;
        };
        for line in open {
            // The words were signed right after the line was written, by this member, in this audience.
            let shared = records
                .iter()
                .filter(|record| {
                    record.ring == line.ring
                        && record.audience == line.audience
                        && record.kind == line.kind
                        && record.home == self.home.member()
                        && record.born >= line.at
                        && !taken.contains(&record.document)
                })
                .min_by_key(|record| record.born)
                .map(|record| record.document);
            let settled = self
                .try_local(what, move |store| match shared {
                    Some(document) => store.left(line.number, document, moment::now()),
                    None => store.not_sent(line.number, "the node stopped before the words were signed", moment::now()),
                })
                .await;
            if let Err(failure) = settled {
                tracing::warn!(why = failure.why, "a line of the register stays open");
            }
        }
    }
}

fn told(preview: &Preview, kind: &str, own: &str) -> Shared {
    let holders: Vec<String> = preview.holders().iter().map(|holder| holder.name.clone()).collect();
    let fields: BTreeMap<String, serde_json::Value> =
        preview.would_leave().iter().map(|(name, value)| ((*name).to_owned(), json::of(value))).collect();
    let to = names(holders.iter().map(String::as_str));
    let mut sentence = format!("This leaves {own} now, to {to}.");
    for remark in preview.remarks() {
        sentence.push_str(&format!(" Note: {remark}."));
    }
    Shared {
        would_leave: WouldLeave { kind: kind.to_owned(), fields },
        holders,
        findings: guarding::checks(preview.findings()),
        sentence,
        shared: None,
    }
}

fn refused(error: &DoorError) -> Failure {
    let (exit, helps) = match error {
        DoorError::NoBasis | DoorError::NoFields | DoorError::UnknownField { .. } => {
            (Exit::Usage, "`tally share ID --in RING --fields A,B --basis TEXT`")
        }
        DoorError::NoSeat => (Exit::NotPermitted, "Name a seat with --as SEAT."),
        DoorError::CaseInformation => {
            (Exit::Failed, "Write down what was learnt as a record of its own, in which nobody can be recognised.")
        }
        _ => (Exit::Failed, "Choose other fields, or put this one right first: `tally record set ID FIELD=VALUE`."),
    };
    Failure::new(exit, "Nothing was shared", error.to_string(), helps)
}

fn disclosure(line: &tally_sovereign::Disclosure) -> Disclosure {
    let (state, shared) = match &line.outcome {
        None => ("intended", None),
        Some(Outcome::Done { shared, .. }) => ("done", Some(shared.to_string())),
        Some(Outcome::NotSent { .. }) => ("not_sent", None),
    };
    Disclosure {
        at: moment::text(line.at),
        local: line.record.to_string(),
        fields: line.fields.clone(),
        ring: line.ring_name.clone(),
        holders: line.holders.clone(),
        basis: line.basis.clone(),
        seat: line.seat.clone(),
        override_reason: line.overridden.as_ref().map(|overridden| overridden.reason.clone()),
        shared,
        state: state.to_owned(),
    }
}
