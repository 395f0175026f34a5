use tally_entry::{Header, Kind};
use tally_ring::Limits;

use crate::ledger::chained::Unchained;

/// What a log has spent of what the limits of its ring allow: the weight of its entries, and its documents.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    bytes: u64,
    documents: u64,
}

impl Spent {
    /// With one more entry.
    pub(crate) fn with(self, header: &Header) -> Self {
        Self { bytes: self.bytes + weight(header), documents: self.documents + u64::from(header.kind == Kind::Birth) }
    }

    /// Without an entry that was taken back.
    pub(crate) fn without(self, header: &Header) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(weight(header)),
            documents: self.documents.saturating_sub(u64::from(header.kind == Kind::Birth)),
        }
    }

    /// With one more entry, if the limits of the edition it names allow it.
    pub(crate) fn checked(self, header: &Header, limits: &Limits) -> Result<Self, Unchained> {
        let spent = self.with(header);
        if spent.bytes > limits.log_bytes {
            return Err(Unchained::LogFull(limits.log_bytes));
        }
        if spent.documents > u64::from(limits.log_documents) {
            return Err(Unchained::TooManyDocuments(limits.log_documents));
        }
        if header.kind == Kind::Statement && header.body_length > limits.statement_bytes {
            return Err(Unchained::StatementTooLong(limits.statement_bytes));
        }
        Ok(spent)
    }
}

/// In bytes; a header whose body was erased is kept as well.
fn weight(header: &Header) -> u64 {
    header.encode().len() as u64 + u64::from(header.body_length)
}
