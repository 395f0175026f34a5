//! How long a node that was away needs for many entries: verified, journalled, judged and shown.

use std::error::Error;
use std::time::Instant;

use tally_document::peer::Peer;
use tally_document::{Edit, Value};
use tally_replica::{Command, Query, QueryAnswer, Reply};

use super::pair::Pair;

/// Entries of one document: one birth and the changes after it.
const ENTRIES_EACH: usize = 10;

pub(crate) fn run(entries: usize) -> Result<(), Box<dyn Error>> {
    let mut pair = Pair::new()?;
    let documents = entries / ENTRIES_EACH;
    for number in 0..documents {
        let edits = vec![Edit::Set { field: "title".into(), value: Value::Line(format!("Topic {number}")) }];
        let create = Command::Create {
            ring: pair.ring,
            only: None,
            kind: "priority".into(),
            edits,
            overridden: [].into(),
            speaker: None,
        };
        let Reply::Created { document, .. } = pair.command(0, create)? else { return Err("nothing created".into()) };
        for change in 1..ENTRIES_EACH {
            let text = format!("{change} lessons shared across borders in topic {number}");
            let edits = vec![Edit::Set { field: "focus".into(), value: Value::Text(text) }];
            pair.command(
                0,
                Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None },
            )?;
        }
    }
    let place = tempfile::tempdir()?;
    pair.journal(1, place.path())?;
    let begun = Instant::now();
    let traffic = pair.connect()?;
    let taken = begun.elapsed();
    let Reply::Answer(answer) = pair.command(1, Command::Query(Query::Records { ring: None }))? else {
        return Err("nothing seen".into());
    };
    let QueryAnswer::Records(records) = *answer else { return Err("no records".into()) };
    let shown = begun.elapsed();
    if records.len() != documents || records.iter().any(|record| record.reading.is_none()) {
        return Err(format!("{} of {documents} records arrived", records.len()).into());
    }

    let count: usize = pair.written.values().map(Vec::len).sum();
    let begun = Instant::now();
    let mut values = 0;
    for document in pair.written.values() {
        values += Peer::of(document).ok_or("Automerge refused a change")?.values();
    }
    let peer = begun.elapsed();
    println!("{count} entries in {documents} documents, a node that holds none of them:");
    println!(
        "  tally, verified, journalled and judged {:.2} s, and shown {:.2} s ({} round trips, {} bytes)",
        taken.as_secs_f64(),
        shown.as_secs_f64(),
        traffic.round_trips,
        traffic.bytes
    );
    println!("  Automerge, the same changes unsigned in memory, {values} values read {:.2} s", peer.as_secs_f64());
    println!("  Ours is bound by Automerge applying the changes, and after that by the gate and the hashes.");
    Ok(())
}
