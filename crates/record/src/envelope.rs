//! Fields that every kind of record has.

use tally_document::{Field, FieldKind};

/// The security markings a record can carry.
pub(crate) const HANDLING_WORDS: &[&str] = &["official", "official_sensitive"];

/// Makes an optional field.
pub(crate) const fn field(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, required: false }
}

/// Makes a field that a finished record has.
pub(crate) const fn required(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, required: true }
}

/// Makes the field that holds the workflow state.
pub(crate) const fn state(words: &'static [&'static str]) -> Field {
    required("state", "State", "Where the record stands; moved with a workflow move.", FieldKind::Word(words))
}

pub(crate) const REFERENCE: Field = field(
    "reference",
    "Reference",
    "Short name for people, given when the record is made, such as TB-P2.",
    FieldKind::Line,
);

pub(crate) const CASE_INFO: Field = field(
    "case_info",
    "Holds case information",
    "Yes where it says, or may say, something about an identifiable child, family or practitioner. Such a record never leaves.",
    FieldKind::Flag,
);

pub(crate) const HANDLING: Field = field(
    "handling",
    "Handling",
    "Security marking: official, or official_sensitive for what only some need to know.",
    FieldKind::Word(HANDLING_WORDS),
);

pub(crate) const RETENTION: Field =
    field("retention", "Retention", "How long it is kept, in the words of the schedule that applies.", FieldKind::Line);

pub(crate) const SOURCE: Field =
    field("source", "Source", "The paper, meeting or publication it comes from.", FieldKind::Line);

pub(crate) const LINKS: Field = field(
    "links",
    "Links",
    "Other records it belongs with, in the same audience or published.",
    FieldKind::Lines(&[
        required("rel", "Relation", "How they belong together, such as follows or supports.", FieldKind::Line),
        required("id", "Record", "The other record.", FieldKind::Link),
        field("version", "Version", "The exact version meant, where it matters.", FieldKind::Line),
    ]),
);
