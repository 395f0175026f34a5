//! T09: a cleared lesson that identifies nobody and is meant to travel.

use tally_document::{Description, FieldKind};

use crate::envelope::{CASE_INFO, HANDLING, LINKS, REFERENCE, RETENTION, SOURCE, field, required, state};
use crate::people_state::PeopleState::{Agreed, Closed, Draft, Shared};
use crate::record_type::{Born, State, Type, WritersRule};

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

const STATE_WORDS: &[&str] =
    &["drafted", "checked", "cleared", "shared", "corrected", "cascaded", "difference_tested", "withdrawn", "retired"];

static DESCRIPTION: Description = Description {
    kind: "learning",
    version: 1,
    fields: &[
        REFERENCE,
        required(
            "kind",
            "Kind",
            "What sort of lesson it is.",
            FieldKind::Word(&[
                "lessons_briefing",
                "thematic_summary",
                "learning_example",
                "good_practice",
                "forum_item",
                "audit_findings",
                "national_digest",
                "tool",
                "register_stub",
                "bulletin_item",
            ]),
        ),
        required("title", "Title", "A few words that name it and nobody in it.", FieldKind::Line),
        state(STATE_WORDS),
        required("themes", "Themes", "What it is about, one a line.", FieldKind::Items),
        field("background", "Background", "What happened, told so that nobody can be known by it.", FieldKind::Text),
        required("key_learning", "Key learning", "What was learnt, one a line.", FieldKind::Items),
        field("practice_improvement", "Practice improvement", "What to do differently, one a line.", FieldKind::Items),
        field(
            "for_use_in",
            "For use in",
            "Where it can be used.",
            FieldKind::Words(&["team_meeting", "supervision", "training", "commissioning"]),
        ),
        field(
            "derived_from_kind",
            "Derived from",
            "What sort of work it came from; never which.",
            FieldKind::Word(&[
                "serious_incident",
                "local_review",
                "multi_agency_learning_review",
                "single_agency_learning_review",
                "family_learning_inquiry",
                "child_death",
                "good_practice",
                "near_miss",
                "learning_hub",
                "audit",
                "scrutiny",
                "escalation",
                "survey",
            ]),
        ),
        required("cleared_by_seat", "Cleared by", "The seat that cleared it.", FieldKind::Line),
        required("cleared_on", "Cleared on", "The day it was cleared.", FieldKind::Date),
        required(
            "identifiability_check",
            "Identifiability check",
            "Whether anybody could be known by it.",
            FieldKind::Word(&["passed", "failed"]),
        ),
        field(
            "family_agreement",
            "Family's agreement",
            "Whether the family agreed that the lesson travels.",
            FieldKind::Word(&["given", "declined", "not_asked", "not_applicable"]),
        ),
        field("cascade_by", "Cascade by", "The day by which it should have reached practitioners.", FieldKind::Date),
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
                required("party", "Party", "Whose strategy.", FieldKind::Line),
                field("strategy", "Strategy", "Its name.", FieldKind::Line),
                field("answer", "Answer", "What the party said.", FieldKind::Word(&["linked", "not_linked", "unsure"])),
            ]),
        ),
        field("made_a_difference", "Made a difference", "Records of evidence, one a line.", FieldKind::Items),
        SOURCE,
        LINKS,
        CASE_INFO,
        HANDLING,
        RETENTION,
    ],
};

/// The kind `learning`.
pub static LEARNING: Type = Type {
    description: &DESCRIPTION,
    label: "lesson",
    born: Born::Local,
    writers: WritersRule::Home,
    title_field: "title",
    state_field: "state",
    states: STATES,
    first: "drafted",
    leaves_from: &["cleared"],
    arrives_as: "shared",
    list_columns: &["reference", "title", "kind", "state", "themes", "cascade_by", "review_or_withdraw_on"],
    letter: 'L',
    handling: "official_sensitive",
    retention: "until retired or withdrawn, then as the member's schedule says",
};
