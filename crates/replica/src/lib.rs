//! The replication core of a node, without input or output: facts in, wishes out.
//!
//! It decides what is believed, what stands, what waits, what is sent to whom and when; it reads no clock, opens no
//! file or socket and draws no randomness that was not given to it. See [`Replica`] for the order of calls.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod acts;
mod answering;
mod append;
mod asking;
mod book;
mod chained;
mod command;
mod folder;
mod holdings;
mod input;
mod load;
mod log;
mod looking;
mod outbox;
mod output;
mod partner;
mod receipts;
mod reopen;
mod replica;
mod rewrite;
mod shelf;
mod sight;
mod tracing;
mod verdict;
mod waiting;
mod wire;
mod writing;

pub use append::{Append, Note, Stored, StoredError, Ticket};
pub use chained::{Chained, Unchained};
pub use command::{Command, CommandId, Refused, Reply, Speaker};
pub use input::{AskId, Input, Token};
pub use output::{Event, Known, Output};
pub use receipts::Copy;
pub use reopen::{Reopened, Short};
pub use replica::{Identity, Replica};
pub use sight::{
    AnswerSight, EntrySight, LogSight, PartnerSight, RecordSight, RingSight, Sight, Sought, StatementSight, StepSight,
};
pub use verdict::{Verdict, Voided};
