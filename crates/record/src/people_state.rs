use crate::record_type::Type;

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
    use crate::priority::PRIORITY;

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
