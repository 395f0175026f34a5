//! Certificates of finality: agreeing receipts kept for ever.

use minicbor::{Decode, Encode};
use tally_entry::{AudienceId, LogId, Position, canonical};
use thiserror::Error;

use crate::bound::{self, Malformed};
use crate::receipt::{LogKey, Receipt, ReceiptContent, ReceiptError};
use crate::signed::Signed;

/// Receipts of one audience that cover a position of one log.
///
/// A decoded value is well formed; whether enough members stand behind it is for the edition the entry names to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finality {
    log: LogId,
    position: Position,
    receipts: Vec<Receipt>,
}

/// Why something is not a certificate of finality.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FinalityError {
    /// The bytes are not one.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A receipt inside is not valid.
    #[error("a receipt is not valid")]
    Receipt(#[from] ReceiptError),
    /// A receipt is of another audience or does not reach the position.
    #[error("a receipt does not cover the position")]
    NotCovered,
    /// The position is not in the log.
    #[error("the position is not in the log")]
    Outside,
}

#[derive(Encode, Decode)]
struct Raw {
    #[n(0)]
    log: LogId,
    #[n(1)]
    position: Position,
    #[n(2)]
    receipts: Vec<Signed<ReceiptContent>>,
}

impl Finality {
    /// Puts receipts together that cover a position; they are put in order of their nodes.
    ///
    /// A receipt further along the log covers too, if its node's chain contains the position; that is checked by
    /// whoever holds the log.
    pub fn new(log: LogId, position: Position, mut receipts: Vec<Receipt>) -> Result<Self, FinalityError> {
        receipts.sort_by_key(|receipt| receipt.content().node);
        bound::at_most("receipts", bound::RECEIPTS, receipts.len())?;
        bound::ascending("receipts", receipts.iter().map(|receipt| receipt.content().node))?;
        if position.incarnation != log.incarnation {
            return Err(FinalityError::Outside);
        }
        let key = LogKey { node: log.node, incarnation: log.incarnation };
        let covers = |receipt: &Receipt| {
            let held = receipt.position(key);
            let reaches = |held: Position| held.sequence > position.sequence || held == position;
            receipt.content().audience == log.audience && held.is_some_and(reaches)
        };
        if receipts.iter().all(covers) { Ok(Self { log, position, receipts }) } else { Err(FinalityError::NotCovered) }
    }

    /// The audience of the log.
    pub fn audience(&self) -> AudienceId {
        self.log.audience
    }

    /// The log of which a position is final.
    pub fn log(&self) -> LogId {
        self.log
    }

    /// The position that is final.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The receipts, by node; each is still to be verified with its node's key.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let receipts = self.receipts.iter().map(|receipt| receipt.signed().clone()).collect();
        canonical::encode(&Raw { log: self.log, position: self.position, receipts })
    }

    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FinalityError> {
        let raw: Raw = bound::decode("a certificate of finality", bound::ACT_BYTES, bytes)?;
        bound::ascending("receipts", raw.receipts.iter().map(|receipt| receipt.content.node))?;
        let receipts: Result<Vec<_>, _> = raw.receipts.into_iter().map(Receipt::from_signed).collect();
        Self::new(raw.log, raw.position, receipts?)
    }
}
