use serde_json::Value;

use crate::expect::{Commands as _, Ended as _};
use crate::world::{RING, SEAT, World, until};

/// What must be the same wherever a record is read.
fn essence(record: &Value) -> Value {
    let mut statements = record["statements"].as_array().cloned().unwrap_or_default();
    statements.sort_by_key(|one| one["statement"].to_string());
    serde_json::json!({
        "version": record["version"], "fields": record["fields"], "answers": record["answers"],
        "state": record["state"], "joined": record["joined"], "statements": statements,
    })
}

#[test]
fn what_two_wrote_while_cut_off_is_the_same_on_all_three() {
    let world = World::running();
    let [bexley, greenwich, lewisham] = world.homes();
    let (id, base) = world.priority();

    world.stage.cut_off(greenwich);
    until("Bexley notices", || bexley.json(&["peers"])["peers"].to_string().contains("unreachable"));
    bexley
        .json_by(SEAT, &["record", "set", &id, "focus=One checked lesson from each area twice a year", "ends=2020-10"]);
    greenwich.json_by(SEAT, &["record", "set", &id, "ends=2020-12"]);
    // An edit that was begun before the one just made, and saved after it.
    let older = greenwich.json_by(
        SEAT,
        &["record", "set", &id, "--base", &base, "focus=One lesson from each area outside the home twice a year"],
    );
    assert_ne!(older["version"], base.as_str());
    lewisham.json_by(SEAT, &["respond", &id, "comment", "--note", "Seen while one was away."]);
    bexley.json_by(SEAT, &["record", "add", &id, "updates", "at=2020-03", "text=Cut off, and going on."]);

    world.stage.reconnect(greenwich);
    for home in world.homes() {
        home.tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
    }
    world.together();

    let read = essence(&bexley.json(&["record", "show", &id]));
    assert_eq!(read, essence(&greenwich.json(&["record", "show", &id])));
    assert_eq!(read, essence(&lewisham.json(&["record", "show", &id])));
    let focus = read["fields"]["focus"].as_str().expect("a text");
    assert!(focus.contains("checked") && focus.contains("outside the home"), "{focus}");
    assert_eq!(read["answers"]["ends"].as_array().map(Vec::len), Some(2), "{read}");
    assert_eq!(read["statements"].as_array().map(Vec::len), Some(1), "{read}");

    let counts: Vec<Value> =
        world.homes().iter().map(|home| home.json(&["log", "verify"])["entries"].clone()).collect();
    assert!(counts.iter().all(|count| *count == counts[0] && *count != 0), "{counts:?}");

    let text = bexley.tally(&["record", "show", &id]).ok();
    assert!(text.contains("Bexley: 2020-10") && text.contains("Greenwich: 2020-12"), "not side by side: {text}");
    bexley.by(SEAT, &["record", "settle", &id, "ends", "--keep", "Greenwich"]).ok();
    bexley.tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
    assert_eq!(lewisham.json(&["record", "show", &id])["fields"]["ends"], "2020-12");
}

#[test]
fn one_later_word_shows_as_changed_since_it_was_agreed() {
    let world = World::running();
    let (id, _) = world.priority();
    for home in world.homes() {
        home.by(SEAT, &["respond", &id, "approve"]).ok();
    }
    world.together();
    let [bexley, greenwich, _] = world.homes();
    assert_eq!(bexley.json(&["record", "show", &id])["agreed"]["changed_since"], false);
    greenwich.by(SEAT, &["record", "set", &id, "focus=One lesson from each area twice each year"]).ok();
    world.together();
    let text = bexley.tally(&["record", "show", &id]).ok();
    assert!(text.contains("changed since it was agreed"), "{text}");
    assert!(text.contains("twice [-a-] [+each+] year"), "the word is not shown: {text}");
}

#[test]
fn a_record_for_one_other_arrives_at_once_and_nobody_else_is_waited_for() {
    let world = World::running();
    world.priority();
    let [bexley, greenwich, _] = world.homes();
    let made =
        bexley.json_by(SEAT, &["record", "new", "priority", "--in", RING, "--only", "Greenwich", "--set", "title=Two"]);
    let id = made["id"].as_str().expect("an id");
    let begun = std::time::Instant::now();
    until("the other has it", || greenwich.tally(&["record", "show", id]).code == Some(0));
    // A hello that is due comes after half a minute; news comes by itself.
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "it took {:?}", begun.elapsed());
    bexley.tally(&["sync", "--wait", "--to", "Lewisham"]).ok();
    bexley.tally(&["sync", "--wait", "--copies", "3"]).ok();
}

#[test]
fn a_target_that_is_not_met_is_no_success() {
    let world = World::running();
    let (id, _) = world.priority();
    world.homes()[2].kill();
    let bexley = &world.homes()[0];
    bexley.by(SEAT, &["record", "set", &id, "ends=2020-10"]).ok();
    let waited = bexley.tally(&["sync", &id, "--wait", "--copies", "3", "--timeout", "1"]);
    assert_eq!(waited.code, Some(7), "{waited:#?}");
    let asked = bexley.tally(&["sync", &id, "--to", "Lewisham"]);
    assert_eq!(asked.code, Some(8), "{asked:#?}");
    bexley.tally(&["sync", &id, "--wait", "--copies", "2"]).ok();
}
