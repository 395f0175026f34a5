use serde::{Deserialize, Serialize};

use crate::ask::Ask;

/// The rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingList {
    /// One ring; none for all.
    pub ring: Option<String>,
}

impl Ask for RingList {
    const NAME: &'static str = "ring_list";
    type Answer = Rings;
}

/// The rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rings {
    /// One a ring.
    pub rings: Vec<Ring>,
}

/// How far an edition is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingState {
    /// By everybody it lists.
    Complete,
    /// Not by everybody.
    Awaiting,
}

impl RingState {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Awaiting => "awaiting",
        }
    }
}

/// What a member may do in a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Write and make statements.
    Full,
    /// Read and make statements.
    Observer,
}

impl Standing {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Observer => "observer",
        }
    }
}

/// A member as a ring lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub member: String,
    /// Its name.
    pub name: String,
    /// Its codes.
    pub codes: Vec<String>,
    /// What it may do.
    pub standing: Standing,
    /// Of its root key and the next, to compare by telephone.
    #[serde(default)]
    pub fingerprint: String,
    /// Its nodes.
    pub nodes: Vec<String>,
}

/// A ring by its edition in force, or its first draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Its id.
    pub ring: String,
    /// Its name.
    pub name: String,
    /// Its purpose.
    pub purpose: String,
    /// How far that edition is signed.
    pub state: RingState,
    /// The edition in force, or the draft.
    pub edition: String,
    /// Its number.
    pub number: u64,
    /// Its members.
    pub members: Vec<Member>,
    /// Names of those who signed.
    pub signed_by: Vec<String>,
    /// Names of those who have not.
    pub awaiting: Vec<String>,
    /// Drafts beside the edition in force.
    pub drafts: Vec<String>,
}
