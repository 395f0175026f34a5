use serde::{Deserialize, Serialize};

use crate::ask::Ask;

/// Why a member does not have what we have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The member.
    pub member: String,
    /// One record; none for all.
    pub record: Option<String>,
}

impl Ask for Why {
    const NAME: &'static str = "why";
    type Answer = Cause;
}

/// The first cause that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// In a paragraph.
    pub cause: String,
    /// What to do next.
    pub remedy: String,
}
