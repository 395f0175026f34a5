//! What is lost is said, and said until it is back.

use tally_stage::Member;

use crate::expect::{Commands as _, Ended as _};
use crate::storage::{frames, segments, take_last_frame};
use crate::world::{SEAT, World, until};

#[test]
fn an_older_copy_is_said_to_be_whole_only_once_partners_have_been_heard_from() {
    let world = World::running();
    world.priority();
    for home in world.homes() {
        assert_eq!(home.stop().expect("ends"), Some(0));
    }
    let [segment] = segments(&world.homes()[0].home().join("ring")).try_into().expect("one segment");
    take_last_frame(&segment);

    world.homes()[0].start().expect("starts");
    let alone = problems(&world.homes()[0]);
    assert!(alone.contains("none of which has been heard from yet"), "{alone}");
    assert!(!alone.contains("taken back") && !alone.contains("Nothing needs to be done"), "{alone}");

    world.homes()[1].start().expect("starts");
    world.homes()[2].start().expect("starts");
    until("it is said that all is back", || problems(&world.homes()[0]).contains("Nothing needs to be done"));
}

#[test]
fn damage_of_the_local_store_is_said_and_keeps_no_other_record_from_the_list() {
    let world = World::apart();
    let bexley = &world.homes()[0];
    bexley.tally(&["seat", "add", SEAT, "--role", "Business support", "--sector", "local_authority"]).ok();
    bexley.start().expect("starts");
    let first = local(bexley, "First");
    bexley.by(SEAT, &["record", "set", &first, "background=One."]).ok();
    bexley.by(SEAT, &["record", "set", &first, "background=Two."]).ok();
    let second = local(bexley, "Second");
    assert_eq!(bexley.stop().expect("ends"), Some(0));

    let [segment] = segments(&bexley.home().join("local/journal")).try_into().expect("one segment");
    let mut bytes = std::fs::read(&segment).expect("read");
    // The birth of the second record is last, and before it are the two changes of the first.
    let damaged = frames(&bytes).into_iter().rev().nth(2).expect("a change");
    bytes[damaged + 60] ^= 1;
    std::fs::write(&segment, bytes).expect("written");

    bexley.start().expect("starts");
    let said = problems(bexley);
    assert!(said.contains("local store is damaged in one place") && said.contains("damaged-"), "{said}");
    for arguments in [&["record", "list", "learning"][..], &["record", "list", "--local"]] {
        let records = bexley.json(arguments)["records"].clone();
        assert_eq!(records.as_array().map(Vec::len), Some(2), "{records}");
        let of = |id: &str| {
            records.as_array().into_iter().flatten().find(|record| record["id"] == id).cloned().unwrap_or_default()
        };
        assert_eq!(of(&second)["title"], "Second", "{records}");
        assert!(of(&first)["stopped"].as_str().is_some_and(|why| why.contains("damaged")), "{records}");
        assert!(bexley.tally(arguments).ok().contains("cannot be read"));
    }
    assert_eq!(bexley.stop().expect("ends"), Some(0));
}

#[test]
fn a_local_store_that_was_taken_away_is_missed() {
    let world = World::apart();
    let bexley = &world.homes()[0];
    bexley.tally(&["seat", "add", SEAT, "--role", "Business support", "--sector", "local_authority"]).ok();
    bexley.start().expect("starts");
    assert_eq!(bexley.tally(&["status"]).code, Some(0));
    assert_eq!(bexley.stop().expect("ends"), Some(0));
    for segment in segments(&bexley.home().join("local/journal")) {
        std::fs::remove_file(segment).expect("removed");
    }
    for _ in 0..2 {
        bexley.start().expect("starts");
        let said = problems(bexley);
        assert!(said.contains("local store lacks"), "{said}");
        assert_eq!(bexley.stop().expect("ends"), Some(0));
    }
}

/// A local record; gives its id.
#[track_caller]
fn local(home: &Member, title: &str) -> String {
    let title = format!("title={title}");
    let made = home.json_by(SEAT, &["record", "new", "learning", "--set", &title]);
    made["id"].as_str().expect("an id").to_owned()
}

/// What needs attention, as `status` says it.
#[track_caller]
fn problems(home: &Member) -> String {
    let ran = home.tally(&["status", "--json"]);
    assert_eq!(ran.code, Some(5), "{ran:#?}");
    ran.printed()["problems"].to_string()
}
