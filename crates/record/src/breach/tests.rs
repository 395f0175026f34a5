use super::*;
use crate::kinds::{LEARNING, PRIORITY, SCRUTINY};
use crate::value::parse;

fn record(kind: &Type, given: &[(&str, &str)]) -> BTreeMap<String, Value> {
    given.iter().map(|(name, text)| ((*name).to_owned(), parse(kind.field(name).unwrap(), text).unwrap())).collect()
}

const WHOLE: [(&str, &str); 9] = [
    ("scope", "shared"),
    ("number", "4"),
    ("short_title", "Adolescent vulnerability"),
    ("programme_year", "2020"),
    ("lead_sectors", "police,local_authority"),
    ("time_limited", "yes"),
    ("starts", "2020-01"),
    ("ends", "2021-07-12"),
    ("state", "agreed"),
];

fn numbers(found: &[Breach]) -> Vec<&'static str> {
    found.iter().filter_map(Breach::rule).collect()
}

fn said(found: &[Breach]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

fn with(change: (&'static str, &'static str)) -> Vec<Breach> {
    let mut fields = record(&PRIORITY, &WHOLE);
    fields.extend(record(&PRIORITY, &[change]));
    breaches(&PRIORITY, &fields, &Surroundings { held_by_others: true, ..Surroundings::default() })
}

#[test]
fn a_whole_priority_breaks_nothing() {
    assert_eq!(with(("number", "4")), []);
}

#[test]
fn an_empty_required_field_is_shown() {
    let found = with(("lead_sectors", ""));
    assert_eq!(numbers(&found), ["R28"]);
    assert_eq!(found[0].field(), Some("lead_sectors"));
}

#[test]
fn ending_before_starting_is_shown() {
    assert_eq!(said(&with(("ends", "2019"))), ["It ends before it starts"]);
}

#[test]
fn dates_are_compared_only_as_far_as_both_are_known() {
    assert_eq!(with(("ends", "2020")), []);
    assert_eq!(with(("starts", "2021-07")), []);
}

#[test]
fn agreed_without_all_approvals_names_who_is_missing() {
    let outstanding = ["Greenwich".to_owned()];
    let around = Surroundings { held_by_others: true, outstanding: &outstanding, unsettled: &[] };
    let found = breaches(&PRIORITY, &record(&PRIORITY, &WHOLE), &around);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "Called agreed, but this text is not yet approved by Greenwich");
}

#[test]
fn a_shared_priority_without_an_end_is_shown() {
    assert_eq!(numbers(&with(("ends", ""))), ["R04"]);
}

#[test]
fn case_information_that_others_hold_is_shown() {
    assert_eq!(with(("case_info", "yes")), [Breach::CaseInformationShared]);
}

#[test]
fn a_lesson_called_cleared_without_a_check_is_shown() {
    let fields = record(
        &LEARNING,
        &[
            ("kind", "forum_item"),
            ("title", "t"),
            ("themes", "a"),
            ("key_learning", "b"),
            ("state", "cleared"),
            ("cleared_by_seat", "manager"),
            ("cleared_on", "2021-06-28"),
            ("identifiability_check", "failed"),
        ],
    );
    assert_eq!(numbers(&breaches(&LEARNING, &fields, &Surroundings::default())), ["R15"]);
}

#[test]
fn a_drafted_lesson_needs_no_clearance_yet() {
    let fields = record(&LEARNING, &[("kind", "forum_item"), ("title", "t"), ("themes", "a"), ("key_learning", "b")]);
    assert_eq!(breaches(&LEARNING, &fields, &Surroundings::default()), []);
}

#[test]
fn a_peer_that_looks_at_itself_is_shown() {
    let fields =
        record(&SCRUTINY, &[("kind", "peer_review"), ("subject_area", "Bexley"), ("scrutineer_area", "bexley")]);
    let found = breaches(&SCRUTINY, &fields, &Surroundings::default());
    assert!(numbers(&found).contains(&"R54"));
}

#[test]
fn a_word_from_a_later_vocabulary_is_shown_and_kept() {
    let mut fields = record(&PRIORITY, &WHOLE);
    fields.insert("state".to_owned(), Value::Word("dreaming".to_owned()));
    let found = breaches(&PRIORITY, &fields, &Surroundings::default());
    assert_eq!(found, [Breach::UnknownWord { field: "state", word: "dreaming".to_owned() }]);
}

#[test]
fn two_answers_are_shown() {
    let unsettled = ["ends".to_owned()];
    let around = Surroundings { unsettled: &unsettled, ..Surroundings::default() };
    let found = breaches(&PRIORITY, &record(&PRIORITY, &WHOLE), &around);
    assert_eq!(found, [Breach::Unsettled { path: "ends".to_owned() }]);
}
