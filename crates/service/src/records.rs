//! Records, wherever they are kept: in a ring through the core, at home in the sovereign store.

mod local;
mod ring;
pub(crate) mod versions;

use std::pin::Pin;

use tally_control::{Made, Record, RecordCopy, Refusal};
use tally_document::{Edit, FieldDifference, Keep, LineId, Version};
use tally_entry::{ChangeHash, DocumentId, Time};
use tally_record::Type;
use tally_sovereign::Seat;

use crate::naming::FoundRecord;
use crate::service::{Parts, Service};
use local::LocalRecords;
use ring::RingRecords;

/// What comes of an operation, later.
pub(crate) type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// Where answers are settled, and what is kept.
pub(crate) type Settling = (String, Option<(LineId, String)>, Keep);

/// A record that is to change.
pub(crate) struct Change {
    pub(crate) edits: Vec<Edit>,
    /// The version that the writer saw, as people name it; none for the present one.
    pub(crate) base: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) seat: Option<Seat>,
}

/// One change of a record.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) change: ChangeHash,
    pub(crate) entry: Option<String>,
    pub(crate) at: Time,
    pub(crate) member: Option<String>,
    pub(crate) seat: Option<String>,
    pub(crate) fields: Vec<String>,
    pub(crate) reason: Option<String>,
    pub(crate) version: Version,
    pub(crate) dependencies: Vec<ChangeHash>,
}

/// A place where records are kept, and what can be done with them there.
pub(crate) trait Records: Send + Sync {
    /// The kind of a record.
    fn kind(&self, id: DocumentId) -> Later<'_, &'static Type>;

    /// Changes fields and lines.
    fn change(&self, id: DocumentId, change: Change) -> Later<'_, Made>;

    /// Moves a record to another state of its workflow.
    fn move_to(&self, id: DocumentId, state: String, seat: Option<Seat>) -> Later<'_, Made>;

    /// What a member answered, as what is kept of a field.
    fn answer_of(&self, id: DocumentId, field: String, member: String) -> Later<'_, Settling>;

    /// Settles a field that has several answers.
    fn settle(&self, id: DocumentId, settling: Settling, seat: Option<Seat>) -> Later<'_, Made>;

    /// The record as it reads, now or at a version.
    fn read(&self, id: DocumentId, at: Option<Version>) -> Later<'_, Record>;

    /// The present version.
    fn heads(&self, id: DocumentId) -> Later<'_, Version>;

    /// The version that everybody approved last.
    fn in_force(&self, id: DocumentId) -> Later<'_, Option<Version>>;

    /// The changes, oldest first.
    fn history(&self, id: DocumentId) -> Later<'_, Vec<Step>>;

    /// What differs between two versions.
    fn difference(&self, id: DocumentId, before: Version, after: Version) -> Later<'_, Vec<FieldDifference>>;

    /// Who has a copy.
    fn copies(&self, id: DocumentId) -> Later<'_, Vec<RecordCopy>>;
}

impl<P: Parts> Service<P> {
    /// The record that these words name, and where it is kept.
    pub(crate) async fn found(&self, given: &str) -> Result<(DocumentId, Box<dyn Records + '_>), Refusal> {
        Ok(match self.find_record(given).await? {
            FoundRecord::Local(id) => (id, Box::new(LocalRecords { service: self })),
            FoundRecord::Shared(id) => (id, Box::new(RingRecords { service: self })),
        })
    }

    /// The local records.
    pub(crate) fn local_records(&self) -> LocalRecords<'_, P> {
        LocalRecords { service: self }
    }

    /// The records of the rings.
    pub(crate) fn shared_records(&self) -> RingRecords<'_, P> {
        RingRecords { service: self }
    }
}
