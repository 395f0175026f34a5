use std::collections::BTreeMap;

use tally_document::{Actor, ChangeHash};

use super::*;
use crate::kinds::{LEARNING, PRIORITY};

fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

fn line(field: &str, text: &str) -> Edit {
    set(field, Value::Line(text.to_owned()))
}

fn begun(edits: &[Edit], field: &str) -> Option<Value> {
    edits.iter().find_map(|edit| match edit {
        Edit::Set { field: name, value } if name == field => Some(value.clone()),
        _ => None,
    })
}

fn word(text: &str) -> Option<Value> {
    Some(Value::Word(text.to_owned()))
}

#[test]
fn a_record_begins_with_its_reference_first_state_and_marks() {
    let edits = begin(&PRIORITY, &[line("short_title", "Hub")], &reference("TB-P2"), Origin::Ring).unwrap();
    assert_eq!(begun(&edits, "reference"), Some(Value::Line("TB-P2".to_owned())));
    assert_eq!(begun(&edits, "state"), word("proposed"));
    assert_eq!(begun(&edits, "handling"), word("official"));
    assert_eq!(begun(&edits, "retention"), Some(Value::Line(PRIORITY.retention.to_owned())));
    assert_eq!(begun(&edits, "short_title"), Some(Value::Line("Hub".to_owned())));
    assert_eq!(edits.len(), 5);
}

#[test]
fn marks_that_are_given_stand() {
    let given = [set("handling", Value::Word("official_sensitive".to_owned())), line("retention", "a year")];
    let edits = begin(&PRIORITY, &given, &reference("P1"), Origin::Local).unwrap();
    assert_eq!(begun(&edits, "handling"), word("official_sensitive"));
    assert_eq!(edits.len(), 4);
}

#[test]
fn what_comes_through_the_door_begins_as_it_arrives() {
    let given = [line("title", "Ask early"), set("state", Value::Word("shared".to_owned()))];
    let edits = begin(&LEARNING, &given, &reference("TB-L1"), Origin::Door).unwrap();
    assert_eq!(edits.iter().filter(|edit| edit.field() == "state").count(), 1);
    assert_eq!(begun(&edits, "state"), word(LEARNING.arrives_as));
    let given = [line("reference", "L4")];
    assert!(matches!(begin(&LEARNING, &given, &reference("TB-L1"), Origin::Door), Err(BeginError::NotByHand(_))));
}

#[test]
fn a_kind_that_is_born_at_home_enters_a_ring_only_through_the_door() {
    let begin = |origin| begin(&LEARNING, &[], &reference("L1"), origin);
    assert_eq!(begin(Origin::Ring), Err(BeginError::BornLocal { kind: "learning" }));
    assert!(begin(Origin::Local).is_ok() && begin(Origin::Door).is_ok());
}

#[test]
fn nobody_begins_a_record_by_changing_a_line_of_it() {
    let edit = Edit::RemoveLine { field: "updates".to_owned(), line: line_id("ab") };
    let refused = begin(&PRIORITY, &[edit], &reference("P1"), Origin::Local).unwrap_err();
    assert_eq!(refused, BeginError::NothingThere { field: "updates".to_owned() });
}

#[test]
fn state_and_reference_are_not_set_by_hand_and_are_settled_by_hand() {
    for field in ["state", "reference"] {
        let refused = Err(NotByHand { field: field.to_owned() });
        assert_eq!(check_by_hand(&[line("title", "t"), line(field, "live")]), refused);
        assert!(begin(&PRIORITY, &[line(field, "x")], &reference("P1"), Origin::Local).is_err());
        let keep = Keep::Value(Value::Line("live".to_owned()));
        assert_eq!(check_by_hand(&[settle_on(field, keep)]), Ok(()));
    }
}

#[test]
fn only_the_home_changes_what_is_its_own() {
    assert!(may_change(&Writers::Home, true) && !may_change(&Writers::Home, false));
    assert!(may_change(&Writers::Members, true) && may_change(&Writers::Members, false));
}

#[test]
fn a_move_is_a_step_of_the_workflow() {
    let fields = BTreeMap::from([("state".to_owned(), Value::Word("reviewing".to_owned()))]);
    let edit = move_to(&PRIORITY, &fields, " Carried forward ").unwrap();
    assert_eq!(edit, set("state", Value::Word("carried_forward".to_owned())));
    assert!(move_to(&PRIORITY, &fields, "proposed").is_err());
    assert!(move_to(&PRIORITY, &BTreeMap::new(), "scoped").is_ok(), "an unwritten state is the first");
}

#[test]
fn words_that_decide_need_a_vote() {
    for name in ["approve", "adopt", "abstain", "sign-off", "Confirm funding"] {
        assert!(matches!(say(name, None, false), Err(SayError::NeedsVote { .. })), "{name}");
        assert!(say(name, None, true).is_ok(), "{name}");
    }
    for name in ["noted", "attend"] {
        assert!(say(name, None, false).is_ok(), "{name}");
    }
}

#[test]
fn words_that_say_nothing_alone_need_a_note() {
    for name in ["object", "decline", "comment", "question", "reply"] {
        for note in [None, Some("  ")] {
            assert!(matches!(say(name, note, true), Err(SayError::NeedsNote { .. })), "{name}");
        }
        assert!(say(name, Some("because"), true).is_ok(), "{name}");
    }
    assert_eq!(say("cheer", None, true), Err(SayError::Unknown { given: "cheer".to_owned() }));
}

fn disputed() -> Reading {
    let answer = |by: u8, text: &str| Answer {
        value: Value::Line(text.to_owned()),
        by: Actor::from_bytes([by; 16]),
        change: ChangeHash::from_bytes([by; 32]),
        words: Vec::new(),
    };
    let answers = vec![answer(1, "a"), answer(2, "b"), answer(2, "c")];
    Reading { answers: BTreeMap::from([("updates/ab/text".to_owned(), answers)]), ..Reading::default() }
}

#[test]
fn the_one_answer_that_is_theirs_is_kept() {
    let edit = settle(&disputed(), "updates/ab/text", |answer| answer.by == Actor::from_bytes([1; 16])).unwrap();
    let line = Some((line_id("ab"), "text".to_owned()));
    let keep = Keep::Actor(Actor::from_bytes([1; 16]));
    assert_eq!(edit, Edit::Settle { field: "updates".to_owned(), line, keep });
}

#[test]
fn an_answer_that_is_not_theirs_alone_is_not_kept() {
    let path = "updates/ab/text".to_owned();
    let by = |n: u8| settle(&disputed(), "updates/ab/text", move |answer| answer.by == Actor::from_bytes([n; 16]));
    assert_eq!(by(2), Err(SettleError::Several { path: path.clone(), count: 2 }));
    assert_eq!(by(3), Err(SettleError::NotTheirs { path: path.clone() }));
    let one = settle(&disputed(), "title", |_| true);
    assert_eq!(one, Err(SettleError::OneAnswer { path: "title".to_owned(), open: vec![path] }));
}
