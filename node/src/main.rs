//! The node and its command line: `main` parses, hands over, and ends with the exit code.
#![allow(
    clippy::disallowed_methods,
    reason = "the driver reads the clock, the files and the randomness that the core is given"
)]

mod commands;
mod context;
mod failure;
mod interrupt;
mod logging;
mod moment;
mod passphrase;
mod print;
mod running;
mod value;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(commands::run().code())
}
