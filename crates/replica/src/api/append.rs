use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, LogId, MemberId, RingId, Unverified, VerifyError, canonical};
use tally_ring::{Card, ControlAct, Scope};

use crate::ledger::chained::Chained;

/// Counts what the core asked to append; larger is later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// The first append of a run.
    pub const FIRST: Self = Self(1);

    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// One thing that must be on disk before anything that follows from it is seen. Only the core makes one.
#[derive(Clone, Debug)]
pub enum Append {
    /// An entry.
    Entry(Chained),
    /// A control act of a ring or an audience.
    Act(ControlAct),
    /// A control act of a member, as it counts in this ring.
    MemberAct(RingId, ControlAct),
    /// A member's card, as it counts in this ring: how its first node is known and reached.
    Card(RingId, Box<Card>),
    /// A fact about this node's own copy.
    Note(Note),
}

/// A fact that concerns only this node's own copy of the record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Note {
    /// Own entries of a log after this sequence were never shared and give way to what a partner holds.
    #[n(0)]
    Aside {
        /// The log.
        #[n(0)]
        log: LogId,
        /// The last sequence kept.
        #[n(1)]
        after: u64,
    },
    /// Own writing in this audience goes on in this incarnation.
    #[n(1)]
    Opens {
        /// The ring.
        #[n(0)]
        ring: RingId,
        /// The audience.
        #[n(1)]
        audience: AudienceId,
        /// The incarnation.
        #[n(2)]
        incarnation: u32,
    },
    /// The members of an audience narrower than its ring, whose id does not tell them.
    #[n(2)]
    Audience {
        /// The ring.
        #[n(0)]
        ring: RingId,
        /// The members, sorted.
        #[n(1)]
        only: Vec<MemberId>,
    },
}

/// One frame of the journal, read back and not yet believed.
#[derive(Clone, Debug)]
pub enum Stored {
    /// An entry.
    Entry(Box<Unverified>),
    /// A control act of a ring or an audience.
    Act(Box<ControlAct>),
    /// A control act of a member, in a ring.
    MemberAct(RingId, Box<ControlAct>),
    /// A card, in a ring.
    Card(RingId, Box<Card>),
    /// A note.
    Note(Note),
}

/// Why a journal frame cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// The frame is of a kind that this version does not know.
    #[error("journal frames of kind {0} are not known to this version")]
    UnknownKind(u8),
    /// The frame does not hold a valid entry.
    #[error("the frame holds no entry")]
    Entry(#[from] VerifyError),
    /// The act, card or note in it is none.
    #[error("the frame holds no control act, card or note of this version")]
    Form,
}

impl Append {
    /// An act as it is kept where this ring took it: what a member says is kept once a ring.
    pub(crate) fn of_act(ring: RingId, act: ControlAct) -> Self {
        match act.scope() {
            Scope::Member => Self::MemberAct(ring, act),
            Scope::Ring(_) | Scope::Audience(_) => Self::Act(act),
        }
    }

    /// The frame's kind and payload, as the journal stores them.
    #[must_use]
    pub fn encode(&self) -> (u8, Vec<u8>) {
        match self {
            Self::Entry(entry) => (1, entry.entry().encode()),
            Self::Act(act) => (2, act.encode()),
            Self::Card(ring, card) => (3, in_ring(ring, card.encode())),
            Self::Note(note) => (4, canonical::encode(note)),
            Self::MemberAct(ring, act) => (5, in_ring(ring, act.encode())),
        }
    }
}

impl Stored {
    /// Reads a frame of the journal.
    ///
    /// # Errors
    /// When the frame is not what its kind says.
    pub fn decode(kind: u8, payload: &[u8]) -> Result<Self, StoredError> {
        let act = |bytes: &[u8]| ControlAct::decode(bytes).map(Box::new).map_err(|_| StoredError::Form);
        Ok(match kind {
            1 => Self::Entry(Box::new(Unverified::decode(payload)?)),
            2 => Self::Act(act(payload)?),
            3 => {
                let (ring, bytes) = of_ring(payload)?;
                let card = Card::decode(bytes).map_err(|_| StoredError::Form)?;
                Self::Card(ring, Box::new(card))
            }
            4 => Self::Note(canonical::decode(payload).map_err(|_| StoredError::Form)?),
            5 => {
                let (ring, bytes) = of_ring(payload)?;
                Self::MemberAct(ring, act(bytes)?)
            }
            other => return Err(StoredError::UnknownKind(other)),
        })
    }
}

fn in_ring(ring: &RingId, bytes: Vec<u8>) -> Vec<u8> {
    [ring.as_bytes().as_slice(), &bytes].concat()
}

fn of_ring(payload: &[u8]) -> Result<(RingId, &[u8]), StoredError> {
    let (ring, bytes) = payload.split_first_chunk().ok_or(StoredError::Form)?;
    Ok((RingId::from_bytes(*ring), bytes))
}
