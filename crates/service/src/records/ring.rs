//! Records that members share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tally_control::{Made, Record, RecordCopy, Refusal, VersionFault};
use tally_document::{Edit, FieldDifference, Keep, Version};
use tally_entry::{DocumentId, EntryId, MemberId, RingId};
use tally_guard::FindingDigest;
use tally_record::acting::{self, Origin};
use tally_record::{Reference, Type};
use tally_replica::{Command, RecordReading, Refused, Reply, VersionRef, VersionRefError};
use tally_sovereign::Seat;

use super::versions;
use super::{Change, Later, Records, Settling, Step};
use crate::core::{Core, NoReply};
use crate::names::edition;
use crate::service::{Parts, Service};
use crate::views::Views;
use crate::{day, naming, refusals, shape, who};

/// The rings, as a place of records.
pub(crate) struct RingRecords<'a, P: Parts> {
    pub(super) service: &'a Service<P>,
}

/// Where a record of a ring begins: the ring, and the members of a narrower audience.
pub(crate) type Beginning = (RingId, Option<BTreeSet<MemberId>>);

impl<P: Parts> RingRecords<'_, P> {
    /// A record as the core reads it.
    pub(crate) async fn read(&self, id: DocumentId, at: Option<Version>) -> Result<RecordReading, Refusal> {
        Ok(self.service.looking().record(id, at).await?)
    }

    /// A record that this member may change, with its kind.
    async fn changeable(&self, id: DocumentId) -> Result<(RecordReading, &'static Type), Refusal> {
        let read = self.read(id, None).await?;
        let names = self.service.names();
        if !acting::may_change(&read.writers, read.home == names.me) {
            return Err(Refusal::NotOurs { home: names.member(Some(&read.ring), &read.home) });
        }
        let kind = naming::kind(&read.kind)?;
        Ok((read, kind))
    }

    /// Begins a record with its state, its marks and the next short reference. What a seat answered for at the door is
    /// named by digest.
    pub(crate) async fn create(
        &self,
        (ring, only): Beginning,
        origin: Origin,
        kind: &'static Type,
        edits: &[Edit],
        overridden: BTreeSet<FindingDigest>,
        seat: Option<&Seat>,
    ) -> Result<(Arc<RecordReading>, EntryId), Refusal> {
        let speaker = seat.map(who::speaker);
        let place = self.service.making.lock().await;
        let reference = self.next_reference(ring, kind).await?;
        let edits = acting::begin(kind, edits, &reference, origin).map_err(|error| refusals::begin(&error))?;
        let command = Command::Create { ring, only, kind: kind.kind().to_owned(), edits, overridden, speaker };
        let made = self.service.core.command(command).await?;
        drop(place);
        match made {
            Reply::Created { record, entry, .. } => Ok((record, entry)),
            _ => Err(Refusal::Stopping),
        }
    }

    async fn next_reference(&self, ring: RingId, kind: &Type) -> Result<Reference, Refusal> {
        let held = self.service.looking().references(ring, kind.letter).await?;
        Ok(Reference::next(Some(&self.service.names().ring_name(&ring)), kind.letter, &held))
    }

    /// What came of a record that was made or changed.
    pub(crate) fn made(&self, read: &RecordReading, entry: EntryId) -> Made {
        let names = self.service.names();
        let mut made = shape::made(shape::shared(read, &names));
        made.entry = Some(entry.to_string());
        made
    }

    /// The version that a writer saw: by its digits, or by a day.
    async fn base(&self, id: DocumentId, given: String) -> Result<VersionRef, Refusal> {
        if let Ok(whole) = given.trim().parse() {
            return Ok(VersionRef::Whole(whole));
        }
        if day::end_of(&given).is_none() {
            return Ok(VersionRef::Short(given));
        }
        Ok(versions::at(&self.history(id).await?, &given)?.into())
    }

    /// Why nothing was written; whose record it is by the name of its home.
    fn not_written(&self, error: NoReply) -> Refusal {
        match error {
            NoReply::Refused(refused) => match *refused {
                Refused::NotHome { home } => Refusal::NotOurs { home: self.service.names().member(None, &home) },
                Refused::VersionRef(error) => {
                    let (given, fault) = match error {
                        VersionRefError::NoSuch { part } => (part, VersionFault::NoSuch),
                        VersionRefError::Ambiguous { part } => (part, VersionFault::Ambiguous),
                    };
                    Refusal::NotAVersion { given, fault }
                }
                refused => refusals::core(&refused),
            },
            other => other.into(),
        }
    }

    async fn answered(&self, id: DocumentId, field: &str, member: &str) -> Result<Settling, Refusal> {
        let (read, _) = self.changeable(id).await?;
        let names = self.service.names();
        let edition = names.ring(&read.ring).and_then(edition).ok_or(Refusal::Stopping)?;
        let member = naming::member(edition, member)?;
        let named = |member: &MemberId| names.member(Some(&read.ring), member);
        let Some(answers) = read.answers.get(field) else {
            return Err(Refusal::NotOpen { field: field.to_owned(), open: read.answers.keys().cloned().collect() });
        };
        let changes: Vec<_> = answers.iter().filter(|a| a.member == Some(member)).map(|a| a.change).collect();
        if changes.len() > 1 {
            let count = changes.len() as u64;
            return Err(Refusal::SeveralAnswers { member: named(&member), count, field: field.to_owned() });
        }
        let read = read.reading.as_ref().and_then(|reading| reading.answers.get(field));
        let kept = read.into_iter().flatten().find(|answer| changes.contains(&answer.change));
        let Some(kept) = kept else {
            let by = answers.iter().filter_map(|answer| answer.member).map(|member| named(&member)).collect();
            return Err(Refusal::NoAnswer { member: named(&member), field: field.to_owned(), by });
        };
        let (field, line) = acting::split_path(field);
        Ok((field, line, Keep::Actor(kept.by)))
    }
}

impl<P: Parts> Records for RingRecords<'_, P> {
    fn kind(&self, id: DocumentId) -> Later<'_, &'static Type> {
        Box::pin(async move {
            // A row says it without a trip to the core; whether this member may change the record, the core checks.
            match self.service.views.find(&id.to_string()).await?.first() {
                Some(named) => naming::kind(&named.kind),
                None => naming::kind(&self.read(id, None).await?.kind),
            }
        })
    }

    fn change(&self, id: DocumentId, change: Change) -> Later<'_, Made> {
        Box::pin(async move {
            let Change { edits, base, reason, seat } = change;
            let speaker = seat.as_ref().map(who::speaker);
            let base = match base {
                Some(given) => Some(self.base(id, given).await?),
                None => None,
            };
            let command = Command::Edit { document: id, edits, base, reason, overridden: BTreeSet::new(), speaker };
            match self.service.core.command(command).await.map_err(|error| self.not_written(error))? {
                Reply::Edited { entry, joined, record, .. } => {
                    let mut made = self.made(&record, entry);
                    made.joined = joined;
                    Ok(made)
                }
                _ => Err(Refusal::Stopping),
            }
        })
    }

    fn move_to(&self, id: DocumentId, state: String, seat: Option<Seat>) -> Later<'_, Made> {
        Box::pin(async move {
            let (read, kind) = self.changeable(id).await?;
            let none = BTreeMap::new();
            let fields = read.reading.as_ref().map_or(&none, |reading| &reading.fields);
            let edit = acting::move_to(kind, fields, &state).map_err(|error| refusals::moving(&error))?;
            self.change(id, Change { edits: vec![edit], base: Some(read.version.to_string()), reason: None, seat })
                .await
        })
    }

    fn answer_of(&self, id: DocumentId, field: String, member: String) -> Later<'_, Settling> {
        Box::pin(async move { self.answered(id, &field, &member).await })
    }

    fn settle(&self, id: DocumentId, settling: Settling, seat: Option<Seat>) -> Later<'_, Made> {
        let (field, line, keep) = settling;
        self.change(id, Change { edits: vec![Edit::Settle { field, line, keep }], base: None, reason: None, seat })
    }

    fn read(&self, id: DocumentId, at: Option<Version>) -> Later<'_, Record> {
        Box::pin(async move { Ok(shape::shared(&self.read(id, at).await?, &self.service.names())) })
    }

    fn heads(&self, id: DocumentId) -> Later<'_, Version> {
        Box::pin(async move { Ok(self.read(id, None).await?.heads) })
    }

    fn in_force(&self, id: DocumentId) -> Later<'_, Option<Version>> {
        Box::pin(async move { Ok(shape::agreed(&self.read(id, None).await?, &self.service.names()).in_force) })
    }

    fn history(&self, id: DocumentId) -> Later<'_, Vec<Step>> {
        Box::pin(async move {
            let ring = self.read(id, None).await?.ring;
            let names = self.service.names();
            let steps = self.service.looking().history(id).await?;
            Ok(steps
                .into_iter()
                .map(|step| Step {
                    change: step.change,
                    entry: Some(step.entry.to_string()),
                    at: step.at,
                    member: step.member.map(|member| names.member(Some(&ring), &member)),
                    seat: step.seat,
                    fields: step.fields,
                    reason: step.reason,
                    version: step.version,
                    dependencies: step.dependencies,
                })
                .collect())
        })
    }

    fn difference(&self, id: DocumentId, before: Version, after: Version) -> Later<'_, Vec<FieldDifference>> {
        Box::pin(async move { Ok(self.service.looking().difference(id, before, after).await?) })
    }

    fn copies(&self, id: DocumentId) -> Later<'_, Vec<RecordCopy>> {
        Box::pin(async move {
            let names = self.service.names();
            let known = self.service.views.find(&id.to_string()).await?;
            let copies = self.service.looking().copies(Some(id)).await?;
            Ok(copies.iter().map(|(document, holds)| shape::copy(document, holds, known.first(), &names)).collect())
        })
    }
}
