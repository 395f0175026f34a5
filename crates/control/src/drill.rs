use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::views_rebuild::Done;

/// Lose, or regain, every connection to partners: for the demonstration and for drills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Whether to be cut off.
    pub off: bool,
}

impl Ask for Cut {
    const NAME: &'static str = "cut";
    type Answer = Done;
}

/// End the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {}

impl Ask for Stop {
    const NAME: &'static str = "stop";
    type Answer = Done;
}
