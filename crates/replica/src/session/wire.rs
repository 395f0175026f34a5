//! The frames that nodes exchange: canonical CBOR, one question and its answer at a time.

use crate::ledger::log::{LogPosition, Remaining};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, Digest, EditionId, EntryId, LogId, MemberId, RingId};
use tally_ring::Branch;

/// The version of this protocol.
pub(crate) const PROTOCOL: u32 = 1;
/// The most bytes of entries in one answer: the longest frame of an answer (1 MiB) less room for its frame.
pub(crate) const ANSWER_BYTES_MAX: usize = 1_000_000;
/// The most bytes of entries pushed in one question: the longest question (256 KiB) less room for its frame.
pub(crate) const PUSH_BYTES_MAX: usize = 250_000;
/// The most headers traced in one answer: a signature stands at least this often in every log.
pub(crate) const TRACE_HEADERS_MAX: usize = tally_entry::RUN_ENTRIES_MAX;
/// The most ids probed in one trace: one for each halving of a log of 2^60 entries.
pub(crate) const PROBES_MAX: usize = 64;

/// What one node asks another.
#[derive(Clone, Debug, Encode, Decode)]
pub(crate) enum Question {
    /// What do we share, and does it differ?
    #[n(0)]
    Hello(#[n(0)] Hello),
    /// The control acts of a ring.
    #[n(1)]
    Acts(#[n(0)] RingId),
    /// Entries beyond these positions.
    #[n(2)]
    Pull(#[n(0)] Have),
    /// Entries that have just been written or received.
    #[n(3)]
    New(#[n(0)] Runs),
    /// Where do our copies of a log part?
    #[n(4)]
    Trace(#[n(0)] Trace),
    /// Newest receipts.
    #[n(5)]
    Receipts(#[n(0)] Vec<ByteVec>),
}

/// What comes back.
#[derive(Clone, Debug, Encode, Decode)]
pub(crate) enum Answer {
    /// To a hello: the same from the other side, and positions where the digests differ.
    #[n(0)]
    Hello(#[n(0)] Hello, #[n(1)] Vec<Have>),
    /// To `Acts`.
    #[n(1)]
    Acts(#[n(0)] Vec<ByteVec>),
    /// To `Pull`.
    #[n(2)]
    Runs(#[n(0)] Runs),
    /// To `Trace`.
    #[n(3)]
    Traced(#[n(0)] Traced),
    /// Taken, nothing to say.
    #[n(4)]
    Took,
    /// Something before what was sent is missing here.
    #[n(5)]
    Gap,
    /// Not a question that this node answers to that partner.
    #[n(6)]
    Refused,
}

/// Who I am in what we may share.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Hello {
    #[n(0)]
    pub(crate) version: u32,
    #[n(1)]
    pub(crate) rings: Vec<RingHello>,
    /// What I hold of your logs: what you need before you may send me own entries.
    #[n(2)]
    pub(crate) yours: Vec<Have>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct RingHello {
    #[n(0)]
    pub(crate) ring: RingId,
    #[n(1)]
    pub(crate) edition: Option<EditionId>,
    /// Over editions, drafts with their signers, certificates and notices.
    #[n(2)]
    pub(crate) acts: Digest,
    #[n(3)]
    pub(crate) audiences: Vec<AudienceHello>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct AudienceHello {
    #[n(0)]
    pub(crate) audience: AudienceId,
    /// The members of a subset; empty for the whole ring.
    #[n(1)]
    pub(crate) only: Vec<MemberId>,
    /// Over positions.
    #[n(2)]
    pub(crate) positions: Digest,
    /// Over fork proofs.
    #[n(3)]
    pub(crate) forks: Digest,
}

/// Positions in the logs of one audience.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Have {
    #[n(0)]
    pub(crate) ring: RingId,
    #[n(1)]
    pub(crate) audience: AudienceId,
    #[n(2)]
    pub(crate) positions: Vec<LogPosition>,
}

/// Entries of one audience, as runs of consecutive entries that each end with a signature.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Runs {
    #[n(0)]
    pub(crate) ring: RingId,
    #[n(1)]
    pub(crate) audience: AudienceId,
    #[n(2)]
    pub(crate) runs: Vec<Vec<ByteVec>>,
    /// Entries and bytes that are still to come after these.
    #[n(3)]
    pub(crate) more: Remaining,
    /// Logs in which our copies part.
    #[n(4)]
    pub(crate) parted: Vec<LogPosition>,
}

/// Some of my entries of a log, densest near its end.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Trace {
    #[n(0)]
    pub(crate) log: LogId,
    #[n(1)]
    pub(crate) probes: Vec<Probe>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Probe {
    #[n(0)]
    pub(crate) sequence: u64,
    #[n(1)]
    pub(crate) entry: EntryId,
}

/// The highest probe that I hold too, and my headers after it; the last is signed.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Traced {
    #[n(0)]
    pub(crate) log: LogId,
    #[n(1)]
    pub(crate) common: u64,
    #[n(2)]
    pub(crate) branch: Option<Branch>,
}
