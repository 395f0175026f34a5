use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, DocumentId, RingId, Time};
use thiserror::Error;

/// What the guard had found when a seat let words through.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Overridden {
    /// The seat that answered for it.
    #[n(0)]
    pub seat: String,
    /// Why, in the seat's own words.
    #[n(1)]
    pub reason: String,
    /// What was found and where, without the words themselves.
    #[n(2)]
    pub findings: Vec<String>,
}

/// What became of words that were about to leave.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum DisclosureOutcome {
    /// They left, as this shared record.
    #[n(0)]
    Done {
        /// When the ring's log had them.
        #[n(0)]
        at: Time,
        /// The record that the words became in the ring.
        #[n(1)]
        shared: DocumentId,
    },
    /// They did not leave.
    #[n(1)]
    NotSent {
        /// When that was known.
        #[n(0)]
        at: Time,
        /// For whoever reads the register: a refusal, or a crash before the ring had them.
        #[n(1)]
        why: String,
    },
}

/// One line of the register: what left, when, to whom, on what basis.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Disclosure {
    /// Its number, counted from 1.
    #[n(0)]
    pub number: u64,
    /// When the words were let through.
    #[n(1)]
    pub at: Time,
    /// The local record they come from.
    #[n(2)]
    pub record: DocumentId,
    /// The kind of the local record.
    #[n(3)]
    pub kind: String,
    /// The version they were read at.
    #[n(4)]
    pub version: String,
    /// Names of the fields whose words leave, in the order of the description.
    #[n(5)]
    pub fields: Vec<String>,
    /// The ring they go to.
    #[n(6)]
    pub ring: RingId,
    /// What the ring was called when the words left.
    #[n(7)]
    pub ring_name: String,
    /// The audience they go to.
    #[n(8)]
    pub audience: AudienceId,
    /// The names of the members that hold them from then on.
    #[n(9)]
    pub holders: Vec<String>,
    /// The law, agreement or consent by which they leave, as the seat wrote it.
    #[n(10)]
    pub basis: String,
    /// The seat that let them through.
    #[n(11)]
    pub seat: String,
    /// Present where the guard had stopped them.
    #[n(12)]
    pub overridden: Option<Overridden>,
    /// Absent while nobody knows: after a crash in between, the ring's log tells.
    #[n(13)]
    pub outcome: Option<DisclosureOutcome>,
}

/// Says why an outcome cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// There is no such line.
    #[error("the register has no line {number}")]
    NoSuchLine {
        /// Lines are counted from 1.
        number: u64,
    },
    /// The line has an outcome, and the register is never rewritten.
    #[error("line {number} of the register already says what became of it")]
    Settled {
        /// Lines are counted from 1.
        number: u64,
    },
}

/// The register of disclosures: lines are added and settled once, never changed or removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    lines: Vec<Disclosure>,
}

impl Register {
    /// Returns the lines, oldest first.
    #[must_use]
    pub fn lines(&self) -> &[Disclosure] {
        &self.lines
    }

    /// Returns the lines of which nobody wrote down whether the words left.
    pub fn unsettled(&self) -> impl Iterator<Item = &Disclosure> {
        self.lines.iter().filter(|line| line.outcome.is_none())
    }

    /// Returns the number of the next line.
    pub(crate) fn next_number(&self) -> u64 {
        self.lines.last().map_or(1, |line| line.number + 1)
    }

    /// Checks that a line may be settled.
    pub(crate) fn check(&self, number: u64) -> Result<(), RegisterError> {
        match self.lines.iter().find(|line| line.number == number) {
            None => Err(RegisterError::NoSuchLine { number }),
            Some(line) if line.outcome.is_some() => Err(RegisterError::Settled { number }),
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn take(&mut self, line: Disclosure) {
        self.lines.push(line);
    }

    pub(crate) fn settle(&mut self, number: u64, outcome: DisclosureOutcome) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.number == number && line.outcome.is_none()) {
            line.outcome = Some(outcome);
        }
    }
}
