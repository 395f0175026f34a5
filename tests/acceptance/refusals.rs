use crate::expect::{Commands as _, Ended as _, tally};
use crate::world::{RING, SEAT, World};

#[test]
fn a_node_that_does_not_run_is_said_with_the_command_that_starts_it() {
    let world = World::apart();
    for command in [vec!["status"], vec!["record", "list"], vec!["peers"], vec!["log", "verify"]] {
        world.homes()[0].tally(&command).fails(3, &["start it with: tally run"]);
    }
}

#[test]
fn a_command_line_that_is_not_understood_ends_with_2() {
    for line in [
        vec!["dance"],
        vec![],
        vec!["record", "set", "TB-P1"],
        vec!["record", "set", "TB-P1", "focus"],
        vec!["--timeout", "soon", "status"],
    ] {
        assert_eq!(tally(&line).code, Some(2), "{line:?}");
    }
}

#[test]
fn help_is_no_error() {
    let help = tally(&["record", "settle", "--help"]).ok();
    assert!(help.contains("Settle a field that has several answers"), "{help}");
}

#[test]
fn there_is_no_home_where_none_was_made() {
    tally(&["--home", "/nonexistent/home", "status"]).fails(1, &["home", "tally init"]);
}

#[test]
fn what_a_record_cannot_take_is_refused_with_what_it_can() {
    let world = World::running();
    let (id, _) = world.priority();
    let bexley = &world.homes()[0];
    bexley.by(SEAT, &["record", "set", &id, "colour=red"]).fails_either(&["colour", "focus"]);
    bexley.by(SEAT, &["record", "set", &id, "statutory_aspect=weather"]).fails_either(&["weather", "local_reviews"]);
    bexley.by(SEAT, &["record", "move", &id, "concluded"]).fails(1, &["scoped", "stopped"]);
    let unknown = "ab".repeat(32);
    bexley.by(SEAT, &["record", "set", &id, "--base", &unknown, "ends=2020"]).fails(1, &["version"]);
    bexley.by(SEAT, &["record", "new", "weather"]).fails_either(&["weather", "priority"]);
    bexley.by(SEAT, &["respond", &id, "applaud"]).fails_either(&["applaud", "approve"]);
    bexley.tally(&["record", "show", "TB-P99"]).fails(1, &["TB-P99"]);
    let unfit = bexley.by(SEAT, &["record", "set", &id, "ends=soon"]);
    unfit.fails_either(&["ends"]);
    assert_eq!(bexley.json(&["log", "list"])["entries"].as_array().map(Vec::len), Some(1), "a refusal wrote something");
}

#[test]
fn whoever_has_no_seat_cannot_speak_for_one() {
    let world = World::running();
    let (id, _) = world.priority();
    let bexley = &world.homes()[0];
    bexley.tally(&["respond", &id, "approve"]).fails(4, &["seat", "--as"]);
    bexley.by("nobody", &["respond", &id, "approve"]).fails(4, &["nobody", "seat"]);
}

#[test]
fn another_members_finding_is_answered_and_not_edited() {
    let world = World::running();
    let [bexley, greenwich, _] = world.homes();
    let made = bexley.json_by(SEAT, &["record", "new", "scrutiny", "--set", "title=Look at the Hub"]);
    let local = made["id"].as_str().expect("an id").to_owned();
    let shared =
        bexley.json_by(SEAT, &["share", &local, "--in", RING, "--fields", "title", "--basis", "Peer scrutiny"]);
    let id = shared["shared"]["id"].as_str().expect("shared").to_owned();
    bexley.tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
    greenwich.by(SEAT, &["record", "set", &id, "title=Never looked"]).fails(4, &["Bexley", "respond"]);
    assert_eq!(bexley.json(&["record", "show", &id])["fields"]["title"], "Look at the Hub");
}

#[test]
fn a_list_of_young_people_stops_at_the_guard() {
    let world = World::running();
    let bexley = &world.homes()[0];
    let words = "background=Quillfeather Nonesuch, NHS number 943 476 5919";
    let made = bexley.json_by(SEAT, &["record", "new", "learning", "--set", "title=List", "--set", words]);
    let id = made["id"].as_str().expect("an id").to_owned();
    let ran = bexley.by(SEAT, &["share", &id, "--in", RING, "--fields", "title,background", "--basis", "Learning"]);
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    assert!(ran.err.contains("guard") || ran.err.contains("NHS"), "{ran:#?}");
    assert!(!ran.err.contains("943 476 5919"), "the number is shown: {ran:#?}");
    assert_eq!(bexley.json(&["sync"])["records"], serde_json::json!([]));
}

#[test]
fn the_guard_reads_every_word_that_leaves_with_a_statement() {
    let world = World::running();
    let (id, _) = world.priority();
    let bexley = &world.homes()[0];
    for words in [["--authority", "minute 943 476 5919"], ["--note", "about 943.476.5919"]] {
        bexley.by(SEAT, &[&["respond", &id, "approve"][..], &words].concat()).fails(1, &["guard"]);
    }
    for seat in [["943-476-5919", "Reviewer"], ["reviewer", "NHS 943 476 5919"]] {
        bexley.tally(&["seat", "add", seat[0], "--role", seat[1], "--sector", "health"]).fails(1, &["guard"]);
    }
    assert_eq!(bexley.json(&["record", "show", &id])["statements"], serde_json::json!([]));
}

#[test]
fn of_two_answers_by_one_member_neither_is_kept_by_its_name() {
    let world = World::running();
    let (id, version) = world.priority();
    let bexley = &world.homes()[0];
    bexley.by(SEAT, &["record", "set", &id, "number=5"]).ok();
    bexley.by(SEAT, &["record", "set", &id, "number=9", "--base", &version]).ok();
    bexley.by(SEAT, &["record", "settle", &id, "number", "--keep", "Bexley"]).fails(1, &["2 answers", "--set"]);
    bexley.by(SEAT, &["record", "settle", &id, "number", "--set", "9"]).ok();
    assert_eq!(bexley.json(&["record", "show", &id])["fields"]["number"], 9);
}
