//! The replication core of a node, without input or output: events in, effects out.
//!
//! It decides what is believed, what stands, what waits, what is sent to whom and when; it reads no clock, opens no
//! file or socket and draws no randomness that was not given to it. See [`Replica`] for the order of calls.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod api;
mod counted;
mod ledger;
mod outbox;
mod pen;
mod reading;
mod replica;
mod session;
mod signer;
mod start;

pub use api::append::{Append, Note, Stored, StoredError, Ticket};
pub use api::command::{Command, CommandId, Reply, Speaker};
pub use api::input::{AskId, Input, Token};
pub use api::output::{AllowedNode, Event, Output};
pub use api::query::{Query, QueryAnswer};
pub use api::reading::{
    AnswerReading, CopyStatus, EntryReading, LogReading, PartnerReading, RecordReading, RingReading, StatementReading,
    StepReading,
};
pub use api::refused::Refused;
pub use api::version_ref::{VersionRef, VersionRefError};
pub use counted::verdict::{Verdict, Voided};
pub use ledger::act_refused::ActNotTaken;
pub use ledger::chained::{Chained, Unchained};
pub use replica::{Identity, Replica};
pub use start::reopen::{Reopened, Short};
