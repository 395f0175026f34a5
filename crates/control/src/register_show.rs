use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::moment::Moment;

/// What left, when, to whom, on what basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterShow {}

impl Ask for RegisterShow {
    const NAME: &'static str = "register_show";
    type Answer = Disclosures;
}

/// The register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosures {
    /// Oldest first.
    pub disclosures: Vec<Disclosure>,
}

/// How far a disclosure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureState {
    /// The words are not signed yet.
    Intended,
    /// The words are in the ring.
    Done,
    /// The words did not leave.
    NotSent,
}

impl DisclosureState {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::NotSent => "not_sent",
        }
    }
}

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// When.
    pub at: Moment,
    /// The local record.
    pub local: String,
    /// The fields that left.
    pub fields: Vec<String>,
    /// The ring.
    pub ring: String,
    /// To whom.
    pub holders: Vec<String>,
    /// On what basis.
    pub basis: String,
    /// The seat that answered for it.
    pub seat: String,
    /// The reason given for leaving in spite of findings.
    pub override_reason: Option<String>,
    /// The record in the ring; none where the words did not leave.
    pub shared: Option<String>,
    /// How far it has come.
    pub state: DisclosureState,
}
