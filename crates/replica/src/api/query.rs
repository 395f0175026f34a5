use std::collections::BTreeMap;

use tally_document::{FieldDifference, Version};
use tally_entry::{DocumentId, EntryId, MemberId, RingId};

use crate::api::reading::{
    CopyStatus, EntryReading, LogReading, PartnerReading, RecordReading, RingReading, StepReading,
};

/// What someone asks of the core; answering changes nothing.
#[derive(Clone, Debug)]
pub enum Query {
    /// The rings this node knows.
    Rings,
    /// One record, now or at a version.
    Record {
        /// The document.
        document: DocumentId,
        /// The version; none for the present one.
        at: Option<Version>,
    },
    /// Every record of a ring, or of all rings.
    Records {
        /// The ring.
        ring: Option<RingId>,
    },
    /// Who changed a record, and what.
    History(DocumentId),
    /// What differs between two versions of a record.
    Difference {
        /// The document.
        document: DocumentId,
        /// The earlier version.
        before: Version,
        /// The later version; none for the present one.
        after: Option<Version>,
    },
    /// Which members have a copy of each record.
    Copies(Option<DocumentId>),
    /// What is known of the partners' nodes.
    Partners,
    /// The logs, with their entries.
    Logs,
    /// One entry, by its id.
    Entry(EntryId),
}

/// The answer to a [`Query`] of the same name.
#[derive(Clone, Debug)]
pub enum QueryAnswer {
    /// To `Rings`.
    Rings(Vec<RingReading>),
    /// To `Record`.
    Record(Box<RecordReading>),
    /// To `Records`.
    Records(Vec<RecordReading>),
    /// To `History`.
    History(Vec<StepReading>),
    /// To `Difference`.
    Difference(Vec<FieldDifference>),
    /// To `Copies`.
    Copies(Vec<(DocumentId, BTreeMap<MemberId, CopyStatus>)>),
    /// To `Partners`.
    Partners(Vec<PartnerReading>),
    /// To `Logs`.
    Logs(Vec<LogReading>),
    /// To `Entry`.
    Entry(Box<EntryReading>),
}
