use std::collections::BTreeMap;

use tally_document::{Description, Field, Value};

use crate::fields::{Group, STATE};
use crate::rule::Rule;
use crate::state::{PeopleState, State};

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

/// The part of the pages where records of a kind are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What is worked on together: the board of adoption, own priorities.
    Priorities,
    /// Lessons, and what practice makes of them.
    Learning,
    /// Exercises, findings and replies.
    Scrutiny,
    /// The calendar, agendas, decisions and groups.
    Meetings,
    /// Who takes part, and what is compared and published.
    Partners,
}

impl Section {
    /// Returns its heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Priorities => "Priorities",
            Self::Learning => "Learning",
            Self::Scrutiny => "Scrutiny",
            Self::Meetings => "Meetings",
            Self::Partners => "Partners",
        }
    }
}

/// One kind of record: its fields, its workflow, its rules, and where it lives.
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
    /// Its own fields under their headings; `description` has those that all kinds share as well.
    pub groups: &'static [Group],
    /// The fields that are the agreed text. Declared and shown; approval and adoption bind the whole version as yet.
    pub agreed_text: &'static [&'static str],
    /// The rules of the field that a record of this kind can break, beside those for every record.
    pub rules: &'static [Rule],
    /// The fields that hold a day on which something is due.
    pub dues: &'static [&'static str],
    /// The part of the pages where it is found.
    pub section: Section,
    /// Every state, in the order of the workflow.
    pub states: &'static [State],
    /// The state of a new record.
    pub first: &'static str,
    /// The states that are meant to go through the door; from others the preview warns.
    pub leaves_from: &'static [&'static str],
    /// The state in which the copy begins that the door makes in a ring.
    pub arrives_as: &'static str,
    /// The fields that a list of this kind shows, in order.
    pub columns: &'static [&'static str],
    /// The field by which a list of this kind is sorted.
    pub sort: &'static str,
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
        match fields.get(STATE) {
            Some(Value::Word(word)) if !word.is_empty() => word,
            _ => self.first,
        }
    }
}

/// Returns what a state counts as for people; a draft that others hold is shared.
#[must_use]
pub fn people_state(kind: &Type, state: &str, held_by_others: bool) -> PeopleState {
    match kind.state(state).map_or(PeopleState::Draft, |s| s.people) {
        PeopleState::Draft if held_by_others => PeopleState::Shared,
        people => people,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::PRIORITY;

    #[test]
    fn a_proposed_priority_at_home_is_a_draft() {
        assert_eq!(people_state(&PRIORITY, "proposed", false), PeopleState::Draft);
    }

    #[test]
    fn a_proposed_priority_in_a_ring_is_shared() {
        assert_eq!(people_state(&PRIORITY, "proposed", true), PeopleState::Shared);
    }

    #[test]
    fn a_concluded_priority_is_closed_wherever_it_is() {
        assert_eq!(people_state(&PRIORITY, "concluded", false), PeopleState::Closed);
    }
}
