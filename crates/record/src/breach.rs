use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use tally_document::{FieldKind, PartialDate, Value};

use crate::people_state::PeopleState;
use crate::record_type::{Type, WritersRule};
use crate::scrutiny::PEER_KINDS;

/// States of a lesson before anybody cleared it.
const BEFORE_CLEARANCE: [&str; 2] = ["drafted", "checked"];

/// Fields of a lesson that are filled when it is cleared.
const CLEARANCE: [&str; 3] = ["cleared_by_seat", "cleared_on", "identifiability_check"];

/// A rule of the field that a record breaks; shown to people, never enforced on what arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// A field that a finished record has is empty.
    Empty {
        /// The field.
        field: &'static str,
        /// Its label.
        label: &'static str,
    },
    /// It ends before it starts.
    EndsBeforeStarts,
    /// It is called agreed, and members have not approved this text.
    AgreedWithoutAll {
        /// The members whose approval is missing.
        outstanding: Vec<String>,
    },
    /// A field holds a word its type does not know.
    UnknownWord {
        /// The field.
        field: &'static str,
        /// The word.
        word: String,
    },
    /// A shared priority is not marked as time-limited, or has no end (rule R04).
    NotTimeLimited,
    /// A lesson is called cleared without a passed check and a clearing seat (rule R15).
    NotCleared,
    /// A record that may hold case information is held by others (rule R14).
    CaseInformationShared,
    /// A peer scrutinises its own area (rule R54).
    PeerOfItself,
    /// A field has two answers that nobody has settled.
    Unsettled {
        /// The field, and the line and key within it.
        path: String,
    },
}

impl Breach {
    /// Returns the rule of the catalogue that is broken, where it has a number.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Self::NotTimeLimited => Some("R04"),
            Self::CaseInformationShared => Some("R14"),
            Self::NotCleared => Some("R15"),
            Self::Empty { field: "lead_sectors", .. } => Some("R28"),
            Self::PeerOfItself => Some("R54"),
            Self::AgreedWithoutAll { .. } => Some("R67"),
            Self::Empty { .. } | Self::EndsBeforeStarts | Self::UnknownWord { .. } | Self::Unsettled { .. } => None,
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { label, .. } => write!(f, "{label} is empty"),
            Self::EndsBeforeStarts => f.write_str("It ends before it starts"),
            Self::AgreedWithoutAll { outstanding } => {
                write!(f, "Called agreed, but this text is not yet approved by {}", outstanding.join(", "))
            }
            Self::UnknownWord { field, word } => write!(f, "{field} holds {word:?}, which is not one of its words"),
            Self::NotTimeLimited => {
                f.write_str("A shared priority is time-limited joint work: say so, and when it ends")
            }
            Self::NotCleared => {
                f.write_str("Called cleared without a passed check and the seat and day that cleared it")
            }
            Self::CaseInformationShared => f.write_str("Marked as holding case information, and held by others"),
            Self::PeerOfItself => f.write_str("In a peer review the area that looks is another than the one looked at"),
            Self::Unsettled { path } => write!(f, "{path} has two answers; one is to be settled on"),
        }
    }
}

/// What is known about a record beside its own fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Whether others hold it.
    pub held_by_others: bool,
    /// Names of the members whose approval of this text is missing.
    pub outstanding: &'a [String],
    /// Where two answers stand unsettled.
    pub unsettled: &'a [String],
}

/// Finds the simple rules that a record breaks, in the order of its fields.
#[must_use]
pub fn breaches(kind: &Type, fields: &BTreeMap<String, Value>, around: &Surroundings<'_>) -> Vec<Breach> {
    let state = kind.state_of(fields);
    let mut found = Vec::new();
    for field in kind.description.fields {
        let value = fields.get(field.name);
        let later = CLEARANCE.contains(&field.name) && kind.kind() == "learning";
        if field.required && field.name != kind.state_field && !later && is_empty(value) {
            found.push(Breach::Empty { field: field.name, label: field.label });
        }
        if let (FieldKind::Word(allowed), Some(Value::Word(word))) = (field.kind, value)
            && !allowed.contains(&word.as_str())
        {
            found.push(Breach::UnknownWord { field: field.name, word: word.clone() });
        }
    }
    if let (Some(Value::Date(starts)), Some(Value::Date(ends))) = (fields.get("starts"), fields.get("ends"))
        && order(ends, starts) == Some(Ordering::Less)
    {
        found.push(Breach::EndsBeforeStarts);
    }
    let agreed = kind.state(state).is_some_and(|s| s.people == PeopleState::Agreed);
    if agreed && around.held_by_others && kind.writers == WritersRule::Members && !around.outstanding.is_empty() {
        found.push(Breach::AgreedWithoutAll { outstanding: around.outstanding.to_vec() });
    }
    match kind.kind() {
        "priority" => {
            let shared = is_word(fields.get("scope"), "shared");
            let limited = matches!(fields.get("time_limited"), Some(Value::Flag(true)));
            if shared && (!limited || is_empty(fields.get("ends"))) {
                found.push(Breach::NotTimeLimited);
            }
        }
        "learning" => {
            let cleared = !is_empty(fields.get("cleared_by_seat"))
                && !is_empty(fields.get("cleared_on"))
                && is_word(fields.get("identifiability_check"), "passed");
            if !BEFORE_CLEARANCE.contains(&state) && !cleared {
                found.push(Breach::NotCleared);
            }
        }
        "scrutiny" => {
            let peer = PEER_KINDS.iter().any(|kind| is_word(fields.get("kind"), kind));
            let same = match (fields.get("subject_area"), fields.get("scrutineer_area")) {
                (Some(Value::Line(a)), Some(Value::Line(b))) => a.trim().eq_ignore_ascii_case(b.trim()),
                _ => false,
            };
            if peer && same {
                found.push(Breach::PeerOfItself);
            }
        }
        _ => {}
    }
    if around.held_by_others && matches!(fields.get("case_info"), Some(Value::Flag(true))) {
        found.push(Breach::CaseInformationShared);
    }
    found.extend(around.unsettled.iter().map(|path| Breach::Unsettled { path: path.clone() }));
    found
}

fn is_word(value: Option<&Value>, word: &str) -> bool {
    matches!(value, Some(Value::Word(held)) if held == word)
}

fn is_empty(value: Option<&Value>) -> bool {
    value.is_none_or(|value| match value {
        Value::Line(text) | Value::Text(text) => text.trim().is_empty(),
        other => other.is_empty(),
    })
}

/// Orders two partial dates as far as both are known; none where either is quite unknown.
fn order(a: &PartialDate, b: &PartialDate) -> Option<Ordering> {
    let parts =
        |date: &PartialDate| -> Vec<u32> { date.value.split('-').filter_map(|part| part.parse().ok()).collect() };
    let (a, b) = (parts(a), parts(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    a.iter().zip(&b).map(|(x, y)| x.cmp(y)).find(|o| o.is_ne()).or(Some(Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse;
    use crate::{LEARNING, PRIORITY, SCRUTINY};

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
        assert_eq!(found.iter().map(Breach::rule).collect::<Vec<_>>(), [Some("R28")]);
    }

    #[test]
    fn ending_before_starting_is_shown() {
        assert_eq!(with(("ends", "2019")), [Breach::EndsBeforeStarts]);
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
        assert_eq!(with(("ends", "")), [Breach::NotTimeLimited]);
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
        assert_eq!(breaches(&LEARNING, &fields, &Surroundings::default()), [Breach::NotCleared]);
    }

    #[test]
    fn a_drafted_lesson_needs_no_clearance_yet() {
        let fields =
            record(&LEARNING, &[("kind", "forum_item"), ("title", "t"), ("themes", "a"), ("key_learning", "b")]);
        assert_eq!(breaches(&LEARNING, &fields, &Surroundings::default()), []);
    }

    #[test]
    fn a_peer_that_looks_at_itself_is_shown() {
        let fields =
            record(&SCRUTINY, &[("kind", "peer_review"), ("subject_area", "Bexley"), ("scrutineer_area", "bexley")]);
        let found = breaches(&SCRUTINY, &fields, &Surroundings::default());
        assert!(found.contains(&Breach::PeerOfItself));
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
}
