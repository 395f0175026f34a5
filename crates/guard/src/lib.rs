//! The guard: finds what identifies a person in words that are about to enter a ring.
//!
//! Text in, findings out. It knows no record, no ring and no seat.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod email;
mod folded;
mod inspect;
mod nhs_number;
mod postcode;
mod span;

pub use inspect::{FieldFinding, Finding, Identifier, inspect, inspect_fields};
