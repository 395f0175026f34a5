//! T04: a shared or local priority, time-limited joint work and never a merged partnership.

use tally_document::{Description, Field, FieldKind, Target, Term};

use crate::fields::{Group, every_field, field, field_count, required, state_terms};
use crate::record_type::{Born, Section, Type, WritersRule};
use crate::rule::Rule;
use crate::state::PeopleState::{Agreed, Closed, Draft};
use crate::state::State;

const STATES: &[State] = &[
    State { name: "proposed", label: "Proposed", next: &["scoped", "stopped"], people: Draft },
    State { name: "scoped", label: "Scoped", next: &["agreed", "stopped"], people: Draft },
    State { name: "agreed", label: "Agreed", next: &["live", "stopped"], people: Agreed },
    State { name: "live", label: "Live", next: &["reviewing", "stopped"], people: Agreed },
    State {
        name: "reviewing",
        label: "Under review",
        next: &["live", "concluded", "carried_forward", "stopped"],
        people: Agreed,
    },
    State { name: "concluded", label: "Concluded", next: &[], people: Closed },
    State { name: "carried_forward", label: "Carried forward", next: &[], people: Closed },
    State { name: "stopped", label: "Stopped", next: &[], people: Closed },
];

const GROUPS: &[Group] = &[
    Group {
        label: "What it is",
        fields: &[
            required(
                "scope",
                "Scope",
                "shared: joint work of a ring; local: one member's own.",
                FieldKind::Word(&[Term::new("shared", "Shared"), Term::new("local", "Local")]),
            ),
            required("number", "Number", "Its place in the list of priorities.", FieldKind::Number),
            required("short_title", "Short title", "A few words that name it.", FieldKind::Line),
            field("title", "Full title", "The title in full, where it is longer than the short one.", FieldKind::Line),
            field("focus", "Focus", "What is to be better, for whom, and how far this goes.", FieldKind::Text),
            field(
                "statutory_aspect",
                "Statutory aspect",
                "The aspect of the arrangements it serves.",
                FieldKind::Word(&[
                    Term::new("addressing_local_practice_challenges", "Addressing local practice challenges"),
                    Term::new("geographical_areas", "Geographical areas"),
                    Term::new("independent_scrutiny", "Independent scrutiny"),
                    Term::new("local_reviews", "Local reviews"),
                    Term::new("child_death_reviews", "Child death reviews"),
                    Term::new("none", "None"),
                ]),
            ),
            required(
                "programme_year",
                "Programme year",
                "In the programme's own words, such as 2018-19 or Year 2.",
                FieldKind::Line,
            ),
        ],
    },
    Group {
        label: "Who leads",
        fields: &[
            required(
                "lead_sectors",
                "Lead sectors",
                "At least one statutory partner leads.",
                FieldKind::Words(&[
                    Term::new("local_authority", "Local authority"),
                    Term::new("health", "Health"),
                    Term::new("police", "Police"),
                ]),
            ),
            field(
                "lead_area",
                "Lead area",
                "The area that leads a shared one; this gives it no power.",
                FieldKind::Link(Target::Area),
            ),
        ],
    },
    Group {
        label: "When",
        fields: &[
            required("time_limited", "Time-limited", "Shared priorities are time-limited joint work.", FieldKind::Flag),
            field("starts", "Starts", "May be a year, a month or a day, and unconfirmed.", FieldKind::Date),
            field("ends", "Ends", "May be a year, a month or a day, and unconfirmed.", FieldKind::Date),
            field("reply_by", "Reply by", "The day by which members are asked to answer.", FieldKind::Date),
        ],
    },
    Group {
        label: "What will be different",
        fields: &[
            field("ambitions", "Ambitions", "What it is part of, one a line.", FieldKind::Items),
            field(
                "success_measures",
                "Success measures",
                "How anyone will know that it worked.",
                FieldKind::Lines(&[
                    field("no", "No", "Its number.", FieldKind::Number),
                    required("text", "Measure", "What will be different.", FieldKind::Text),
                    field("how_known", "How known", "What will show it.", FieldKind::Text),
                    field("evidence", "Evidence", "Records of evidence, as a comma list.", FieldKind::Line),
                    field(
                        "judged",
                        "Judged",
                        "The judgement so far.",
                        FieldKind::Word(&[
                            Term::new("not_yet", "Not yet judged"),
                            Term::new("some", "Some difference"),
                            Term::new("clear", "A clear difference"),
                            Term::new("none", "None"),
                        ]),
                    ),
                ]),
            ),
        ],
    },
    Group {
        label: "How it is done",
        fields: &[
            field(
                "delivery_plan",
                "Delivery plan",
                "The plan under headings.",
                FieldKind::Lines(&[
                    required("heading", "Heading", "A few words.", FieldKind::Line),
                    field("text", "Text", "What is done under it.", FieldKind::Text),
                ]),
            ),
            field(
                "updates",
                "Updates",
                "What has happened, newest last.",
                FieldKind::Lines(&[
                    required("at", "When", "The day or month it stood so.", FieldKind::Date),
                    required("text", "Update", "What has happened.", FieldKind::Text),
                ]),
            ),
            field(
                "continues",
                "Continues",
                "The earlier priority it carries on.",
                FieldKind::Link(Target::Record(&["priority"])),
            ),
        ],
    },
];

const RULES: &[Rule] = &[
    Rule {
        number: Some("R28"),
        says: "A priority has at least one lead statutory partner",
        about: &["lead_sectors"],
        broken: |record, _| record.is_empty("lead_sectors"),
    },
    Rule {
        number: None,
        says: "It ends before it starts",
        about: &["ends"],
        broken: |record, _| record.is_earlier("ends", "starts"),
    },
    Rule {
        number: Some("R04"),
        says: "A shared priority is time-limited joint work: say so, and when it ends",
        about: &["ends"],
        broken: |record, _| {
            record.is_word("scope", "shared") && (!record.is_yes("time_limited") || record.is_empty("ends"))
        },
    },
];

static STATE_TERMS: [Term; STATES.len()] = state_terms(STATES);

static FIELDS: [Field; field_count(GROUPS)] = every_field(GROUPS, &STATE_TERMS);

static DESCRIPTION: Description = Description { kind: "priority", version: 1, fields: &FIELDS };

/// The kind `priority`.
pub(crate) static PRIORITY: Type = Type {
    description: &DESCRIPTION,
    label: "priority",
    born: Born::LocalOrRing,
    writers: WritersRule::Members,
    title_field: "short_title",
    groups: GROUPS,
    agreed_text: &[
        "short_title",
        "title",
        "focus",
        "lead_sectors",
        "time_limited",
        "starts",
        "ends",
        "success_measures",
    ],
    rules: RULES,
    dues: &["reply_by", "ends"],
    section: Section::Priorities,
    states: STATES,
    first: "proposed",
    leaves_from: &["proposed", "scoped", "agreed", "live", "reviewing"],
    arrives_as: "proposed",
    columns: &["reference", "number", "short_title", "state", "lead_sectors", "starts", "ends", "reply_by"],
    sort: "number",
    letter: 'P',
    handling: "official",
    retention: "as the ring's edition says; a local one as its member's schedule says",
};
