//! Receipts: what a node says it holds.

use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, NodeId, Position, PublicKey, SigningKey, Tag, Time, canonical};
use thiserror::Error;

use crate::bound::{self, Malformed};
use crate::signed::Signed;

const RECEIPT: Tag = Tag::new("tally/1/receipt");

/// A log inside one audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct LogKey {
    /// The node that writes it.
    #[n(0)]
    pub node: NodeId,
    /// The incarnation in which it writes it.
    #[n(1)]
    pub incarnation: u32,
}

/// A node's newest signed positions in the logs of one audience; the newest replaces the older.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(Signed<ReceiptContent>);

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ReceiptContent {
    /// The node that holds the entries.
    #[n(0)]
    pub node: NodeId,
    /// The audience of the logs.
    #[n(1)]
    pub audience: AudienceId,
    /// When the node said so.
    #[n(2)]
    pub at: Time,
    /// How far each log is held, by log.
    #[n(3)]
    pub positions: Vec<(LogKey, Position)>,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// The bytes are not a receipt.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A position is of another incarnation than its log.
    #[error("a position in the receipt is not in its log")]
    Outside,
    /// The signature is not the node's.
    #[error("the receipt is not signed by the node it names")]
    Forged,
}

impl Receipt {
    /// Signs a receipt with the node's entry-signing key; positions are put in order.
    pub fn sign(
        audience: AudienceId,
        at: Time,
        mut positions: Vec<(LogKey, Position)>,
        key: &SigningKey,
    ) -> Result<Self, ReceiptError> {
        positions.sort();
        let content = ReceiptContent { node: NodeId::of(&key.public()), audience, at, positions };
        check(&content)?;
        Ok(Self(Signed::sign(&RECEIPT, content, key)))
    }

    /// Node, time and positions.
    pub fn content(&self) -> &ReceiptContent {
        &self.0.content
    }

    /// How far a log is held.
    pub fn position(&self, log: LogKey) -> Option<Position> {
        let positions = &self.content().positions;
        let at = positions.binary_search_by_key(&log, |(log, _)| *log).ok()?;
        positions.get(at).map(|(_, position)| *position)
    }

    /// Checks that the key is the node's and signed it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ReceiptError> {
        let good = NodeId::of(key) == self.content().node && self.0.is_signed_by(&RECEIPT, key);
        if good { Ok(()) } else { Err(ReceiptError::Forged) }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes; the signature is checked by [`Receipt::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptError> {
        Self::from_signed(bound::decode("a receipt", bound::SMALL_BYTES, bytes)?)
    }

    pub(crate) fn signed(&self) -> &Signed<ReceiptContent> {
        &self.0
    }

    pub(crate) fn from_signed(signed: Signed<ReceiptContent>) -> Result<Self, ReceiptError> {
        check(&signed.content)?;
        Ok(Self(signed))
    }
}

fn check(content: &ReceiptContent) -> Result<(), ReceiptError> {
    bound::at_most("positions", bound::POSITIONS, content.positions.len())?;
    bound::ascending("positions", content.positions.iter().map(|(log, _)| *log))?;
    let inside = content.positions.iter().all(|(log, at)| log.incarnation == at.incarnation);
    if inside { Ok(()) } else { Err(ReceiptError::Outside) }
}
