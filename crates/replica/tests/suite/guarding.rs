//! Nothing is signed into a ring that the guard has not read.

use std::collections::BTreeSet;

use tally_document::{Edit, Value};
use tally_entry::DocumentId;
use tally_guard::{FindingDigest, Stopped};
use tally_replica::{Command, Refused, Reply, Speaker};

use crate::network::Network;

fn focus(text: &str) -> Vec<Edit> {
    vec![Edit::Set { field: "focus".into(), value: Value::Text(text.into()) }]
}

fn edit(document: DocumentId, edits: Vec<Edit>, overridden: BTreeSet<FindingDigest>) -> Command {
    Command::Edit { document, edits, base: None, reason: None, overridden, speaker: None }
}

fn state(document: DocumentId, note: &str, seat: &str) -> Command {
    Command::State {
        document,
        version: None,
        word: "comment".into(),
        note: Some(note.into()),
        authority: None,
        overridden: BTreeSet::new(),
        speaker: Speaker { seat: seat.into(), ..Speaker::default() },
    }
}

/// Gives a command that the guard stops, and checks that nothing was written.
fn stopped(network: &mut Network, command: Command) -> Stopped {
    let written = network.journals[0].len();
    let refused = network.command(0, command).expect_err("stopped");
    assert_eq!(network.journals[0].len(), written);
    match refused {
        Refused::Guard(stopped) => stopped,
        other => panic!("{other:?}"),
    }
}

fn digests(stopped: &Stopped) -> BTreeSet<FindingDigest> {
    stopped.findings.iter().map(|finding| finding.digest).collect()
}

#[test]
fn an_identifier_split_over_two_edits_is_found_at_the_second() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("for 943 476".into()));
    let found = stopped(&mut network, edit(document, focus("for 943 476 5919"), BTreeSet::new()));
    assert_eq!(found.findings[0].places, ["focus"]);
    assert!(!found.to_string().contains("5919"), "masked: {found}");
}

#[test]
fn an_identifier_split_over_two_fields_is_found() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("for 943 476".into()));
    let source = vec![Edit::Set { field: "source".into(), value: Value::Line("5919 as noted".into()) }];
    let found = stopped(&mut network, edit(document, source, BTreeSet::new()));
    assert_eq!(found.findings[0].places.len(), 2, "{found}");
}

#[test]
fn an_identifier_split_over_two_statements_is_found() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.command(0, state(document, "for 943 476", "council")).expect("said");
    let found = stopped(&mut network, state(document, "5919 as noted", "council"));
    assert_eq!(found.findings[0].places, ["an earlier statement/1/note", "note"]);
}

#[test]
fn an_identifier_split_over_a_field_and_a_statement_is_found_whichever_is_first() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("for 943 476".into()));
    let found = stopped(&mut network, state(document, "5919 as noted", "council"));
    assert_eq!(found.findings[0].places, ["focus", "note"]);
    network.command(0, state(document, "so 0123 456", "council")).expect("said");
    let other = network.create(0, "Exploitation");
    network.command(0, state(other, "5919 as noted", "council")).expect("said");
    stopped(&mut network, edit(other, focus("for 943 476"), BTreeSet::new()));
}

#[test]
fn what_others_said_stops_no_word_of_ours() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    network.command(1, state(document, "for 943 476", "council")).expect("said");
    network.command(0, state(document, "5919 as noted", "council")).expect("said");
}

#[test]
fn a_change_that_was_stopped_leaves_the_record_as_it_was() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("one lesson".into()));
    let before = network.record(0, document);
    stopped(&mut network, edit(document, focus("one lesson for 943 476 5919"), BTreeSet::new()));
    assert_eq!(format!("{before:?}"), format!("{:?}", network.record(0, document)));
    network.set(0, document, "focus", Value::Text("one lesson a term".into()));
    network.set(1, document, "source", Value::Line("the minutes".into()));
    let reading = network.agreed(document).reading.expect("known");
    assert_eq!(reading.fields["focus"], Value::Text("one lesson a term".into()));
    assert_eq!(reading.fields["source"], Value::Line("the minutes".into()));
}

#[test]
fn what_one_edit_adds_and_another_takes_away_is_read_because_it_is_signed() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    let text = |text: &str| ("text".to_owned(), Value::Text(text.into()));
    let add = Edit::AddLine { field: "updates".into(), values: [text("at work")].into_iter().collect(), after: None };
    network.command(0, edit(document, vec![add], BTreeSet::new())).expect("added");
    let reading = network.record(0, document).reading.expect("read");
    let line = reading.lines["updates"][0].clone();
    let value = Value::Text("about 943 476 5919".into());
    let set = Edit::SetLine { field: "updates".into(), line: line.clone(), name: "text".into(), value };
    let remove = Edit::RemoveLine { field: "updates".into(), line };
    stopped(&mut network, edit(document, vec![set, remove], BTreeSet::new()));
}

#[test]
fn a_new_record_and_all_that_is_said_beside_one_are_read() {
    let mut network = Network::new();
    let ring = network.ring();
    let (kind, only, overridden) = ("priority".to_owned(), None, BTreeSet::new());
    let begin = Command::Create { ring, only, kind, edits: focus("943 476 5919"), overridden, speaker: None };
    stopped(&mut network, begin);
    let document = network.create(0, "Adolescent vulnerability");
    stopped(&mut network, state(document, "ask 943 476 5919", "council"));
    stopped(&mut network, state(document, "agreed", "sam@example.org"));
    let reason = Some("as sam@example.org asked".to_owned());
    let edits = focus("one lesson");
    let (base, overridden, speaker) = (None, BTreeSet::new(), None);
    stopped(&mut network, Command::Edit { document, edits, base, reason, overridden, speaker });
}

#[test]
fn a_seat_lets_through_what_it_names_and_that_does_not_stop_later_acts() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let found = stopped(&mut network, edit(document, focus("ask sam@example.org"), BTreeSet::new()));
    let reply = network.command(0, edit(document, focus("ask sam@example.org"), digests(&found)));
    assert!(matches!(reply, Ok(Reply::Edited { .. })), "{reply:?}");
    network.set(0, document, "source", Value::Line("the strategy".into()));
    network.set(1, document, "source", Value::Line("the minutes".into()));
    let another = stopped(&mut network, edit(document, focus("ask sam@example.org or 943 476 5919"), digests(&found)));
    assert_eq!(another.findings.len(), 1);
}

#[test]
fn what_a_seat_let_through_is_written_again_after_a_restore() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let image = network.journals[0].clone();
    network.create(0, "Kept by partners");
    network.restart(0, image);
    let found = stopped(&mut network, edit(document, focus("ask sam@example.org"), BTreeSet::new()));
    network.command(0, edit(document, focus("ask sam@example.org"), digests(&found))).expect("edited");
    network.connect_all();
    network.pass(31_000);
    network.pass(31_000);
    let reading = network.agreed(document).reading.expect("known");
    assert_eq!(reading.fields["focus"], Value::Text("ask sam@example.org".into()));
}
