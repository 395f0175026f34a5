//! A world made from a seed: several nodes, each a real core with a real journal on a disk that forgets what was not
//! synced, a network that loses, delays, repeats and parts, power cuts, restores and liars; and checkers that look at
//! every step and at the end.
//!
//! It refuses the clock, threads and randomness of the machine: a seed is a bug report.

#![allow(clippy::result_large_err, reason = "a violation carries all that a person needs, and ends the run")]

mod acting;
mod authors;
mod chaos;
mod checker;
mod fault;
mod final_check;
mod frame;
mod hostile;
mod liars;
mod lie;
mod machine;
mod member;
mod network;
mod plan;
mod random;
mod recording;
mod run;
mod violation;
mod world;

pub use fault::{Fault, Faults};
pub use member::{FoundingError, Member, Members};
pub use plan::Plan;
pub use random::Random;
pub use run::{SeedError, SeedReport, recorded, run, run_twice};
pub use violation::Violation;
