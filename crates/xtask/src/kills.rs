//! Kills a writing node again and again, and looks for what it had acknowledged.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tally_control::{LogList, Logs, RecordNew, RecordSet};
use tally_stage::{Member, Stage, StageError, until};

use crate::program;

/// How long a node may take to answer: far longer than it ever needed on two busy cores.
const PATIENCE: Duration = Duration::from_secs(60);
/// After how many rounds everything acknowledged so far is looked for, not only the last round's.
const WHOLE_EVERY: u32 = 25;
/// The ring of the two.
const RING: &str = "Two boroughs";

type Done<T> = Result<T, Box<dyn Error>>;

/// Runs so many rounds with this program, or with a release build of this tree.
pub(crate) fn run(rounds: u32, seed: u64, tally: Option<PathBuf>) -> Done<()> {
    let mut stage = Stage::new(program::given_or_built(tally)?)?;
    stage.add("Bexley", &["E09000004"])?;
    stage.add("Greenwich", &["E09000011"])?;
    stage.found(RING, "")?;
    let [writer, partner] = stage.members() else { return Err("there are not two members".into()) };
    partner.start()?;
    let mut random = Random(seed | 1);
    let mut acknowledged = BTreeSet::new();
    let (mut ends_in_write, mut record) = (0, None);
    let begun = Instant::now();
    for round in 1..=rounds {
        writer.start()?;
        let known = record.clone();
        let pause = Duration::from_millis(random.below(120));
        let (process, unanswered, heard) = thread::scope(|scope| -> Done<_> {
            let (told, hears) = mpsc::channel();
            let scribe = scope.spawn(move || write(writer, round, known, &told));
            let first = hears.recv_timeout(PATIENCE)?;
            thread::sleep(pause);
            let process = writer.process();
            writer.kill();
            let unanswered = scribe.join().map_err(|_| "the writing thread panicked")?;
            Ok((process, unanswered, std::iter::once(first).chain(hears.try_iter()).collect::<Vec<_>>()))
        })?;
        ends_in_write += u32::from(unanswered);
        record = heard.first().map(|(record, _)| record.clone());
        let written: BTreeSet<String> = heard.into_iter().map(|(_, entry)| entry).collect();
        writer.start()?;
        acknowledged.extend(written.iter().cloned());
        let wanted = if round % WHOLE_EVERY == 0 || round == rounds { &acknowledged } else { &written };
        let held = held(writer)?;
        let lost: Vec<_> = wanted.difference(&held.entries).collect();
        if !lost.is_empty() {
            return Err(format!("round {round} (process {process:?}): acknowledged and gone: {lost:?}").into());
        }
        if held.frozen || held.incarnations > 2 {
            return Err(format!("round {round}: a log forked or was restored").into());
        }
        writer.stop()?;
        if round % WHOLE_EVERY == 0 || round == rounds {
            println!(
                "{round} of {rounds} rounds: {} entries acknowledged, none lost, {ends_in_write} kills in mid-write, {:.0} s",
                acknowledged.len(),
                begun.elapsed().as_secs_f64()
            );
        }
    }
    writer.start()?;
    meet(writer, partner)?;
    println!("both nodes hold the same {} entries and more, and no log forked", acknowledged.len());
    if ends_in_write == 0 {
        return Err("no kill ever came in mid-write: the rounds prove nothing".into());
    }
    for member in stage.members() {
        member.stop()?;
    }
    Ok(())
}

/// Writes until the node is gone; says whether a request was under way when it went.
fn write(member: &Member, round: u32, record: Option<String>, told: &mpsc::Sender<(String, String)>) -> bool {
    let mut record = record;
    for number in 0_u32.. {
        let made = match (&record, number % 8) {
            (Some(id), 1..) => member.ask(
                None,
                &RecordSet {
                    id: id.clone(),
                    set: vec![("focus".into(), format!("round {round} words {number}"))],
                    base: None,
                    reason: None,
                },
            ),
            _ => member.ask(
                None,
                &RecordNew {
                    kind: "priority".into(),
                    ring: Some(RING.into()),
                    only: Vec::new(),
                    set: vec![("title".into(), format!("Round {round}, number {number}"))],
                },
            ),
        };
        let Ok(made) = made else { return true };
        record = Some(made.id.clone());
        let Some(entry) = made.entry else { return false };
        if told.send((made.id, entry)).is_err() {
            return false;
        }
    }
    false
}

struct LogsHeld {
    entries: BTreeSet<String>,
    frozen: bool,
    incarnations: usize,
}

fn held(member: &Member) -> Result<LogsHeld, StageError> {
    let Logs { logs, entries } = member.ask(None, &LogList {})?;
    Ok(LogsHeld {
        entries: entries.into_iter().filter(|entry| !entry.aside).map(|entry| entry.entry).collect(),
        frozen: logs.iter().any(|log| log.frozen_after.is_some()),
        incarnations: logs.len(),
    })
}

/// Waits until both hold the same entries.
fn meet(one: &Member, other: &Member) -> Result<(), StageError> {
    until("both hold the same entries", PATIENCE, || Ok((held(one)?.entries == held(other)?.entries).then_some(())))
}

/// A small seeded generator (xorshift), enough to choose moments.
struct Random(u64);

impl Random {
    const fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}
