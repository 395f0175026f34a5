//! The frames of the protocol as an outsider writes and reads them, so that checkers and liars depend on the bytes and
//! not on the code that they judge.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, Digest, EditionId, EntryId, LogId, MemberId, NodeId, Position, RingId};
use tally_ring::Branch;

#[derive(Clone, Debug, Encode, Decode)]
pub(crate) enum Question {
    #[n(0)]
    Hello(#[n(0)] Hello),
    #[n(1)]
    Acts(#[n(0)] RingId),
    #[n(2)]
    Pull(#[n(0)] Have),
    #[n(3)]
    New(#[n(0)] Runs),
    #[n(4)]
    Trace(#[n(0)] Trace),
    #[n(5)]
    Receipts(#[n(0)] Vec<ByteVec>),
}

#[derive(Clone, Debug, Encode, Decode)]
pub(crate) enum Answer {
    #[n(0)]
    Hello(#[n(0)] Hello, #[n(1)] Vec<Have>),
    #[n(1)]
    Acts(#[n(0)] Vec<ByteVec>),
    #[n(2)]
    Runs(#[n(0)] Runs),
    #[n(3)]
    Traced(#[n(0)] Traced),
    #[n(4)]
    Took,
    #[n(5)]
    Gap,
    #[n(6)]
    Refused,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Hello {
    #[n(0)]
    version: u32,
    #[n(1)]
    rings: Vec<RingHello>,
    #[n(2)]
    pub(crate) yours: Vec<Have>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
struct RingHello {
    #[n(0)]
    ring: RingId,
    #[n(1)]
    edition: Option<EditionId>,
    #[n(2)]
    acts: Digest,
    #[n(3)]
    audiences: Vec<AudienceHello>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
struct AudienceHello {
    #[n(0)]
    audience: AudienceId,
    #[n(1)]
    only: Vec<MemberId>,
    #[n(2)]
    positions: Digest,
    #[n(3)]
    forks: Digest,
}

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

#[derive(Clone, Copy, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct LogPosition {
    #[n(0)]
    pub(crate) node: NodeId,
    #[n(1)]
    pub(crate) position: Position,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Runs {
    #[n(0)]
    pub(crate) ring: RingId,
    #[n(1)]
    pub(crate) audience: AudienceId,
    #[n(2)]
    pub(crate) runs: Vec<Vec<ByteVec>>,
    #[n(3)]
    pub(crate) more: More,
    #[n(4)]
    pub(crate) parted: Vec<LogPosition>,
}

#[derive(Clone, Copy, Debug, Default, Encode, Decode)]
#[cbor(array)]
pub(crate) struct More {
    #[n(0)]
    entries: u64,
    #[n(1)]
    bytes: u64,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Trace {
    #[n(0)]
    log: LogId,
    #[n(1)]
    probes: Vec<Probe>,
}

#[derive(Clone, Copy, Debug, Encode, Decode)]
#[cbor(array)]
struct Probe {
    #[n(0)]
    sequence: u64,
    #[n(1)]
    entry: EntryId,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Traced {
    #[n(0)]
    log: LogId,
    #[n(1)]
    common: u64,
    #[n(2)]
    pub(crate) branch: Option<Branch>,
}

/// What a frame says that its sender holds.
#[derive(Debug, Default)]
pub(crate) struct Claims<'a> {
    pub(crate) entries: Vec<&'a ByteVec>,
    pub(crate) positions: Vec<(AudienceId, RingId, LogPosition)>,
    /// Whether the positions are all that the sender holds there: then they may not go back.
    pub(crate) headers: Vec<&'a [u8]>,
}

impl<'a> Claims<'a> {
    pub(crate) fn of_question(question: &'a Question) -> Self {
        let mut claims = Self::default();
        match question {
            Question::Hello(hello) => claims.have(&hello.yours),
            Question::Pull(have) => claims.have(std::slice::from_ref(have)),
            Question::New(runs) => claims.entries.extend(runs.runs.iter().flatten()),
            Question::Acts(_) | Question::Trace(_) | Question::Receipts(_) => {}
        }
        claims
    }

    pub(crate) fn of_answer(answer: &'a Answer) -> Self {
        let mut claims = Self::default();
        match answer {
            Answer::Hello(hello, positions) => {
                claims.have(&hello.yours);
                claims.have(positions);
            }
            Answer::Runs(runs) => claims.entries.extend(runs.runs.iter().flatten()),
            Answer::Traced(traced) => claims.headers.extend(traced.branch.iter().flat_map(Branch::headers)),
            Answer::Acts(_) | Answer::Took | Answer::Gap | Answer::Refused => {}
        }
        claims
    }

    fn have(&mut self, have: &[Have]) {
        for have in have {
            self.positions.extend(have.positions.iter().map(|held| (have.audience, have.ring, *held)));
        }
    }
}
