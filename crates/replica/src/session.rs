//! What is exchanged with one partner.

mod answering;
mod asking;
pub(crate) mod partner;
pub(crate) mod receipts;
mod trace;
pub(crate) mod wire;
