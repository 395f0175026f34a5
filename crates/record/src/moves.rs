use thiserror::Error;

use crate::record_type::Type;

/// Says why a record may not move to a state.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoveError {
    /// The type has no such state.
    #[error("a {kind} has no state {to:?}; from {from:?} it may move to: {}", listed(allowed))]
    UnknownState {
        /// The kind of record.
        kind: &'static str,
        /// The state it is in.
        from: String,
        /// The state asked for.
        to: String,
        /// The states it may move to.
        allowed: Vec<&'static str>,
    },
    /// The workflow has no such step.
    #[error("a {kind} does not move from {from:?} to {to:?}; from there it may move to: {}", listed(allowed))]
    NotFromHere {
        /// The kind of record.
        kind: &'static str,
        /// The state it is in.
        from: String,
        /// The state asked for.
        to: String,
        /// The states it may move to.
        allowed: Vec<&'static str>,
    },
}

/// Returns the states a person may move a record to; none from a last or an unknown state.
#[must_use]
pub fn moves(kind: &Type, state: &str) -> &'static [&'static str] {
    kind.state(state).map_or(&[], |s| s.next)
}

/// Checks one step of the workflow.
///
/// # Errors
/// Names the states that would be allowed.
pub fn check_move(kind: &Type, from: &str, to: &str) -> Result<(), MoveError> {
    let allowed = moves(kind, from);
    if allowed.contains(&to) {
        return Ok(());
    }
    let (kind_name, from, to, allowed) = (kind.kind(), from.to_owned(), to.to_owned(), allowed.to_vec());
    Err(if kind.state(&to).is_none() {
        MoveError::UnknownState { kind: kind_name, from, to, allowed }
    } else {
        MoveError::NotFromHere { kind: kind_name, from, to, allowed }
    })
}

fn listed(words: &[&str]) -> String {
    if words.is_empty() { "nothing, this is a last state".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::LEARNING;
    use crate::kinds::PRIORITY;

    #[test]
    fn a_step_of_the_workflow_is_allowed() {
        assert_eq!(check_move(&PRIORITY, "proposed", "scoped"), Ok(()));
    }

    #[test]
    fn a_skipped_step_is_refused_with_the_allowed_ones() {
        let error = check_move(&PRIORITY, "proposed", "live").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a priority does not move from \"proposed\" to \"live\"; from there it may move to: scoped, stopped"
        );
    }

    #[test]
    fn an_unknown_state_is_refused_with_the_allowed_ones() {
        assert!(matches!(check_move(&LEARNING, "drafted", "lost"), Err(MoveError::UnknownState { .. })));
    }

    #[test]
    fn nothing_follows_a_last_state() {
        assert!(moves(&LEARNING, "retired").is_empty());
        assert!(check_move(&LEARNING, "retired", "drafted").unwrap_err().to_string().ends_with("last state"));
    }
}
