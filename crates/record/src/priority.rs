//! T04: a shared or local priority, time-limited joint work and never a merged partnership.

use tally_document::{Description, FieldKind};

use crate::envelope::{CASE_INFO, HANDLING, LINKS, REFERENCE, RETENTION, SOURCE, field, required, state};
use crate::people_state::PeopleState::{Agreed, Closed, Draft};
use crate::record_type::{Born, State, Type, WritersRule};

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

const STATE_WORDS: &[&str] =
    &["proposed", "scoped", "agreed", "live", "reviewing", "concluded", "carried_forward", "stopped"];

static DESCRIPTION: Description = Description {
    kind: "priority",
    version: 1,
    fields: &[
        REFERENCE,
        required(
            "scope",
            "Scope",
            "shared: joint work of a ring; local: one member's own.",
            FieldKind::Word(&["shared", "local"]),
        ),
        required("number", "Number", "Its place in the list of priorities.", FieldKind::Number),
        required("short_title", "Short title", "A few words that name it.", FieldKind::Line),
        field("title", "Full title", "The title in full, where it is longer than the short one.", FieldKind::Line),
        state(STATE_WORDS),
        field("focus", "Focus", "What is to be better, for whom, and how far this goes.", FieldKind::Text),
        field(
            "statutory_aspect",
            "Statutory aspect",
            "The aspect of the arrangements it serves.",
            FieldKind::Word(&[
                "addressing_local_practice_challenges",
                "geographical_areas",
                "independent_scrutiny",
                "local_reviews",
                "child_death_reviews",
                "none",
            ]),
        ),
        required(
            "programme_year",
            "Programme year",
            "In the programme's own words, such as 2018-19 or Year 2.",
            FieldKind::Line,
        ),
        required(
            "lead_sectors",
            "Lead sectors",
            "At least one statutory partner leads.",
            FieldKind::Words(&["local_authority", "health", "police"]),
        ),
        field("lead_area", "Lead area", "The area that leads a shared one; this gives it no power.", FieldKind::Line),
        required("time_limited", "Time-limited", "Shared priorities are time-limited joint work.", FieldKind::Flag),
        field("starts", "Starts", "May be a year, a month or a day, and unconfirmed.", FieldKind::Date),
        field("ends", "Ends", "May be a year, a month or a day, and unconfirmed.", FieldKind::Date),
        field("reply_by", "Reply by", "The day by which members are asked to answer.", FieldKind::Date),
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
                    FieldKind::Word(&["not_yet", "some", "clear", "none"]),
                ),
            ]),
        ),
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
        field("continues", "Continues", "The earlier priority it carries on.", FieldKind::Link),
        SOURCE,
        LINKS,
        CASE_INFO,
        HANDLING,
        RETENTION,
    ],
};

/// The kind `priority`.
pub static PRIORITY: Type = Type {
    description: &DESCRIPTION,
    label: "priority",
    born: Born::LocalOrRing,
    writers: WritersRule::Members,
    title_field: "short_title",
    state_field: "state",
    states: STATES,
    first: "proposed",
    leaves_from: &["proposed", "scoped", "agreed", "live", "reviewing"],
    arrives_as: "proposed",
    list_columns: &["reference", "number", "short_title", "state", "lead_sectors", "starts", "ends", "reply_by"],
    letter: 'P',
    handling: "official",
    retention: "as the ring's edition says; a local one as its member's schedule says",
};
