//! The guard: finds what identifies a person in words that are about to enter a ring.
//!
//! Text in, findings out. It knows no record, no ring and no seat. [`Cleared`] is what it gives for words in which it
//! found nothing that was not let through, and what the pen of a ring asks for.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod borders;
mod cleared;
mod email;
mod finding;
mod folded;
mod identifier;
mod inspect;
mod nhs_number;
mod postcode;
mod sighting;
mod words;

pub use cleared::{Cleared, Stopped};
pub use finding::{Finding, FindingDigest, NoFindingDigest};
pub use identifier::Identifier;
pub use words::{Wording, Words};
