//! `cargo xtask COMMAND`: the chores of this workspace, one file a command.
//!
//! A new command is a file beside this one with a `run`, a line in [`Command`] and a line in `main`.
//! It refuses to be a library: nothing in the workspace depends on it.

#![allow(clippy::disallowed_methods, reason = "chores read the files of the repository")]

mod advisories;
mod bench;
mod ci;
mod kills;
mod program;
mod root;
mod seeds;
mod tidy;
mod unread;

use std::error::Error;
use std::path::PathBuf;
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
    /// Measures beside plain Automerge, in the same run
    Bench {
        /// Documents for finding out what changed
        #[arg(long, default_value_t = 10_000)]
        documents: usize,
        /// Entries for catching up
        #[arg(long, default_value_t = 20_000)]
        entries: usize,
    },
    /// Kills a writing node again and again: nothing acknowledged may be lost
    Kills {
        /// How many rounds
        #[arg(default_value_t = 500)]
        rounds: u32,
        /// Chooses the moments of the kills
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The program to kill [default: a release build of this tree]
        #[arg(long, value_name = "FILE")]
        tally: Option<PathBuf>,
    },
    /// Edits at a node whose output nobody reads, beside one whose output is read
    Unread {
        /// How many edits at each
        #[arg(default_value_t = 10_000)]
        edits: u32,
        /// The program to measure [default: a release build of this tree]
        #[arg(long, value_name = "FILE")]
        tally: Option<PathBuf>,
    },
    /// Checks the dependencies against the advisory database, where it can be reached
    Advisories,
    /// Runs simulated worlds, one a seed, each twice
    Seeds(seeds::Options),
}

fn main() -> ExitCode {
    let done: Result<(), Box<dyn Error>> = match Line::parse().command {
        Command::Tidy => tidy::run().map_err(Into::into),
        Command::Bench { documents, entries } => bench::run(documents, entries),
        Command::Kills { rounds, seed, tally } => kills::run(rounds, seed, tally),
        Command::Unread { edits, tally } => unread::run(edits, tally),
        Command::Ci => ci::run().map_err(Into::into),
        Command::Advisories => advisories::run().map_err(Into::into),
        Command::Seeds(options) => seeds::run(&options).map_err(Into::into),
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
