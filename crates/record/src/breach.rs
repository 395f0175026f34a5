use std::collections::BTreeMap;
use std::fmt;

use tally_document::{FieldKind, Value};

use crate::fields::{CASE_INFO, STATE};
use crate::record_type::{Type, WritersRule};
use crate::rule::{Contents, Rule, Surroundings};
use crate::state::PeopleState;

#[cfg(test)]
mod tests;

/// A rule of the field that a record breaks; shown to people, never enforced on what arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// A field that a finished record has is empty.
    Empty {
        /// Its name in the description.
        field: &'static str,
        /// What people read.
        label: &'static str,
    },
    /// A field holds a word its type does not know.
    UnknownWord {
        /// Its name in the description.
        field: &'static str,
        /// What stands in the record.
        word: String,
    },
    /// A rule of its kind.
    OfKind(Rule),
    /// It is called agreed, and members have not approved this text.
    AgreedWithoutAll {
        /// The members whose approval is missing.
        outstanding: Vec<String>,
    },
    /// A record that may hold case information is held by others.
    CaseInformationShared,
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
            Self::OfKind(rule) => rule.number,
            Self::CaseInformationShared => Some("R14"),
            Self::AgreedWithoutAll { .. } => Some("R67"),
            Self::Empty { .. } | Self::UnknownWord { .. } | Self::Unsettled { .. } => None,
        }
    }

    /// Returns the field it is about, with the line and key within it; none where it is about the whole record.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Empty { field, .. } | Self::UnknownWord { field, .. } => Some(field),
            Self::OfKind(rule) => rule.about.first().copied(),
            Self::CaseInformationShared => Some(CASE_INFO),
            Self::AgreedWithoutAll { .. } => None,
            Self::Unsettled { path } => Some(path),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { label, .. } => write!(f, "{label} is empty"),
            Self::UnknownWord { field, word } => write!(f, "{field} holds {word:?}, which is not one of its words"),
            Self::OfKind(rule) => f.write_str(rule.says),
            Self::AgreedWithoutAll { outstanding } => {
                write!(f, "Called agreed, but this text is not yet approved by {}", outstanding.join(", "))
            }
            Self::CaseInformationShared => f.write_str("Marked as holding case information, and held by others"),
            Self::Unsettled { path } => write!(f, "{path} has two answers; one is to be settled on"),
        }
    }
}

/// Finds the rules that a record breaks: its fields in their order, its kind's rules, then those for every record.
#[must_use]
pub fn breaches(kind: &Type, fields: &BTreeMap<String, Value>, around: &Surroundings<'_>) -> Vec<Breach> {
    let contents = Contents::new(kind.state_of(fields), fields);
    let mut found = Vec::new();
    for field in kind.description.fields {
        // An unwritten state is the first one.
        let elsewhere = field.name == STATE || kind.rules.iter().any(|rule| rule.about.contains(&field.name));
        if field.required && !elsewhere && contents.is_empty(field.name) {
            found.push(Breach::Empty { field: field.name, label: field.label });
        }
        found.extend(
            unknown_words(&field.kind, fields.get(field.name))
                .map(|word| Breach::UnknownWord { field: field.name, word: word.clone() }),
        );
    }
    found.extend(kind.rules.iter().filter(|rule| (rule.broken)(&contents, around)).map(|rule| Breach::OfKind(*rule)));
    let agreed = kind.state(contents.state()).is_some_and(|state| state.people == PeopleState::Agreed);
    if agreed && around.held_by_others && kind.writers == WritersRule::Members && !around.outstanding.is_empty() {
        found.push(Breach::AgreedWithoutAll { outstanding: around.outstanding.to_vec() });
    }
    if around.held_by_others && contents.is_yes(CASE_INFO) {
        found.push(Breach::CaseInformationShared);
    }
    found.extend(around.unsettled.iter().map(|path| Breach::Unsettled { path: path.clone() }));
    found
}

fn unknown_words<'a>(kind: &FieldKind, value: Option<&'a Value>) -> impl Iterator<Item = &'a String> {
    let words: Vec<&String> = match (kind, value) {
        (FieldKind::Word(_), Some(Value::Word(word))) => vec![word],
        (FieldKind::Words(_), Some(Value::Words(words))) => words.iter().collect(),
        _ => Vec::new(),
    };
    let terms = kind.terms();
    words.into_iter().filter(move |word| !word.is_empty() && !terms.iter().any(|term| term.word == **word))
}
