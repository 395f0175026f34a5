//! Documents: the description language for fields, the gate, the fuse, edits to change bytes, merges by word,
//! readings with every concurrent answer, histories and differences.
//!
//! The only crate that names Automerge. A change enters a document only through the gate, which is a decoder of our
//! own: it refuses every form that we never write, knows no names of fields, and asks no library. Automerge then is a
//! view behind a fuse. Nothing here reads a clock, a file or a source of randomness.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod amount;
mod answer;
mod change_draft;
mod chunk;
mod claim;
mod date;
mod describe;
mod document;
mod edit;
mod file;
mod fuse;
mod gate;
mod history;
#[cfg(any(test, feature = "hostile"))]
#[allow(clippy::indexing_slicing, reason = "a forger's bytes are its own")]
pub mod hostile;
mod index;
mod leb;
mod limits;
mod line;
mod lines;
mod look;
mod merge_text;
mod meter;
mod operation;
mod order;
#[cfg(feature = "peer")]
pub mod peer;
mod plan;
mod read;
mod refusal;
mod runs;
mod scalar;
mod time_of_day;
mod trial;
mod value;
mod version;
mod wording;
mod words;

pub use amount::{Count, Pence, Percentage};
pub use claim::claimed_hash;
pub use date::{DateStatus, PartialDate, Precision};
pub use describe::{Description, Field, FieldKind, Target, Term};
pub use document::Document;
pub use edit::{Created, Edit, EditError, Edited, Keep};
pub use file::FileReference;
pub use fuse::Blown;
pub use gate::{Admitted, Judgement};
pub use history::{FieldDifference, HistoryStep};
pub use limits::Limits;
pub use line::LineId;
pub use meter::Cost;
pub use read::{Answer, Reading};
pub use refusal::{OperationFault, Refusal};
pub use tally_entry::{Actor, ChangeHash};
pub use time_of_day::TimeOfDay;
pub use value::Value;
pub use version::{Seen, UnknownVersion, Version, VersionError};
pub use words::WordChange;

#[cfg(test)]
mod tests;
