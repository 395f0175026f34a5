//! Fork proofs: two runs of one log from one entry.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_entry::{EntryId, Header, HeaderError, LogId, NodeId, PublicKey, Signature, Tag, Verified, canonical};
use thiserror::Error;

use crate::bound::{self, Malformed};

/// The tag under which entries are signed.
const ENTRY: Tag = Tag::new("tally/1/entry");

/// Two branches of one log that begin differently after the same entry, the last header of each signed.
///
/// It carries headers only: what the entries said goes nowhere with it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ForkProof {
    #[n(0)]
    log: LogId,
    #[n(1)]
    a: Branch,
    #[n(2)]
    b: Branch,
}

/// One run of headers from the first that differs to one that is signed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Branch {
    #[n(0)]
    headers: Vec<ByteVec>,
    #[n(1)]
    signature: Signature,
}

/// What a fork proof proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frozen {
    /// The log that forked.
    pub log: LogId,
    /// The sequence of the last common entry; 0 when the branches share none.
    pub after_sequence: u64,
    /// The last common entry.
    pub last_common: Option<EntryId>,
}

/// Why something proves no fork.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForkError {
    /// The bytes are not a fork proof.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A header cannot be read.
    #[error("a header in the proof is not valid")]
    Header(#[from] HeaderError),
    /// A header is of another log, or does not continue the one before it.
    #[error("the headers of a branch are not one run of this log")]
    Broken,
    /// The branches do not begin at one place, or begin alike.
    #[error("the branches do not part after one common entry")]
    NoFork,
    /// The branches are not in the order in which a proof is written.
    #[error("the branches are not in order")]
    Unsorted,
    /// The key is not the node's, or the last header of a branch is not signed by it.
    #[error("a branch is not signed by the node whose log it is")]
    Forged,
}

impl Branch {
    /// Takes the headers of consecutive entries, of which the last keeps its signature.
    pub fn of(entries: &[Verified]) -> Option<Self> {
        let signature = *entries.last()?.signature()?;
        let headers = entries.iter().map(|entry| entry.header().encode().into()).collect();
        Some(Self { headers, signature })
    }

    /// Takes the headers of consecutive entries, of which none needs a signature, before a branch that follows them.
    #[must_use]
    pub fn before(entries: &[Verified], rest: &Self) -> Self {
        let headers = entries.iter().map(|entry| entry.header().encode().into()).chain(rest.headers.iter().cloned());
        Self { headers: headers.collect(), signature: rest.signature }
    }

    /// The encoded headers, in order.
    pub fn headers(&self) -> impl Iterator<Item = &[u8]> {
        self.headers.iter().map(|bytes| bytes.as_slice())
    }

    /// Checks that these are consecutive headers of the log and that the node's key signed the last.
    pub fn verify(&self, log: LogId, key: &PublicKey) -> Result<(), ForkError> {
        if NodeId::of(key) != log.node {
            return Err(ForkError::Forged);
        }
        let last = self.read(log)?.pop().ok_or(ForkError::NoFork)?;
        key.verify(&ENTRY, last.id().as_bytes(), &self.signature).map_err(|_| ForkError::Forged)
    }

    fn read(&self, log: LogId) -> Result<Vec<Header>, ForkError> {
        bound::at_most("a branch", bound::RUN, self.headers.len())?;
        let headers: Result<Vec<_>, _> = self.headers.iter().map(|bytes| Header::decode(bytes)).collect();
        let headers = headers?;
        let inside = headers.iter().all(|header| header.log() == log);
        let follows = |before: &Header, after: &Header| {
            Some(after.sequence) == before.sequence.checked_add(1) && after.previous == Some(before.id())
        };
        let chained = headers.iter().zip(headers.iter().skip(1)).all(|(before, after)| follows(before, after));
        if inside && chained { Ok(headers) } else { Err(ForkError::Broken) }
    }
}

impl ForkProof {
    /// Puts two branches together; what they have in common at the beginning is dropped.
    pub fn new(log: LogId, a: Branch, b: Branch) -> Result<Self, ForkError> {
        let common = a.headers.iter().zip(&b.headers).take_while(|(a, b)| a == b).count();
        let [mut a, mut b] = [a, b];
        a.headers.drain(..common);
        b.headers.drain(..common);
        if a.headers > b.headers {
            std::mem::swap(&mut a, &mut b);
        }
        let proof = Self { log, a, b };
        proof.frozen()?;
        bound::at_most("a fork proof", bound::ACT_BYTES, proof.encode().len())?;
        Ok(proof)
    }

    /// The log that forked.
    pub fn log(&self) -> LogId {
        self.log
    }

    /// The encoded headers of both branches.
    pub fn headers(&self) -> impl Iterator<Item = &[u8]> {
        self.a.headers().chain(self.b.headers())
    }

    /// The shorter of the two branches.
    pub fn shorter(&self) -> &Branch {
        if self.b.headers.len() < self.a.headers.len() { &self.b } else { &self.a }
    }

    /// Checks both signatures with the node's key and says where the log is frozen.
    pub fn verify(&self, key: &PublicKey) -> Result<Frozen, ForkError> {
        let frozen = self.frozen()?;
        self.a.verify(self.log, key)?;
        self.b.verify(self.log, key)?;
        Ok(frozen)
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes; the signatures are checked by [`ForkProof::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ForkError> {
        let proof: Self = bound::decode("a fork proof", bound::ACT_BYTES, bytes)?;
        proof.frozen()?;
        Ok(proof)
    }

    fn frozen(&self) -> Result<Frozen, ForkError> {
        let [a, b] = [self.a.read(self.log)?, self.b.read(self.log)?];
        let (Some(a), Some(b)) = (a.first(), b.first()) else {
            return Err(ForkError::NoFork);
        };
        if a.sequence != b.sequence || a.previous != b.previous || a.id() == b.id() {
            return Err(ForkError::NoFork);
        }
        if self.a.headers > self.b.headers {
            return Err(ForkError::Unsorted);
        }
        let after_sequence = a.sequence.saturating_sub(1);
        Ok(Frozen { log: self.log, after_sequence, last_common: a.previous })
    }
}
