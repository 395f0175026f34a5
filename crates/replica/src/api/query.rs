use std::collections::BTreeMap;

use tally_document::FieldDifference;
use tally_entry::{DocumentId, EntryId, MemberId, RingId};
use tally_record::Reference;

use crate::api::reading::{
    CopyStatus, EntryReading, LogReading, PartnerReading, RecordReading, RingReading, StepReading,
};
use crate::api::version_ref::VersionRef;

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
        at: Option<VersionRef>,
    },
    /// Every record of a ring, or of all rings.
    Records {
        /// The ring.
        ring: Option<RingId>,
    },
    /// The short references of one kind of record in a ring: what the next one must differ from. Costs no reading.
    References {
        /// The ring.
        ring: RingId,
        /// The letter of the kind.
        letter: char,
    },
    /// Who changed a record, and what.
    History(DocumentId),
    /// What differs between two versions of a record.
    Difference {
        /// The document.
        document: DocumentId,
        /// The earlier version.
        before: VersionRef,
        /// The later version; none for the present one.
        after: Option<VersionRef>,
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
    /// Every ring that this node knows.
    Rings(Vec<RingReading>),
    /// The record, at the version asked for.
    Record(Box<RecordReading>),
    /// Records in no order that people would expect.
    Records(Vec<RecordReading>),
    /// The references that are held, as the records read now.
    References(Vec<Reference>),
    /// Each change after those that it builds on.
    History(Vec<StepReading>),
    /// The fields that differ.
    Difference(Vec<FieldDifference>),
    /// By record: what each member of its audience holds of it.
    Copies(Vec<(DocumentId, BTreeMap<MemberId, CopyStatus>)>),
    /// Every node that a ring lists, but this one.
    Partners(Vec<PartnerReading>),
    /// Every log of every audience.
    Logs(Vec<LogReading>),
    /// The entry, counted or set aside.
    Entry(Box<EntryReading>),
}
