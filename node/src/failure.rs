//! What went wrong, as a person at the command line is told: what was not done, why, and what to do next.

mod home;
mod refused;

use tally_control::{AskError, Exit, Failure};

pub(crate) use home::{bad_card, bad_invitation, failure, unusable_card};
pub(crate) use refused::refused;

/// A request that was not answered as it should be.
pub(crate) fn asked(request: &str, error: &AskError) -> Failure {
    let (exit, what, hint) = match error {
        AskError::Refused(refusal) => return refused(request, refusal),
        AskError::Request(_) => (Exit::Failed, "The node was not asked", "give less in one command"),
        AskError::NotRunning => (Exit::NotRunning, "The node was not asked", "start it with: tally run"),
        AskError::NotPermitted { .. } => {
            (Exit::NotPermitted, "The node was not asked", "run the command as the user that the node runs as")
        }
        AskError::Broken(_) => (Exit::Failed, "The node did not answer", "see whether it still runs: tally status"),
        AskError::Ended => {
            (Exit::NotRunning, "The node did not answer", "see what it said last, then start it with: tally run")
        }
        AskError::TimedOut(_) => {
            (Exit::TimedOut, "The node did not answer", "give it longer with --timeout, or look at: tally status")
        }
        AskError::Answer(_) => (
            Exit::Failed,
            "The node's answer cannot be read",
            "the running node and this command are of different versions: end the node and start it again with this one",
        ),
    };
    Failure::new(exit, what, error.to_string(), hint)
}
