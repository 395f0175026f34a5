use crate::expect::{Commands as _, Ended as _};
use crate::world::{SEAT, World};

#[test]
fn a_node_that_is_told_to_end_ends_well_and_has_everything_when_it_is_back() {
    let world = World::running();
    let (id, _) = world.priority();
    let before = world.homes()[0].json(&["record", "show", &id]);
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    world.homes()[0].tally(&["record", "show", &id]).fails(3, &["start it with: tally run"]);
    world.homes()[0].start().expect("starts");
    let after = world.homes()[0].json(&["record", "show", &id]);
    for field in ["version", "fields", "state", "ref", "statements"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert_eq!(world.homes()[0].json(&["seat", "list"])["seats"][0]["id"], SEAT);
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let world = World::running();
    let (id, _) = world.priority();
    for n in 1..=5 {
        let text = format!("text=Note {n}.");
        world.homes()[0].by(SEAT, &["record", "add", &id, "updates", "at=2020-06", &text]).ok();
    }
    world.homes()[0].kill();
    world.homes()[0].start().expect("starts");
    let updates = world.homes()[0].json(&["record", "show", &id])["fields"]["updates"].to_string();
    for n in 1..=5 {
        assert!(updates.contains(&format!("Note {n}.")), "note {n} is lost: {updates}");
    }
}

#[test]
fn a_home_is_opened_by_one_node_only() {
    let world = World::apart();
    world.homes()[0].start().expect("starts");
    world.homes()[0].tally(&["run", "--listen", "/ip4/127.0.0.1/tcp/0"]).fails(1, &["run"]);
    let still = world.homes()[0].tally(&["status", "--json"]);
    assert!(matches!(still.code, Some(0 | 5)), "the first was disturbed: {still:#?}");
}

#[test]
fn a_home_of_a_newer_version_is_left_alone() {
    let world = World::apart();
    let format = world.homes()[0].home().join("format");
    std::fs::write(&format, "99\n").expect("written");
    for command in [vec!["status"], vec!["run"], vec!["card"]] {
        world.homes()[0].tally(&command).fails(1, &["newer version"]);
    }
    assert_eq!(std::fs::read_to_string(&format).expect("read"), "99\n");
}
