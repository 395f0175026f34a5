//! The power goes between the register's line and the ring's entry: the register says afterwards what became of it.
//!
//! Each test makes on disk what a kill leaves there, at exactly the moment that is meant, and starts the node on it.

use std::time::SystemTime;

use serde_json::Value;
use tally_control::LogList;
use tally_entry::Time;
use tally_sovereign::{Destination, Holder, SovereignFolder, SovereignKey, open_folder};
use tally_stage::Member;

use crate::expect::Commands as _;
use crate::storage::{segments, take_last_frame};
use crate::world::{RING, SEAT, World, until};

const BASIS: &str = "Learning across the three boroughs";

#[test]
fn words_whose_entry_was_not_written_before_the_kill_are_said_not_to_have_left() {
    let world = World::running();
    let bexley = &world.homes()[0];
    // An earlier one, of the same kind for the same members, that must not be taken for it.
    let (_, earlier) = share(bexley, "First");
    let local = learning(bexley, "Second");
    world.together();
    let destination = destination(bexley, &earlier);
    assert_eq!(bexley.stop().expect("ends"), Some(0));
    let mut store = store(bexley);
    let id = local.parse().expect("an id");
    let preview = store.prepare(id, destination, &["title".to_owned()], BASIS, SEAT).expect("read").expect("may leave");
    store.intend(preview.release(None).expect("nothing found"), now()).expect("written");
    drop(store);

    bexley.start().expect("starts");
    let lines = settled(bexley);
    assert_eq!(states(&lines), ["done", "not_sent"], "{lines:#?}");
    assert_eq!((&lines[1]["local"], &lines[1]["shared"]), (&local.into(), &Value::Null));
    world.together();
    for home in world.homes() {
        let records = home.json(&["record", "list", "--in", RING])["records"].clone();
        assert_eq!(records.as_array().map(Vec::len), Some(1), "{records}");
    }
}

#[test]
fn words_whose_entry_was_written_before_the_kill_are_said_to_have_left() {
    let world = World::running();
    let bexley = &world.homes()[0];
    share(bexley, "First");
    let (local, shared) = share(bexley, "Second");
    world.together();
    assert_eq!(bexley.stop().expect("ends"), Some(0));
    // What became of the second is the last that the local store was told.
    let segment = segments(&bexley.home().join("local/journal")).pop().expect("a segment");
    take_last_frame(&segment);
    assert_eq!(store(bexley).register().unsettled().count(), 1, "no line is open");

    bexley.start().expect("starts");
    let lines = settled(bexley);
    assert_eq!(states(&lines), ["done", "done"], "{lines:#?}");
    assert_eq!((&lines[1]["local"], &lines[1]["shared"]), (&local.into(), &shared.into()));
}

/// A local record that may be shared; gives its id.
#[track_caller]
fn learning(home: &Member, title: &str) -> String {
    let made = home.json_by(SEAT, &["record", "new", "learning", "--set", &format!("title={title}")]);
    made["id"].as_str().expect("an id").to_owned()
}

/// Shares a new local record; gives its id and that of the shared one.
#[track_caller]
fn share(home: &Member, title: &str) -> (String, String) {
    let local = learning(home, title);
    let shared = home.json_by(SEAT, &["share", &local, "--in", RING, "--fields", "title", "--basis", BASIS]);
    (local, shared["shared"]["id"].as_str().expect("shared").to_owned())
}

/// Where a record of the ring went, as the door names it.
fn destination(home: &Member, shared: &str) -> Destination {
    let audience = home.json(&["record", "show", shared])["audience"].clone();
    let ring = audience["ring_id"].as_str().expect("a ring").parse().expect("an id");
    let logs = home.ask(None, &LogList {}).expect("answered").logs;
    let audience = logs[0].audience.parse().expect("an id");
    let members = home.json(&["ring", "show", RING])["members"].clone();
    let holders = members.as_array().expect("members").iter().filter(|member| member["name"] != home.name());
    let holders = holders
        .map(|member| Holder {
            member: member["member"].as_str().expect("an id").parse().expect("an id"),
            name: member["name"].as_str().expect("a name").to_owned(),
        })
        .collect();
    Destination { ring, ring_name: RING.to_owned(), audience, holders }
}

/// The sovereign store of a home from which no node runs.
fn store(home: &Member) -> SovereignFolder {
    let key = SovereignKey::open(&home.home().join("local.key")).expect("a key");
    open_folder(&home.home().join("local"), &key).expect("opens").0
}

/// The register once no line is open: a node that starts settles it beside its first work.
#[track_caller]
fn settled(home: &Member) -> Vec<Value> {
    let read = || home.json(&["register"])["disclosures"].as_array().expect("a list").clone();
    until("no line of the register is open", || !states(&read()).contains(&"intended"));
    read()
}

fn states(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["state"].as_str()).collect()
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    Time(i64::try_from(since.as_millis()).expect("a time"))
}
