use tally_entry::{Header, Kind};
use tally_ring::Limits;

use crate::ledger::chained::Unchained;

/// What a log weighs against the limits of its ring.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    bytes: u64,
    documents: u64,
}

impl Load {
    /// The load with one more entry.
    pub(crate) fn with(self, header: &Header) -> Self {
        Self { bytes: self.bytes + bytes(header), documents: self.documents + u64::from(header.kind == Kind::Birth) }
    }

    /// The load without an entry that was taken back.
    pub(crate) fn without(self, header: &Header) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(bytes(header)),
            documents: self.documents.saturating_sub(u64::from(header.kind == Kind::Birth)),
        }
    }

    /// The load with one more entry, if the limits of the edition it names allow it.
    pub(crate) fn checked(self, header: &Header, limits: &Limits) -> Result<Self, Unchained> {
        let load = self.with(header);
        if load.bytes > limits.log_bytes {
            return Err(Unchained::LogFull(limits.log_bytes));
        }
        if load.documents > u64::from(limits.log_documents) {
            return Err(Unchained::TooManyDocuments(limits.log_documents));
        }
        if header.kind == Kind::Statement && header.body_length > limits.statement_bytes {
            return Err(Unchained::StatementTooLong(limits.statement_bytes));
        }
        Ok(load)
    }
}

/// What an entry weighs: a header without a body is kept as well.
fn bytes(header: &Header) -> u64 {
    header.encode().len() as u64 + u64::from(header.body_length)
}
