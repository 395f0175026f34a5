use std::panic::{AssertUnwindSafe, catch_unwind};

use tally_replica::Command;

use crate::fault::Faults;
use crate::member::FoundingError;
use crate::plan::Plan;
use crate::violation::Violation;
use crate::world::{Happening, Purpose, World};

/// How long a world may take over its commands, in milliseconds of its own time: an hour.
const LONGEST: i64 = 3_600_000;

/// What a seed came to.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// What makes the same world again.
    pub seed: u64,
    /// How many nodes it had.
    pub nodes: usize,
    /// How many commands were given.
    pub commands: u64,
    /// How many events happened.
    pub events: u64,
    /// How many entries were written.
    pub entries: usize,
    /// Tells two different runs apart.
    pub hash: u64,
    /// What went wrong on purpose.
    pub faults: Faults,
}

/// A seed that found something.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Something happened that must never be.
    #[error("seed {seed} after {milliseconds} ms and {events} events: {violation}")]
    Violated {
        /// What makes the same world again.
        seed: u64,
        /// The world's time since its start.
        milliseconds: i64,
        /// Events until then.
        events: u64,
        /// The rule that was broken, with the facts.
        violation: Box<Violation>,
        /// Everything that happened, where it was recorded.
        log: Vec<String>,
    },
    /// Two runs of one seed went different ways.
    #[error("seed {seed} does not repeat itself: {first:016x} and {second:016x}")]
    NotDeterministic {
        /// What makes the same world again.
        seed: u64,
        /// What the first run came to, as one number.
        first: u64,
        /// What the second run came to.
        second: u64,
    },
    /// The world could not begin.
    #[error("seed {seed} could not begin")]
    Founding {
        /// What makes the same world again.
        seed: u64,
        /// What the founding met.
        source: FoundingError,
    },
}

/// Runs one seed to its end.
///
/// # Errors
/// With the first rule that was broken.
pub fn run(seed: u64, plan: Plan) -> Result<SeedReport, SeedError> {
    live(seed, plan, false)
}

/// Runs one seed twice, and once more with its log where it fails.
///
/// # Errors
/// With the first rule that was broken and everything that led to it, or when the runs differ.
pub fn run_twice(seed: u64, plan: Plan) -> Result<SeedReport, SeedError> {
    let (first, second) = match (run(seed, plan), run(seed, plan)) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => return Err(recorded(seed, plan).err().unwrap_or(error)),
    };
    if first.hash == second.hash {
        Ok(first)
    } else {
        Err(SeedError::NotDeterministic { seed, first: first.hash, second: second.hash })
    }
}

/// Runs one seed and keeps its log for whoever wants to read why it failed.
///
/// # Errors
/// As [`run`], with the log.
pub fn recorded(seed: u64, plan: Plan) -> Result<SeedReport, SeedError> {
    live(seed, plan, true)
}

fn live(seed: u64, plan: Plan, record: bool) -> Result<SeedReport, SeedError> {
    let mut world = World::new(seed, plan, record).map_err(|source| SeedError::Founding { seed, source })?;
    let ended = catch_unwind(AssertUnwindSafe(|| whole(&mut world)));
    let violation = match ended {
        Ok(Ok(())) => {
            return Ok(SeedReport {
                seed,
                nodes: world.machines.len(),
                commands: world.commands,
                events: world.recording.events,
                entries: world.checker.entries.len(),
                hash: world.recording.hash(),
                faults: world.faults,
            });
        }
        Ok(Err(violation)) => violation,
        Err(panic) => Violation::Panic(
            panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
                .unwrap_or_default(),
        ),
    };
    Err(SeedError::Violated {
        seed,
        milliseconds: world.now.0 - crate::member::START.0,
        events: world.recording.events,
        violation: Box::new(violation),
        log: world.recording.into_lines(),
    })
}

fn whole(world: &mut World) -> Result<(), Violation> {
    begin(world)?;
    world.soon(0, Happening::Act);
    world.soon(2_000, Happening::Chaos);
    world.soon(5_000, Happening::Lie);
    let latest = world.now.plus(LONGEST);
    while world.commands < world.plan.commands && world.now < latest {
        let next = world.now.plus(1_000);
        world.run_until(next)?;
    }
    world.heal()
}

/// Every node takes an invitation, one of them with every signature; then they meet.
fn begin(world: &mut World) -> Result<(), Violation> {
    let count = world.machines.len();
    let whole = world.random.index(count);
    for a in 0..count {
        for b in a + 1..count {
            world.network.set(a, b, false);
        }
    }
    for node in 0..count {
        world.start(node)?;
        let signers = if node == whole { count } else { 1 + world.random.index(count) };
        let invitation =
            world.members.invitation(signers).map_err(|why| Violation::Start { node, why: why.to_string() })?;
        world.command(node, Box::new(Command::Take(Box::new(invitation))), Purpose::Take)?;
    }
    let taken = world.now.plus(200);
    world.run_until(taken)?;
    world.heal_ways()?;
    let met = world.now.plus(2_000);
    world.run_until(met)
}
