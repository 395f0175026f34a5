//! T10: an assurance exercise; its findings are the scrutineer's, and the subject replies first.

use tally_document::{Description, FieldKind};

use crate::envelope::{CASE_INFO, HANDLING, LINKS, REFERENCE, RETENTION, SOURCE, field, required, state};
use crate::people_state::PeopleState::{Agreed, Closed, Draft, Shared};
use crate::record_type::{Born, State, Type, WritersRule};

const STATES: &[State] = &[
    State { name: "planned", label: "Planned", next: &["scoped"], people: Draft },
    State { name: "scoped", label: "Scoped", next: &["fieldwork"], people: Draft },
    State { name: "fieldwork", label: "Fieldwork", next: &["draft"], people: Draft },
    State { name: "draft", label: "Draft findings", next: &["with_subject"], people: Draft },
    State {
        name: "with_subject",
        label: "With the subject for reply",
        next: &["agreed", "agreed_with_dissent", "draft"],
        people: Shared,
    },
    State { name: "agreed", label: "Agreed", next: &["shared", "followed_up"], people: Agreed },
    State {
        name: "agreed_with_dissent",
        label: "Agreed, with dissent",
        next: &["shared", "followed_up"],
        people: Agreed,
    },
    State { name: "shared", label: "Shared", next: &["followed_up"], people: Agreed },
    State { name: "followed_up", label: "Followed up", next: &["closed"], people: Agreed },
    State { name: "closed", label: "Closed", next: &[], people: Closed },
];

const STATE_WORDS: &[&str] = &[
    "planned",
    "scoped",
    "fieldwork",
    "draft",
    "with_subject",
    "agreed",
    "agreed_with_dissent",
    "shared",
    "followed_up",
    "closed",
];

/// The kinds in which one area looks at another.
pub(crate) const PEER_KINDS: &[&str] = &["peer_scrutiny", "peer_review"];

static DESCRIPTION: Description = Description {
    kind: "scrutiny",
    version: 1,
    fields: &[
        REFERENCE,
        required(
            "kind",
            "Kind",
            "What sort of exercise it is.",
            FieldKind::Word(&[
                "annual_plan",
                "independent",
                "internal",
                "family_led",
                "young_people_led",
                "peer_scrutiny",
                "peer_review",
                "section_11",
                "section_175",
                "evaluation",
                "line_of_sight",
                "principles_check",
            ]),
        ),
        required("title", "Title", "A few words that name it.", FieldKind::Line),
        state(STATE_WORDS),
        required("subject_area", "Subject area", "The area looked at.", FieldKind::Line),
        field("subject_party", "Subject", "The body or agency looked at.", FieldKind::Line),
        required(
            "scrutineer_party",
            "Scrutineer",
            "Who looks; independent of the statutory partners.",
            FieldKind::Line,
        ),
        field(
            "scrutineer_area",
            "Scrutineer's area",
            "The area that looks; never the subject's own in a peer review.",
            FieldKind::Line,
        ),
        required(
            "questions",
            "Questions",
            "What is asked; about impact, not process.",
            FieldKind::Lines(&[
                field("no", "No", "Its number.", FieldKind::Number),
                required("text", "Question", "What is asked.", FieldKind::Text),
                field("source", "Source", "Where the question comes from.", FieldKind::Line),
            ]),
        ),
        field(
            "inputs",
            "Inputs",
            "What it draws on.",
            FieldKind::Words(&[
                "annual_report",
                "audits_performance_s11",
                "serious_case_arrangements",
                "escalation_conflict",
                "frontline_sight",
                "voice",
            ]),
        ),
        field(
            "methods",
            "Methods",
            "How it is done.",
            FieldKind::Lines(&[
                required("text", "Method", "What is done.", FieldKind::Text),
                field("state", "State", "Whether it is done.", FieldKind::Word(&["to_do", "done"])),
            ]),
        ),
        field(
            "findings",
            "Findings",
            "What was found; the subject replies and never edits.",
            FieldKind::Lines(&[
                field("no", "No", "Its number.", FieldKind::Number),
                field("question_no", "Question", "The question it answers.", FieldKind::Number),
                required(
                    "judgement",
                    "Judgement",
                    "How sure anyone can be.",
                    FieldKind::Word(&["strength", "too_early", "worry", "not_assured"]),
                ),
                required("text", "Finding", "What was found.", FieldKind::Text),
                field("evidence", "Evidence", "Records of evidence, as a comma list.", FieldKind::Line),
                field("suggested", "Suggested", "Suggested actions, as a comma list of records.", FieldKind::Line),
            ]),
        ),
        field("reply", "Replies", "The statements that reply, one a line.", FieldKind::Items),
        field("report_to", "Reports to", "Seats or bodies that receive it, one a line.", FieldKind::Items),
        field("reply_by", "Reply by", "The day by which the subject is asked to reply.", FieldKind::Date),
        field("follow_up", "Follow up", "When it is looked at again.", FieldKind::Date),
        SOURCE,
        LINKS,
        CASE_INFO,
        HANDLING,
        RETENTION,
    ],
};

/// The kind `scrutiny`.
pub static SCRUTINY: Type = Type {
    description: &DESCRIPTION,
    label: "scrutiny",
    born: Born::Local,
    writers: WritersRule::Home,
    title_field: "title",
    state_field: "state",
    states: STATES,
    first: "planned",
    leaves_from: &["draft", "with_subject"],
    arrives_as: "with_subject",
    list_columns: &["reference", "title", "kind", "state", "subject_area", "scrutineer_party", "reply_by", "follow_up"],
    letter: 'S',
    handling: "official_sensitive",
    retention: "as the scrutinising member's schedule says",
};
