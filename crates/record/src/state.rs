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

/// The four states that people see above a type's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeopleState {
    /// Kept here; nobody else has it.
    Draft,
    /// In a ring, and not yet agreed.
    Shared,
    /// Agreed; the agreed text stays in force.
    Agreed,
    /// Finished: nothing more is expected of anyone.
    Closed,
}

impl PeopleState {
    /// Returns the word that pages and JSON use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Shared => "shared",
            Self::Agreed => "agreed",
            Self::Closed => "closed",
        }
    }
}
