use serde_json::Value;
use tally_stage::Member;

use crate::expect::{Commands as _, Ended as _, tally};
use crate::world::{RING, SEAT, World, text};

#[track_caller]
fn holds(document: &Value, fields: &[&str]) {
    assert_eq!(document["schema"], 1, "{document}");
    for field in fields {
        assert!(document.get(field).is_some(), "{field} is missing: {document}");
    }
}

#[track_caller]
fn each_holds(list: &Value, fields: &[&str]) {
    let list = list.as_array().expect("a list");
    assert!(!list.is_empty(), "nothing to look at");
    for one in list {
        for field in fields {
            assert!(one.get(field).is_some(), "{field} is missing: {one}");
        }
    }
}

#[test]
fn setting_up_prints_what_is_promised() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("home");
    let file = text(bexley.passphrase());
    let made =
        tally(&["--home", &text(&other), "--json", "--passphrase-file", &file, "init", "--name", "Brent"]).json();
    holds(&made, &["member", "codes", "fingerprint", "node", "listen"]);
    let card = greenwich.json(&["card"]);
    holds(&card, &["member", "codes", "fingerprint", "addresses", "card"]);
    let card = world.paper("card", card["card"].as_str().expect("a card").to_owned());
    let proposed = bexley.json(&["--passphrase-file", &file, "ring", "propose", RING, "--with", &text(&card)]);
    holds(&proposed, &["ring", "edition", "invitation", "signed_by", "awaiting"]);
    let invitation = world.paper("invitation", proposed["invitation"].as_str().expect("a text").to_owned());
    let joined =
        greenwich.json(&["--passphrase-file", &text(greenwich.passphrase()), "ring", "join", &text(&invitation)]);
    holds(&joined, &["ring", "edition", "state", "invitation", "signed_by", "awaiting"]);
    holds(&greenwich.json(&["ring", "list"]), &["rings"]);
    holds(&greenwich.json(&["ring", "show", RING]), &["members", "edition", "state", "drafts"]);
    let seats = bexley.json(&["seat", "add", SEAT, "--role", "Business support", "--sector", "local_authority"]);
    holds(&seats, &["seats"]);
    holds(&bexley.json(&["seat", "list"]), &["seats"]);
}

#[test]
fn kinds_are_printed_without_a_node() {
    let types = tally(&["record", "types", "--json"]).json();
    each_holds(&types["types"], &["kind", "fields", "states", "born", "writers"]);
    let one = tally(&["record", "types", "priority", "--json"]).json();
    assert_eq!(one["types"].as_array().map(Vec::len), Some(1));
}

#[test]
fn records_and_the_state_of_the_node_print_what_is_promised() {
    let world = World::running();
    let (id, version) = world.priority();
    let bexley = &world.homes()[0];
    records(bexley, &id, &version);
    let status = bexley.tally(&["status", "--json"]);
    assert!(matches!(status.code, Some(0 | 5)), "{status:#?}");
    holds(
        &status.printed(),
        &["verdict", "problems", "members_connected", "members_total", "records_behind", "last_backup"],
    );
    let peers = bexley.json(&["peers"]);
    each_holds(&peers["peers"], &["member", "node", "state", "last_heard", "path", "behind", "ahead"]);
    let sync = bexley.json(&["sync"]);
    each_holds(&sync["records"], &["id", "held_by"]);
    for held in sync["records"][0]["held_by"].as_object().expect("by member").values() {
        let state = held["state"].as_str().expect("a state");
        assert!(["confirmed", "behind", "ahead", "unknown"].contains(&state), "{state}");
        assert!(held.get("at").is_some(), "{held}");
    }
    holds(&bexley.json(&["why", "Greenwich"]), &["cause", "remedy"]);
    let list = bexley.json(&["log", "list"]);
    each_holds(&list["entries"], &["entry", "kind", "sequence", "at"]);
    let entry = list["entries"][0]["entry"].as_str().expect("an id").to_owned();
    assert_eq!(bexley.json(&["log", "show", &entry])["entry"], entry.as_str());
    holds(&bexley.json(&["log", "verify"]), &["entries", "logs", "failures", "seconds"]);
    let records = bexley.json(&["record", "list"])["records"].as_array().map(Vec::len);
    assert_eq!(records, Some(2), "a priority and a lesson");
    holds(&bexley.json(&["views", "rebuild"]), &[]);
    assert_eq!(bexley.json(&["record", "list"])["records"].as_array().map(Vec::len), records);
    holds(&bexley.json(&["register"]), &["disclosures"]);
}

fn records(bexley: &Member, id: &str, version: &str) {
    let made = bexley.json_by(SEAT, &["record", "new", "learning", "--set", "title=One lesson"]);
    holds(&made, &["id", "ref", "kind", "version", "audience"]);
    let set = bexley.json_by(SEAT, &["record", "set", id, "ends=2020-10"]);
    holds(&set, &["id", "version", "joined"]);
    let moved = bexley.json_by(SEAT, &["record", "move", id, "scoped"]);
    holds(&moved, &["id", "state"]);
    assert_eq!(moved["state"], "scoped");
    let shown = bexley.json(&["record", "show", id]);
    holds(
        &shown,
        &[
            "id",
            "ref",
            "kind",
            "version",
            "audience",
            "home",
            "fields",
            "state",
            "answers",
            "joined",
            "statements",
            "agreed",
            "held_by",
            "breaches",
        ],
    );
    assert_eq!(bexley.json(&["record", "show", id, "--at", version])["version"], version);
    holds(&bexley.json(&["record", "list"]), &["records"]);
    let history = bexley.json(&["record", "history", id]);
    each_holds(&history["changes"], &["entry", "at", "member", "seat", "summary"]);
    holds(&bexley.json(&["record", "diff", id, version]), &["differences"]);
    holds(&bexley.json_by(SEAT, &["respond", id, "approve"]), &["statement", "version"]);
    let lesson = made["id"].as_str().expect("an id");
    let dry = ["share", lesson, "--in", RING, "--fields", "title", "--basis", "Learning", "--dry-run"];
    let shared = bexley.json_by(SEAT, &dry);
    holds(&shared, &["would_leave", "holders", "findings", "shared"]);
    assert_eq!(shared["shared"], Value::Null);
}

#[test]
fn a_failure_for_programs_is_a_document_on_the_standard_error() {
    let world = World::apart();
    let ran = world.homes()[0].tally(&["--json", "status"]);
    assert_eq!(ran.code, Some(3));
    let error: Value = serde_json::from_str(&ran.err).expect("a document");
    assert_eq!(error["schema"], 1);
    assert_eq!(error["error"]["code"], 3);
    assert!(ran.out.is_empty());
}

#[test]
fn results_that_are_no_terminal_have_no_colour() {
    let world = World::running();
    let status = world.homes()[0].tally(&["status"]);
    assert!(!status.out.contains('\u{1b}'), "{status:#?}");
}
