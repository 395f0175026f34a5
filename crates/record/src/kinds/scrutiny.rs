//! T10: an assurance exercise; its findings are the scrutineer's, and the subject replies first.

use tally_document::{Description, Field, FieldKind, Target, Term};

use crate::fields::{Group, every_field, field, field_count, required, state_terms};
use crate::record_type::{Born, Section, Type, WritersRule};
use crate::rule::Rule;
use crate::state::PeopleState::{Agreed, Closed, Draft, Shared};
use crate::state::State;

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

const GROUPS: &[Group] = &[
    Group {
        label: "What it is",
        fields: &[
            required(
                "kind",
                "Kind",
                "What sort of exercise it is.",
                FieldKind::Word(&[
                    Term::new("annual_plan", "Annual plan"),
                    Term::new("independent", "Independent"),
                    Term::new("internal", "Internal"),
                    Term::new("family_led", "Led by families"),
                    Term::new("young_people_led", "Led by young people"),
                    Term::new("peer_scrutiny", "Peer scrutiny"),
                    Term::new("peer_review", "Peer review"),
                    Term::new("section_11", "Section 11"),
                    Term::new("section_175", "Section 175"),
                    Term::new("evaluation", "Evaluation"),
                    Term::new("line_of_sight", "Line of sight"),
                    Term::new("principles_check", "Check of principles"),
                ]),
            ),
            required("title", "Title", "A few words that name it.", FieldKind::Line),
        ],
    },
    Group {
        label: "Who looks at whom",
        fields: &[
            required("subject_area", "Subject area", "The area looked at.", FieldKind::Link(Target::Area)),
            field("subject_party", "Subject", "The body or agency looked at.", FieldKind::Link(Target::Organisation)),
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
                FieldKind::Link(Target::Area),
            ),
        ],
    },
    Group {
        label: "What is asked",
        fields: &[
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
                    Term::new("annual_report", "Annual report"),
                    Term::new("audits_performance_s11", "Audits, performance and section 11"),
                    Term::new("serious_case_arrangements", "Arrangements for serious cases"),
                    Term::new("escalation_conflict", "Escalations and conflicts"),
                    Term::new("frontline_sight", "Sight of the front line"),
                    Term::new("voice", "Voice of children and families"),
                ]),
            ),
            field(
                "methods",
                "Methods",
                "How it is done.",
                FieldKind::Lines(&[
                    required("text", "Method", "What is done.", FieldKind::Text),
                    field(
                        "state",
                        "State",
                        "Whether it is done.",
                        FieldKind::Word(&[Term::new("to_do", "To do"), Term::new("done", "Done")]),
                    ),
                ]),
            ),
        ],
    },
    Group {
        label: "What was found",
        fields: &[
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
                        FieldKind::Word(&[
                            Term::new("strength", "Strength"),
                            Term::new("too_early", "Too early to say"),
                            Term::new("worry", "Worry"),
                            Term::new("not_assured", "Not assured"),
                        ]),
                    ),
                    required("text", "Finding", "What was found.", FieldKind::Text),
                    field("evidence", "Evidence", "Records of evidence, as a comma list.", FieldKind::Line),
                    field("suggested", "Suggested", "Suggested actions, as a comma list of records.", FieldKind::Line),
                ]),
            ),
            field("reply", "Replies", "The statements that reply, one a line.", FieldKind::Items),
            field("report_to", "Reports to", "Seats or bodies that receive it, one a line.", FieldKind::Items),
        ],
    },
    Group {
        label: "When",
        fields: &[
            field("reply_by", "Reply by", "The day by which the subject is asked to reply.", FieldKind::Date),
            field("follow_up", "Follow up", "When it is looked at again.", FieldKind::Date),
        ],
    },
];

const RULES: &[Rule] = &[Rule {
    number: Some("R54"),
    says: "In a peer review the area that looks is another than the one looked at",
    about: &["scrutineer_area"],
    broken: |record, _| {
        let is_peer = record.is_word("kind", "peer_scrutiny") || record.is_word("kind", "peer_review");
        is_peer && record.are_alike("subject_area", "scrutineer_area")
    },
}];

static STATE_TERMS: [Term; STATES.len()] = state_terms(STATES);

static FIELDS: [Field; field_count(GROUPS)] = every_field(GROUPS, &STATE_TERMS);

static DESCRIPTION: Description = Description { kind: "scrutiny", version: 1, fields: &FIELDS };

/// The kind `scrutiny`.
pub(crate) static SCRUTINY: Type = Type {
    description: &DESCRIPTION,
    label: "scrutiny",
    born: Born::Local,
    writers: WritersRule::Home,
    title_field: "title",
    groups: GROUPS,
    agreed_text: &["title", "questions", "findings"],
    rules: RULES,
    dues: &["reply_by", "follow_up"],
    section: Section::Scrutiny,
    states: STATES,
    first: "planned",
    leaves_from: &["draft", "with_subject"],
    arrives_as: "with_subject",
    columns: &["reference", "title", "kind", "state", "subject_area", "scrutineer_party", "reply_by", "follow_up"],
    sort: "reply_by",
    letter: 'S',
    handling: "official_sensitive",
    retention: "as the scrutinising member's schedule says",
};
