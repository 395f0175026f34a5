use serde::{Deserialize, Serialize};

use crate::ask::Ask;

/// Rebuild the views from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewsRebuild {}

impl Ask for ViewsRebuild {
    const NAME: &'static str = "views_rebuild";
    type Answer = Done;
}

/// Done, with nothing to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}
