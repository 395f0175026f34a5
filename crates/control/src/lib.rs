//! The one vocabulary in which the command line and pages ask a running node.
//!
//! Plain values and their JSON, one line each way. It knows no socket, no record type and no entry: names and words
//! are text here, and the node checks them.

mod answer;
mod envelope;
mod failure;
mod record;
mod request;
mod wording;

pub use answer::{
    Answer, Change, Check, Copy, Disclosure, Entry, Event, Held, Log, Made, Member, Peer, Problem, Ring, Seat, Shared,
    Status, Verified, Why, WouldLeave,
};
pub use envelope::{Envelope, LINE_BYTES_MAX, LineError, Outcome, SCHEMA};
pub use failure::{Exit, Failure};
pub use record::{AnswerGiven, Audience, Difference, Record, Statement, Word};
pub use request::{Keep, Request};
pub use wording::{names, told};
