//! T02: a table at which agencies or boroughs sit, with its seats, how it meets and how it decides.

use tally_document::{Description, Field, FieldKind, Target, Term};

use crate::fields::{Group, every_field, field, field_count, required, state_terms};
use crate::record_type::{Born, Section, Type, WritersRule};
use crate::rule::Rule;
use crate::state::PeopleState::{Agreed, Closed, Draft};
use crate::state::State;

const STATES: &[State] = &[
    State { name: "proposed", label: "Proposed", next: &["shadow", "active", "disestablished"], people: Draft },
    State { name: "shadow", label: "Meeting in shadow", next: &["active", "disestablished"], people: Draft },
    State { name: "active", label: "Active", next: &["disestablished"], people: Agreed },
    State { name: "disestablished", label: "Disestablished", next: &[], people: Closed },
];

const GROUPS: &[Group] = &[
    Group {
        label: "What it is",
        fields: &[
            required("name", "Name", "What it is called now.", FieldKind::Line),
            required(
                "kind",
                "Kind",
                "What sort of table it is.",
                FieldKind::Word(&[
                    Term::new("executive", "Executive"),
                    Term::new("partnership_board", "Partnership board"),
                    Term::new("steering_group", "Steering group"),
                    Term::new("strategic_executive", "Strategic executive"),
                    Term::new("sub_group", "Sub-group"),
                    Term::new("panel", "Panel"),
                    Term::new("learning_forum", "Learning forum"),
                    Term::new("network", "Network"),
                    Term::new("consultation_group", "Consultation group"),
                    Term::new("working_group", "Working group"),
                    Term::new("task_and_finish", "Task and finish group"),
                    Term::new("team", "Team"),
                    Term::new("standards_board", "Standards board"),
                    Term::new("scrutiny_committee", "Scrutiny committee"),
                ]),
            ),
            field("former_names", "Former names", "What it was called before, one a line.", FieldKind::Items),
            field(
                "joint_areas",
                "Joint areas",
                "The areas it joins; none where it is one borough's own.",
                FieldKind::Lines(&[required("area", "Area", "One area.", FieldKind::Link(Target::Area))]),
            ),
            field("purpose", "Purpose", "What it is for, and what it is not for.", FieldKind::Text),
            field(
                "chairing",
                "Chairing",
                "Who chairs it.",
                FieldKind::Word(&[
                    Term::new("three_partners", "The three partners"),
                    Term::new("co_chairs", "Co-chairs"),
                    Term::new("rotating", "In turn"),
                    Term::new("independent", "An independent chair"),
                    Term::new("officer", "An officer"),
                ]),
            ),
        ],
    },
    Group {
        label: "Who sits",
        fields: &[field(
            "seats",
            "Seats",
            "One line a seat, whoever fills it; people's names stay at home.",
            FieldKind::Lines(&[
                required("seat", "Seat", "Its id.", FieldKind::Link(Target::Seat)),
                required("party", "Party", "The organisation it is of.", FieldKind::Link(Target::Organisation)),
                required("area", "Area", "The area it speaks for.", FieldKind::Link(Target::Area)),
                required("role_title", "Role", "The role that fills it.", FieldKind::Line),
                required(
                    "standing",
                    "Standing",
                    "Whether it votes.",
                    FieldKind::Word(&[
                        Term::new("voting", "Voting"),
                        Term::new("non_voting", "Non-voting"),
                        Term::new("participant_observer", "Participant observer"),
                        Term::new("adviser", "Adviser"),
                        Term::new("co_opted", "Co-opted"),
                        Term::new("guest_observer", "Guest observer"),
                    ]),
                ),
                field("deputy_allowed", "Deputy allowed", "Whether a deputy may sit in it.", FieldKind::Flag),
                field("from", "From", "The day or month from which it is filled.", FieldKind::Date),
                field("term_months", "Term", "Months of a term of office.", FieldKind::Number),
                field(
                    "state",
                    "State",
                    "Whether somebody fills it.",
                    FieldKind::Word(&[
                        Term::new("filled", "Filled"),
                        Term::new("vacant", "Vacant"),
                        Term::new("tbc", "To be confirmed"),
                    ]),
                ),
            ]),
        )],
    },
    Group {
        label: "How it meets",
        fields: &[
            field("times_per_year", "Times a year", "How often it means to meet.", FieldKind::Number),
            field("cadence_words", "Cadence", "How often, in the words of its terms of reference.", FieldKind::Line),
            field(
                "modes",
                "Modes",
                "How it meets.",
                FieldKind::Words(&[
                    Term::new("in_person", "In person"),
                    Term::new("virtual", "Virtual"),
                    Term::new("hybrid", "Hybrid"),
                    Term::new("telephone", "Telephone"),
                    Term::new("email", "E-mail"),
                ]),
            ),
            field("standing_items", "Standing items", "What is on every agenda, one a line.", FieldKind::Items),
            field(
                "reports_to",
                "Reports to",
                "Whom it reports to.",
                FieldKind::Lines(&[
                    required("party", "To", "The organisation.", FieldKind::Link(Target::Organisation)),
                    field("times_per_year", "Times a year", "How often.", FieldKind::Number),
                    field("via", "By way of", "Through whom, or in what form.", FieldKind::Line),
                ]),
            ),
        ],
    },
    Group {
        label: "How it decides",
        fields: &[
            required(
                "quorum_rule",
                "Quorum",
                "As its terms of reference state it; none is invented.",
                FieldKind::Word(&[
                    Term::new("none_stated", "None stated"),
                    Term::new("each_sector", "One of each sector"),
                    Term::new("each_area", "One of each area"),
                    Term::new("count", "A number of seats"),
                ]),
            ),
            field("quorum_count", "Quorum count", "The number, where one is stated.", FieldKind::Number),
            field(
                "correspondence_rule",
                "By correspondence",
                "Whether decisions are taken between meetings.",
                FieldKind::Word(&[
                    Term::new("none", "Not stated"),
                    Term::new("one_per_sector", "One seat of each sector"),
                ]),
            ),
            field(
                "terms_of_reference",
                "Terms of reference",
                "The record that holds them.",
                FieldKind::Link(Target::Record(&[])),
            ),
            required(
                "disagreement_clause",
                "Disagreement clause",
                "Whether its terms of reference say what happens on disagreement.",
                FieldKind::Flag,
            ),
            required(
                "confidentiality_required",
                "Confidentiality required",
                "Whether who sits there has to promise it.",
                FieldKind::Flag,
            ),
        ],
    },
];

const RULES: &[Rule] = &[
    Rule {
        number: Some("R23"),
        says: "A quorum by count says how many",
        about: &["quorum_count"],
        broken: |record, _| record.is_word("quorum_rule", "count") && record.is_empty("quorum_count"),
    },
    Rule {
        number: Some("R33"),
        says: "Terms of reference say what happens on disagreement",
        about: &["disagreement_clause"],
        broken: |record, _| record.state() == "active" && !record.is_yes("disagreement_clause"),
    },
    Rule {
        number: Some("R34"),
        says: "A seat is vacant or to be confirmed",
        about: &["seats"],
        broken: |record, _| {
            record.any_line_says("seats", "state", "vacant") || record.any_line_says("seats", "state", "tbc")
        },
    },
];

static STATE_TERMS: [Term; STATES.len()] = state_terms(STATES);

static FIELDS: [Field; field_count(GROUPS)] = every_field(GROUPS, &STATE_TERMS);

static DESCRIPTION: Description = Description { kind: "group", version: 1, fields: &FIELDS };

/// The kind `group`. The lead area writes a joint one, and the others say their word on it.
pub(crate) static GROUP: Type = Type {
    description: &DESCRIPTION,
    label: "group",
    born: Born::LocalOrRing,
    writers: WritersRule::Home,
    title_field: "name",
    groups: GROUPS,
    agreed_text: &[
        "name",
        "kind",
        "joint_areas",
        "purpose",
        "chairing",
        "seats",
        "quorum_rule",
        "quorum_count",
        "correspondence_rule",
        "terms_of_reference",
    ],
    rules: RULES,
    dues: &[],
    section: Section::Meetings,
    states: STATES,
    first: "proposed",
    leaves_from: &["proposed", "shadow", "active"],
    arrives_as: "proposed",
    columns: &["reference", "name", "kind", "state", "chairing", "quorum_rule"],
    sort: "name",
    letter: 'G',
    handling: "official",
    retention: "while it meets, then as its member's schedule says",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tally_document::Value;

    use super::*;
    use crate::breach::{Breach, breaches};
    use crate::rule::Surroundings;
    use crate::value::{parse, parse_line};

    fn whole() -> BTreeMap<String, Value> {
        let given = [
            ("name", "Tri-borough steering group"),
            ("kind", "steering_group"),
            ("state", "active"),
            ("quorum_rule", "none_stated"),
            ("disagreement_clause", "yes"),
            ("confidentiality_required", "no"),
        ];
        given.map(|(name, text)| (name.to_owned(), parse(GROUP.field(name).unwrap(), text).unwrap())).into()
    }

    fn broken(change: &[(&str, &str)]) -> Vec<&'static str> {
        let mut fields = whole();
        fields.extend(
            change.iter().map(|(name, text)| ((*name).to_owned(), parse(GROUP.field(name).unwrap(), text).unwrap())),
        );
        numbers(&fields)
    }

    fn numbers(fields: &BTreeMap<String, Value>) -> Vec<&'static str> {
        breaches(&GROUP, fields, &Surroundings::default()).iter().filter_map(Breach::rule).collect()
    }

    #[test]
    fn a_whole_group_breaks_nothing() {
        assert_eq!(breaches(&GROUP, &whole(), &Surroundings::default()), []);
    }

    #[test]
    fn r23_a_quorum_by_count_without_a_number_is_shown() {
        assert_eq!(broken(&[("quorum_rule", "count")]), ["R23"]);
        assert_eq!(broken(&[("quorum_rule", "count"), ("quorum_count", "4")]), [""; 0]);
    }

    #[test]
    fn r33_an_active_group_without_a_clause_on_disagreement_is_shown() {
        assert_eq!(broken(&[("disagreement_clause", "no")]), ["R33"]);
        assert_eq!(broken(&[("disagreement_clause", "no"), ("state", "shadow")]), [""; 0]);
    }

    #[test]
    fn r34_a_vacant_seat_stays_visible() {
        for (state, found) in [("vacant", vec!["R34"]), ("tbc", vec!["R34"]), ("filled", vec![])] {
            let words = [
                ("seat", "dcs-bexley"),
                ("party", "London Borough of Bexley"),
                ("area", "E09000004"),
                ("role_title", "Director of Children's Services"),
                ("standing", "voting"),
                ("state", state),
            ];
            let line = parse_line(GROUP.field("seats").unwrap(), words).unwrap();
            let mut fields = whole();
            fields.insert("seats".to_owned(), Value::Lines(vec![line.into_iter().collect()]));
            assert_eq!(numbers(&fields), found, "{state}");
        }
    }
}
