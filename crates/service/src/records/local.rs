//! Records that this member keeps to itself.

use tally_control::{Made, Record, RecordCopy, Refusal};
use tally_document::{Edit, FieldDifference, Version};
use tally_entry::{DocumentId, Time};
use tally_record::Type;
use tally_sovereign::{Authorship, Disk, LocalStep, Saved, Seat, Settle, Sovereign, StoreError, ViewStore};

use super::versions;
use super::{Change, Later, Records, Settling, Step};
use crate::names::Names;
use crate::service::{Parts, Service};
use crate::shape;

/// The sovereign store, as a place of records.
pub(crate) struct LocalRecords<'a, P: Parts> {
    pub(super) service: &'a Service<P>,
}

impl<P: Parts> LocalRecords<'_, P> {
    /// Begins a record; its state, marks and short reference are filled in.
    pub(crate) async fn begin(
        &self,
        kind: &'static Type,
        edits: Vec<Edit>,
        seat: Option<Seat>,
    ) -> Result<Made, Refusal> {
        self.write(seat, None, move |store, act| store.create(kind, &edits, act)).await
    }

    /// Writes something as a seat, and says what the record is then.
    async fn write(
        &self,
        seat: Option<Seat>,
        reason: Option<String>,
        job: impl FnOnce(&mut Sovereign<P::Disk, P::LocalViews>, Authorship<'_>) -> Result<Saved, StoreError>
        + Send
        + 'static,
    ) -> Result<Made, Refusal> {
        let now = (self.service.now)();
        let (saved, record) = self
            .service
            .try_local(move |store| {
                let seat = seat.as_ref().map(|seat| seat.id.as_str());
                let saved = job(store, Authorship { seat, reason: reason.as_deref(), now })?;
                let record = store.show(saved.id, None)?;
                Ok((saved, record))
            })
            .await?;
        let names = self.service.names();
        let mut made = shape::made(shape::local(&record, None, now, &names));
        made.joined = saved.joined;
        Ok(made)
    }
}

impl<P: Parts> Records for LocalRecords<'_, P> {
    fn kind(&self, id: DocumentId) -> Later<'_, &'static Type> {
        Box::pin(self.service.try_local(move |store| store.show(id, None).map(|record| record.kind)))
    }

    fn change(&self, id: DocumentId, change: Change) -> Later<'_, Made> {
        let Change { edits, base, reason, seat } = change;
        Box::pin(async move {
            let base = match &base {
                Some(given) => Some(versions::at(&self.history(id).await?, given)?),
                None => None,
            };
            self.write(seat, reason, move |store, act| store.set(id, &edits, base.as_ref(), act)).await
        })
    }

    fn move_to(&self, id: DocumentId, state: String, seat: Option<Seat>) -> Later<'_, Made> {
        Box::pin(self.write(seat, None, move |store, act| store.move_to(id, &state, act)))
    }

    fn answer_of(&self, _: DocumentId, _: String, _: String) -> Later<'_, Settling> {
        Box::pin(async { Err(Refusal::OneMember) })
    }

    fn settle(&self, id: DocumentId, settling: Settling, seat: Option<Seat>) -> Later<'_, Made> {
        let (field, line, keep) = settling;
        Box::pin(self.write(seat, None, move |store, act| store.settle(id, Settle { field: &field, line, keep }, act)))
    }

    fn read(&self, id: DocumentId, at: Option<Version>) -> Later<'_, Record> {
        Box::pin(async move {
            let shown = move |store: &mut Sovereign<_, _>| Ok((store.show(id, at.as_ref())?, store.history(id)?));
            let (record, steps) = self.service.try_local(shown).await?;
            Ok(shape::local(&record, times(&steps), (self.service.now)(), &self.service.names()))
        })
    }

    fn heads(&self, id: DocumentId) -> Later<'_, Version> {
        Box::pin(self.service.try_local(move |store| store.show(id, None).map(|record| record.version)))
    }

    fn in_force(&self, _: DocumentId) -> Later<'_, Option<Version>> {
        Box::pin(async { Ok(None) })
    }

    fn history(&self, id: DocumentId) -> Later<'_, Vec<Step>> {
        Box::pin(async move {
            let steps = self.service.try_local(move |store| store.history(id)).await?;
            let member = Some(self.service.names().name.clone());
            // One machine writes a local record in one line.
            let before = std::iter::once(None).chain(steps.iter().map(|step| Some(step.made.change)));
            Ok(steps
                .iter()
                .zip(before)
                .map(|(step, before)| Step {
                    change: step.made.change,
                    entry: None,
                    at: step.made.at,
                    member: member.clone(),
                    seat: step.made.seat.clone(),
                    fields: step.fields.clone(),
                    reason: step.made.reason.clone(),
                    version: std::iter::once(step.made.change).collect(),
                    dependencies: before.into_iter().collect(),
                })
                .collect())
        })
    }

    fn difference(&self, id: DocumentId, before: Version, after: Version) -> Later<'_, Vec<FieldDifference>> {
        Box::pin(self.service.try_local(move |store| store.difference(id, &before, &after)))
    }

    fn copies(&self, id: DocumentId) -> Later<'_, Vec<RecordCopy>> {
        Box::pin(async move {
            let Record { id, reference, title, held_by, .. } = self.read(id, None).await?;
            Ok(vec![RecordCopy { id, reference, title, held_by }])
        })
    }
}

impl<P: Parts> Service<P> {
    /// Every local record as lists show it. One that does not open keeps nobody from the others: it is named, and says
    /// why.
    pub(crate) async fn local_rows(&self) -> Vec<Record> {
        let (names, now) = (self.names(), (self.now)());
        self.local(move |store| store.ids().into_iter().map(|id| row(store, id, now, &names)).collect()).await
    }
}

fn row<D: Disk, V: ViewStore>(store: &Sovereign<D, V>, id: DocumentId, now: Time, names: &Names) -> Record {
    match store.show(id, None).and_then(|record| Ok((record, times(&store.history(id)?)))) {
        Ok((record, times)) => shape::local(&record, times, now, names),
        Err(error) => shape::unreadable(id, store.label(id), tally_control::told(&error), names),
    }
}

fn times(steps: &[LocalStep]) -> Option<(Time, Time)> {
    Some((steps.first()?.made.at, steps.last()?.made.at))
}
