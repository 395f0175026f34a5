use std::collections::BTreeMap;

use tally_document::{Description, Field, Value};

use crate::people_state::PeopleState;

/// Says where records of a type come into the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Born {
    /// Only in the sovereign store; a ring gets it through the door.
    Local,
    /// In the sovereign store or, as a joint text, in a ring.
    LocalOrRing,
}

impl Born {
    /// Returns the word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::LocalOrRing => "local_or_ring",
        }
    }
}

/// Says who may change a shared record of a type; a local one is always its home's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WritersRule {
    /// Every full member of the audience.
    Members,
    /// Only the member that answers for it; others make statements.
    Home,
}

impl WritersRule {
    /// Returns the word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Home => "home",
        }
    }
}

/// One state of a type's workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The word the `state` field holds.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The states a person may move to from here.
    pub next: &'static [&'static str],
    /// What it counts as for people; `Draft` shows as `Shared` once others hold the record.
    pub people: PeopleState,
}

/// One kind of record: its fields, its workflow, and where it lives.
#[derive(Debug)]
pub struct Type {
    /// The fields, in the language of `tally-document`.
    pub description: &'static Description,
    /// What people call one such record.
    pub label: &'static str,
    /// Where it is born.
    pub born: Born,
    /// Who writes it in a ring.
    pub writers: WritersRule,
    /// The field that names a record; [`Type::title`] falls back to `title`.
    pub title_field: &'static str,
    /// The field that holds the workflow state.
    pub state_field: &'static str,
    /// Every state, in the order of the workflow.
    pub states: &'static [State],
    /// The state of a new record.
    pub first: &'static str,
    /// The states that are meant to go through the door; from others the preview warns.
    pub leaves_from: &'static [&'static str],
    /// The state in which the copy begins that the door makes in a ring.
    pub arrives_as: &'static str,
    /// The fields that lists show, in order.
    pub list_columns: &'static [&'static str],
    /// The letter of short references.
    pub letter: char,
    /// The security marking of a new record.
    pub handling: &'static str,
    /// How long a new record is kept.
    pub retention: &'static str,
}

impl Type {
    /// Returns the word that commands use for this kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.description.kind
    }

    /// Returns a field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.description.field(name)
    }

    /// Returns a state by its word.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// Returns what to call a record with these fields; empty where nothing names it yet.
    #[must_use]
    pub fn title<'a>(&self, fields: &'a BTreeMap<String, Value>) -> &'a str {
        [self.title_field, "title"]
            .into_iter()
            .filter_map(|name| match fields.get(name) {
                Some(Value::Line(text) | Value::Text(text)) => Some(text.as_str()),
                _ => None,
            })
            .find(|text| !text.trim().is_empty())
            .unwrap_or_default()
    }

    /// Returns the state a record with these fields is in; an unwritten one is in the first.
    #[must_use]
    pub fn state_of<'a>(&self, fields: &'a BTreeMap<String, Value>) -> &'a str {
        match fields.get(self.state_field) {
            Some(Value::Word(word)) if !word.is_empty() => word,
            _ => self.first,
        }
    }
}
