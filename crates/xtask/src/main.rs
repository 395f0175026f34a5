//! `cargo xtask COMMAND`: the chores of this workspace, one file a command.
//!
//! A new command is a file beside this one with a `run`, a line in [`Command`] and a line in `main`.
//! It refuses to be a library: nothing in the workspace depends on it.

#![allow(clippy::disallowed_methods, reason = "chores read the files of the repository")]

mod advisories;
mod ci;
mod root;
mod tidy;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the Tallystick workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks the house rules that the compiler cannot check
    Tidy,
    /// Runs everything that has to hold before a change is taken in
    Ci,
    /// Checks the dependencies against the advisory database, where it can be reached
    Advisories,
}

fn main() -> ExitCode {
    let done: Result<(), Box<dyn Error>> = match Line::parse().command {
        Command::Tidy => tidy::run().map_err(Into::into),
        Command::Ci => ci::run().map_err(Into::into),
        Command::Advisories => advisories::run().map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}
