//! A record begins, at home or in a ring.

use std::collections::BTreeSet;

use tally_control::{CoreFault, Made, RecordNew, Refusal};
use tally_entry::MemberId;
use tally_record::Born;
use tally_record::acting::{BeginError, Origin};
use tally_replica::RingReading;

use crate::edits::edits;
use crate::names::edition;
use crate::service::{Answers, Asker, Parts, Service};
use crate::{naming, refusals};

impl<P: Parts> Answers<RecordNew> for Service<P> {
    async fn answer(&self, ask: RecordNew, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let kind = naming::kind(&ask.kind)?;
        let edits = edits(kind, &ask.set)?;
        let Some(ring) = &ask.ring else {
            if !ask.only.is_empty() {
                return Err(Refusal::OnlyWithoutRing);
            }
            return self.local_records().begin(kind, edits, seat).await;
        };
        if kind.born == Born::Local {
            return Err(refusals::begin(&BeginError::BornLocal { kind: kind.kind() }));
        }
        let names = self.names();
        let ring = naming::ring(&names.rings, ring)?;
        let only = only_members(ring, &ask.only, names.me)?;
        let records = self.shared_records();
        let begins = (ring.ring, only);
        let (record, entry) =
            records.create(begins, Origin::Ring, kind, &edits, BTreeSet::new(), seat.as_ref()).await?;
        Ok(records.made(&record, entry))
    }
}

/// The members of a narrower audience, this one among them; none for the whole ring.
pub(crate) fn only_members(
    ring: &RingReading,
    only: &[String],
    me: MemberId,
) -> Result<Option<BTreeSet<MemberId>>, Refusal> {
    if only.is_empty() {
        return Ok(None);
    }
    let Some(edition) = edition(ring) else {
        let said = tally_replica::Refused::NotComplete.to_string();
        return Err(Refusal::Core { fault: CoreFault::NotComplete, said });
    };
    let mut members = BTreeSet::from([me]);
    for given in only {
        members.insert(naming::member(edition, given)?);
    }
    // All of them is the ring itself, which is the audience without a list.
    Ok((members.len() < edition.members.len()).then_some(members))
}
