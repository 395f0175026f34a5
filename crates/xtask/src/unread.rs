//! Edits at a node whose output nobody reads, beside one whose output is read, in one run.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tally_control::{RecordNew, RecordSet};
use tally_stage::{Member, Stage};

use crate::program;

/// Edits in a row at one node before it is the other's turn: what else the machine does falls on both alike.
const TURN: u32 = 100;
/// How much slower the unread node may be. They differ by some hundredths; a node that waits for its reader stops.
const SLOWER_MAX: f64 = 1.25;
/// The ring of the two.
const RING: &str = "Two boroughs";

/// Makes so many edits of one record at each node.
pub(crate) fn run(edits: u32, tally: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut stage = Stage::new(program::given_or_built(tally)?)?;
    stage.add("Bexley", &["E09000004"])?;
    stage.add("Greenwich", &["E09000011"])?;
    stage.found(RING, "")?;
    let [read, unread] = stage.members() else { return Err("there are not two members".into()) };
    unread.leave_unread();
    let mut nodes = Vec::new();
    for member in [read, unread] {
        member.start()?;
        nodes.push((member, begin(member)?, Duration::ZERO));
    }
    let mut made = 0;
    while made < edits {
        let turn = TURN.min(edits - made);
        for (member, record, took) in &mut nodes {
            let begun = Instant::now();
            for number in made..made + turn {
                edit(member, record, number)?;
            }
            *took += begun.elapsed();
        }
        made += turn;
        if made.is_multiple_of(1_000) || made == edits {
            let took: Vec<String> = nodes.iter().map(|(_, _, took)| format!("{:.1} s", took.as_secs_f64())).collect();
            println!("{made} edits each: {}", took.join(" with a reader, ") + " without");
        }
    }
    let [with, without] = nodes.iter().map(|(_, _, took)| took.as_secs_f64()).collect::<Vec<_>>()[..] else {
        return Err("there are not two nodes".into());
    };
    for member in [read, unread] {
        member.stop()?;
    }
    let slower = without / with;
    println!("without a reader it took {slower:.2} times as long as with one");
    if slower > SLOWER_MAX { Err("the node waits for whoever reads its output".into()) } else { Ok(()) }
}

fn begin(member: &Member) -> Result<String, Box<dyn Error>> {
    let title = format!("A record of {}", member.name());
    let set = vec![("title".into(), title)];
    let new = RecordNew { kind: "priority".into(), ring: Some(RING.into()), only: Vec::new(), set };
    Ok(member.ask(None, &new)?.id)
}

fn edit(member: &Member, record: &str, number: u32) -> Result<(), Box<dyn Error>> {
    let set = vec![("source".into(), format!("words of edit {number}"))];
    let made = member.ask(None, &RecordSet { id: record.to_owned(), set, base: None, reason: None })?;
    if made.entry.is_none() {
        Err(format!("edit {number} of {} was not written", member.name()).into())
    } else {
        Ok(())
    }
}
