//! The start: the journal's frames become the ledger again.

mod believed;
pub(crate) mod reopen;
