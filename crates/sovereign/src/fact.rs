use minicbor::{Decode, Encode};
use tally_entry::{ChangeHash, DocumentId, Time};

use crate::people::{Person, Seat};
use crate::register::{Disclosure, DisclosureOutcome};

/// Who made a change, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Provenance {
    /// What the history of the record names it by.
    #[n(0)]
    pub change: ChangeHash,
    /// When it was made, by this machine's clock.
    #[n(1)]
    pub at: Time,
    /// The seat that made it; none where an administrator or an import did.
    #[n(2)]
    pub seat: Option<String>,
    /// Why, where a reason was given.
    #[n(3)]
    pub reason: Option<String>,
}

/// One thing that happened in the store; the journal is a list of these, sealed one by one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Fact {
    /// The first fact of every store: opens only with its own key.
    #[n(0)]
    Founded,
    /// A local record was made.
    #[n(1)]
    Born {
        #[n(0)]
        document: DocumentId,
        #[n(1)]
        kind: String,
        #[n(2)]
        reference: String,
        #[n(3)]
        made: Provenance,
        #[cbor(n(4), with = "minicbor::bytes")]
        change: Vec<u8>,
    },
    /// A local record was changed.
    #[n(2)]
    Changed {
        #[n(0)]
        document: DocumentId,
        #[n(1)]
        made: Provenance,
        #[cbor(n(2), with = "minicbor::bytes")]
        change: Vec<u8>,
    },
    /// A seat was added or changed.
    #[n(3)]
    SeatSet(#[n(0)] Seat),
    /// A seat was taken away.
    #[n(4)]
    SeatGone(#[n(0)] String),
    /// A person was added or changed.
    #[n(5)]
    PersonSet(#[n(0)] Person),
    /// A person was taken away.
    #[n(6)]
    PersonGone(#[n(0)] String),
    /// Words are about to leave.
    #[n(7)]
    Intended(#[n(0)] Box<Disclosure>),
    /// What became of words that were about to leave.
    #[n(8)]
    Settled(#[n(0)] u64, #[n(1)] DisclosureOutcome),
}
