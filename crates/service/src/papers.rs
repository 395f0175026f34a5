//! What the service needs of whoever keeps papers.

use tally_replica::RingReading;
use tally_ring::Invitation;

/// Where the newest text of every invitation is kept, to hand on.
pub trait Papers: Send + Sync + 'static {
    /// Keeps an invitation, merged with the copy that is kept already; returns what is kept now, or why it is not.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn keep(&self, given: &Invitation) -> Result<Invitation, String>;

    /// Keeps the signatures that the core holds beside those of an invitation.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn keep_signatures(&self, kept: Invitation, ring: Option<&RingReading>) -> Result<Invitation, String>;
}
