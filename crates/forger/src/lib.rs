//! What an attacker would make: an entry in a partner's name that the partner never signed, and the peer that sends it.
//!
//! It speaks the nodes' protocol with frames of its own. Only tests name it, so no program that is installed holds it.
#![allow(clippy::disallowed_methods, reason = "a thief of keys reads them from a home")]

mod attack;
mod forgery;
mod prepared;
mod stolen;

pub use attack::{AttackOutcome, send};
pub use forgery::{Forgery, Unforged};
pub use prepared::prepared;
pub use stolen::{peer, transport_seed};
