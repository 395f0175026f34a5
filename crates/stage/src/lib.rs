//! Real nodes on one machine: founded, started, cut off, killed, stopped, waited for.
//!
//! It speaks to nodes as anybody does, by the command line and the control socket, and to the network between them as a
//! router would. It knows no format and no key.
#![allow(clippy::disallowed_methods, reason = "processes, files, threads and deadlines are what a stage is made of")]

mod error;
mod member;
mod node;
mod owner;
mod ports;
mod program;
mod router;
mod stage;
mod transcript;
mod wait;

pub use error::StageError;
pub use member::Member;
pub use ports::free_port;
pub use program::{Program, Ran};
pub use stage::{Leftovers, Stage};
pub use transcript::{Mismatch, Transcript, TranscriptError, Unread};
pub use wait::until;
