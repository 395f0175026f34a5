//! T09: a cleared lesson that identifies nobody and is meant to travel.

use tally_document::{Description, Field, FieldKind, Target, Term};

use crate::fields::{Group, every_field, field, field_count, required, state_terms};
use crate::record_type::{Born, Section, Type, WritersRule};
use crate::rule::Rule;
use crate::state::PeopleState::{Agreed, Closed, Draft, Shared};
use crate::state::State;

const STATES: &[State] = &[
    State { name: "drafted", label: "Drafted", next: &["checked"], people: Draft },
    State { name: "checked", label: "Checked", next: &["cleared", "drafted"], people: Draft },
    State { name: "cleared", label: "Cleared to travel", next: &["shared"], people: Agreed },
    State { name: "shared", label: "Shared", next: &["cascaded", "corrected", "withdrawn"], people: Shared },
    State { name: "corrected", label: "Corrected", next: &["shared"], people: Shared },
    State { name: "cascaded", label: "Cascaded", next: &["difference_tested", "withdrawn"], people: Shared },
    State { name: "difference_tested", label: "Difference tested", next: &["retired"], people: Shared },
    State { name: "withdrawn", label: "Withdrawn", next: &[], people: Closed },
    State { name: "retired", label: "Retired", next: &[], people: Closed },
];

const GROUPS: &[Group] = &[
    Group {
        label: "What it is",
        fields: &[
            required(
                "kind",
                "Kind",
                "What sort of lesson it is.",
                FieldKind::Word(&[
                    Term::new("lessons_briefing", "Lessons briefing"),
                    Term::new("thematic_summary", "Thematic summary"),
                    Term::new("learning_example", "Learning example"),
                    Term::new("good_practice", "Good practice"),
                    Term::new("forum_item", "Forum item"),
                    Term::new("audit_findings", "Audit findings"),
                    Term::new("national_digest", "National digest"),
                    Term::new("tool", "Tool"),
                    Term::new("register_stub", "Register stub"),
                    Term::new("bulletin_item", "Bulletin item"),
                ]),
            ),
            required("title", "Title", "A few words that name it and nobody in it.", FieldKind::Line),
            required("themes", "Themes", "What it is about, one a line.", FieldKind::Items),
        ],
    },
    Group {
        label: "The lesson",
        fields: &[
            field(
                "background",
                "Background",
                "What happened, told so that nobody can be known by it.",
                FieldKind::Text,
            ),
            required("key_learning", "Key learning", "What was learnt, one a line.", FieldKind::Items),
            field(
                "practice_improvement",
                "Practice improvement",
                "What to do differently, one a line.",
                FieldKind::Items,
            ),
            field(
                "for_use_in",
                "For use in",
                "Where it can be used.",
                FieldKind::Words(&[
                    Term::new("team_meeting", "Team meeting"),
                    Term::new("supervision", "Supervision"),
                    Term::new("training", "Training"),
                    Term::new("commissioning", "Commissioning"),
                ]),
            ),
            field(
                "derived_from_kind",
                "Derived from",
                "What sort of work it came from; never which.",
                FieldKind::Word(&[
                    Term::new("serious_incident", "Serious incident"),
                    Term::new("local_review", "Local review"),
                    Term::new("multi_agency_learning_review", "Multi-agency learning review"),
                    Term::new("single_agency_learning_review", "Single-agency learning review"),
                    Term::new("family_learning_inquiry", "Family learning inquiry"),
                    Term::new("child_death", "Child death"),
                    Term::new("good_practice", "Good practice"),
                    Term::new("near_miss", "Near miss"),
                    Term::new("learning_hub", "Learning hub"),
                    Term::new("audit", "Audit"),
                    Term::new("scrutiny", "Scrutiny"),
                    Term::new("escalation", "Escalation"),
                    Term::new("survey", "Survey"),
                ]),
            ),
        ],
    },
    Group {
        label: "Clearance",
        fields: &[
            required("cleared_by_seat", "Cleared by", "The seat that cleared it.", FieldKind::Link(Target::Seat)),
            required("cleared_on", "Cleared on", "The day it was cleared.", FieldKind::Date),
            required(
                "identifiability_check",
                "Identifiability check",
                "Whether anybody could be known by it.",
                FieldKind::Word(&[Term::new("passed", "Passed"), Term::new("failed", "Failed")]),
            ),
            field(
                "family_agreement",
                "Family's agreement",
                "Whether the family agreed that the lesson travels.",
                FieldKind::Word(&[
                    Term::new("given", "Given"),
                    Term::new("declined", "Declined"),
                    Term::new("not_asked", "Not asked"),
                    Term::new("not_applicable", "Not applicable"),
                ]),
            ),
        ],
    },
    Group {
        label: "Where it goes",
        fields: &[
            field(
                "cascade_by",
                "Cascade by",
                "The day by which it should have reached practitioners.",
                FieldKind::Date,
            ),
            field(
                "review_or_withdraw_on",
                "Review or withdraw on",
                "The day it is looked at again or withdrawn.",
                FieldKind::Date,
            ),
            field(
                "touches",
                "Touches",
                "Strategies of others that it bears on.",
                FieldKind::Lines(&[
                    required("party", "Party", "Whose strategy.", FieldKind::Link(Target::Organisation)),
                    field("strategy", "Strategy", "Its name.", FieldKind::Line),
                    field(
                        "answer",
                        "Answer",
                        "What the party said.",
                        FieldKind::Word(&[
                            Term::new("linked", "Linked"),
                            Term::new("not_linked", "Not linked"),
                            Term::new("unsure", "Unsure"),
                        ]),
                    ),
                ]),
            ),
            field(
                "made_a_difference",
                "Made a difference",
                "Records that show what it changed.",
                FieldKind::Lines(&[required(
                    "evidence",
                    "Evidence",
                    "The record of evidence.",
                    FieldKind::Link(Target::Record(&["evidence"])),
                )]),
            ),
        ],
    },
];

const RULES: &[Rule] = &[Rule {
    number: Some("R15"),
    says: "Called cleared without a passed check and the seat and day that cleared it",
    about: &["identifiability_check", "cleared_by_seat", "cleared_on"],
    broken: |record, _| {
        let cleared = record.is_word("identifiability_check", "passed")
            && !record.is_empty("cleared_by_seat")
            && !record.is_empty("cleared_on");
        !["drafted", "checked"].contains(&record.state()) && !cleared
    },
}];

static STATE_TERMS: [Term; STATES.len()] = state_terms(STATES);

static FIELDS: [Field; field_count(GROUPS)] = every_field(GROUPS, &STATE_TERMS);

static DESCRIPTION: Description = Description { kind: "learning", version: 1, fields: &FIELDS };

/// The kind `learning`.
pub(crate) static LEARNING: Type = Type {
    description: &DESCRIPTION,
    label: "lesson",
    born: Born::Local,
    writers: WritersRule::Home,
    title_field: "title",
    groups: GROUPS,
    agreed_text: &["title", "background", "key_learning", "practice_improvement"],
    rules: RULES,
    dues: &["cascade_by"],
    section: Section::Learning,
    states: STATES,
    first: "drafted",
    leaves_from: &["cleared"],
    arrives_as: "shared",
    columns: &["reference", "title", "kind", "state", "themes", "cascade_by", "review_or_withdraw_on"],
    sort: "cascade_by",
    letter: 'L',
    handling: "official_sensitive",
    retention: "until retired or withdrawn, then as the member's schedule says",
};
