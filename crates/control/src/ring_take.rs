use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::ring_list::Ring;

/// Take an invitation, already signed where it is to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingTake {
    /// Its text.
    pub invitation: String,
}

impl Ask for RingTake {
    const NAME: &'static str = "ring_take";
    type Answer = RingTaken;
}

/// An invitation that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingTaken {
    /// The ring as it is now.
    pub ring: Ring,
    /// The invitation with every signature held here.
    pub invitation: String,
}
