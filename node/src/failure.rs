//! What went wrong below, as a person is told: the sentence, the exit code, and what helps.

use tally_control::{Exit, Failure, told};
use tally_ring::{CardError, InvitationError};

/// A card among those given, counted from one, that cannot be used.
pub(crate) fn bad_card(at: usize, error: &CardError) -> Failure {
    Failure::new(
        Exit::Failed,
        "No ring was proposed",
        format!("card {at}: {}", told(error)),
        match error {
            CardError::Forged | CardError::Certificate(_) => {
                "Do not use it. Ask the member by telephone to send its card again, and compare the fingerprint."
            }
            _ => "Ask the member to send its card again (`tally card`), as a file rather than pasted text.",
        },
    )
}

/// An invitation that cannot be used.
pub(crate) fn bad_invitation(error: &InvitationError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The invitation was not taken",
        told(error),
        if error.is_forgery() {
            "Do not use it. Ask whoever sent it by telephone what they sent, and compare the fingerprint."
        } else {
            "Ask for it to be sent again, as a file rather than pasted text."
        },
    )
}
