//! `seeds`: many worlds, each made from its number, each checked at every step.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use tally_sim::{Faults, Plan, SeedError, SeedReport};

use crate::root;

/// Worlds at once: the machines that this runs on have two cores.
const WORKERS: u64 = 2;
/// From so many seeds on, a kind of fault that never happened is a fault of the run.
const ENOUGH: u64 = 100;
/// How often progress is printed, in seeds.
const PROGRESS: u64 = 50;

/// Which seeds to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many seeds
    #[arg(default_value_t = 100)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed alone, with its event log
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
}

/// Why the seeds did not pass.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedsError {
    /// Rules were broken; each seed has been printed.
    #[error("{0} seeds failed")]
    Failed(usize),
    /// Something was never tried.
    #[error("never happened: {}", .0.join(", "))]
    Never(Vec<String>),
    /// An event log could not be written.
    #[error("the event log {path} could not be written")]
    Log { path: PathBuf, source: std::io::Error },
}

/// Runs the seeds.
pub(crate) fn run(options: &Options) -> Result<(), SeedsError> {
    let plan = Plan::default();
    if let Some(seed) = options.seed {
        return match tally_sim::recorded(seed, plan).and_then(|_| tally_sim::run_twice(seed, plan)) {
            Ok(report) => {
                println!("{}\n{}", line(&report), report.faults);
                Ok(())
            }
            Err(error) => {
                keep(seed, &error)?;
                Err(SeedsError::Failed(1))
            }
        };
    }
    let begun = Instant::now();
    let next = AtomicU64::new(options.from);
    let end = options.from + options.seeds;
    let (tell, told) = mpsc::channel();
    let mut faults = Faults::default();
    let mut failed: Vec<u64> = Vec::new();
    let (mut done, mut commands, mut events, mut entries) = (0_u64, 0_u64, 0_u64, 0_usize);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (tell, next) = (tell.clone(), &next);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || tell.send((seed, tally_sim::run_twice(seed, plan))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        for (seed, outcome) in told {
            done += 1;
            match outcome {
                Ok(report) => {
                    commands += report.commands;
                    events += report.events;
                    entries += report.entries;
                    faults.add(&report.faults);
                }
                Err(error) => {
                    failed.push(seed);
                    keep(seed, &error)?;
                }
            }
            if done % PROGRESS == 0 {
                println!("{done} of {} seeds, {} failed, {} s", options.seeds, failed.len(), begun.elapsed().as_secs());
            }
        }
        Ok(())
    })?;
    println!(
        "{done} seeds, each run twice: {commands} commands, {entries} entries, {events} events in {} s\n{faults}",
        begun.elapsed().as_secs()
    );
    if !failed.is_empty() {
        failed.sort_unstable();
        println!("failed: {failed:?}; one alone: cargo xtask seeds --seed {}", failed[0]);
        return Err(SeedsError::Failed(failed.len()));
    }
    let never = faults.missing();
    if never.is_empty() {
        return Ok(());
    }
    if options.seeds >= ENOUGH {
        return Err(SeedsError::Never(never));
    }
    println!("too few seeds for: {}", never.join(", "));
    Ok(())
}

fn line(report: &SeedReport) -> String {
    format!(
        "seed {}: {} nodes, {} commands, {} entries, {} events, trace {:016x}",
        report.seed, report.nodes, report.commands, report.entries, report.events, report.hash
    )
}

/// Prints a failure and writes what led to it.
fn keep(seed: u64, error: &SeedError) -> Result<(), SeedsError> {
    println!("{error}");
    let SeedError::Violated { log, .. } = error else {
        return Ok(());
    };
    if log.is_empty() {
        return Ok(());
    }
    let folder = root::root().join("target/seeds");
    let path = folder.join(format!("{seed}.log"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, log.join("\n") + "\n"))
        .map_err(|source| SeedsError::Log { path: path.clone(), source })?;
    println!("  its events: {}", path.display());
    Ok(())
}
