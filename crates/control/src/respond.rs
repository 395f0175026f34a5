use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::made::Made;

/// Say a seat's word on the version shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respond {
    /// The record.
    pub id: String,
    /// The word.
    pub word: String,
    /// What the seat adds.
    pub note: Option<String>,
    /// Under whose delegation, which minute.
    pub authority: Option<String>,
    /// A version; none for the present one.
    pub version: Option<String>,
}

impl Ask for Respond {
    const NAME: &'static str = "respond";
    type Answer = Made;
}
