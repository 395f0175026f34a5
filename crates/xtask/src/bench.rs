//! Figures beside a peer: each is measured in the same run, on the same data, as plain Automerge doing the same job.

mod catch_up;
mod idle;
mod pair;

use std::error::Error;

/// Runs both benchmarks and prints their figures.
pub(crate) fn run(documents: usize, entries: usize) -> Result<(), Box<dyn Error>> {
    idle::run(documents)?;
    println!();
    catch_up::run(entries)
}
