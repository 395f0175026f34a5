//! Fields that every kind of record has, and how the fields of a kind are put together.

use tally_document::{Field, FieldKind, Target, Term};

use crate::state::State;

/// Fields that are shown together under one heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub label: &'static str,
    /// The fields, in order.
    pub fields: &'static [Field],
}

/// The field that holds the short reference.
pub const REFERENCE: &str = "reference";

/// The field that holds the state of the workflow.
pub const STATE: &str = "state";

/// The field that holds the security marking.
pub const HANDLING: &str = "handling";

/// The field that says how long a record is kept.
pub const RETENTION: &str = "retention";

/// The field that says whether a record holds case information.
pub const CASE_INFO: &str = "case_info";

/// The field that holds links to other records.
pub const LINKS: &str = "links";

/// Makes an optional field.
pub(crate) const fn field(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, required: false }
}

/// Makes a field that a finished record has.
pub(crate) const fn required(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, required: true }
}

const FIRST: &[Field] = &[
    field(
        REFERENCE,
        "Reference",
        "Short name for people, given when the record is made, such as TB-P2.",
        FieldKind::Line,
    ),
    required(STATE, "State", "Where the record stands; moved with a workflow move.", FieldKind::Word(&[])),
];

const LAST: &[Field] = &[
    field("source", "Source", "The paper, meeting or publication it comes from.", FieldKind::Line),
    field(
        LINKS,
        "Links",
        "Other records it belongs with, in the same audience or published.",
        FieldKind::Lines(&[
            required("rel", "Relation", "How they belong together, such as follows or supports.", FieldKind::Line),
            required("id", "Record", "The other record.", FieldKind::Link(Target::Record(&[]))),
            field("version", "Version", "The exact version meant, where it matters.", FieldKind::Line),
        ]),
    ),
    field(
        CASE_INFO,
        "Holds case information",
        "Yes where it says, or may say, something about an identifiable child, family or practitioner. Such a record never leaves.",
        FieldKind::Flag,
    ),
    field(
        HANDLING,
        "Handling",
        "Security marking: official, or official_sensitive for what only some need to know.",
        FieldKind::Word(&[Term::new("official", "Official"), Term::new("official_sensitive", "Official - Sensitive")]),
    ),
    field(RETENTION, "Retention", "How long it is kept, in the words of the schedule that applies.", FieldKind::Line),
];

/// The words of the state field: the states of a kind.
#[allow(clippy::indexing_slicing, reason = "evaluated while the program is built")]
pub(crate) const fn state_terms<const N: usize>(states: &[State]) -> [Term; N] {
    let mut terms = [Term::new("", ""); N];
    let mut at = 0;
    while at < N {
        terms[at] = Term::new(states[at].name, states[at].label);
        at += 1;
    }
    terms
}

/// How many fields a kind has with those that all share.
#[allow(clippy::indexing_slicing, reason = "evaluated while the program is built")]
pub(crate) const fn field_count(groups: &[Group]) -> usize {
    let mut count = FIRST.len() + LAST.len();
    let mut group = 0;
    while group < groups.len() {
        count += groups[group].fields.len();
        group += 1;
    }
    count
}

/// The fields of a kind in the order in which pages show them: reference and state, its groups, what all share.
#[allow(clippy::indexing_slicing, reason = "evaluated while the program is built")]
pub(crate) const fn every_field<const N: usize>(groups: &[Group], states: &'static [Term]) -> [Field; N] {
    let mut fields = [FIRST[0]; N];
    fields[1] = Field { kind: FieldKind::Word(states), ..FIRST[1] };
    let mut next = FIRST.len();
    let mut group = 0;
    while group < groups.len() {
        let mut at = 0;
        while at < groups[group].fields.len() {
            fields[next] = groups[group].fields[at];
            next += 1;
            at += 1;
        }
        group += 1;
    }
    let mut at = 0;
    while at < LAST.len() {
        fields[next] = LAST[at];
        next += 1;
        at += 1;
    }
    fields
}
