use std::collections::BTreeSet;

use tally_entry::EntryId;
use tally_guard::{Cleared, FindingDigest, Words};

use crate::api::refused::Refused;
use crate::pen::act::Act;

/// Why words may be signed.
pub(crate) enum Clearance {
    /// The guard reads them now, but for the findings that a seat has answered for.
    Guard(BTreeSet<FindingDigest>),
    /// The guard read them when this own entry was first signed, which is now written again.
    Again(EntryId),
}

impl Clearance {
    pub(crate) const fn again(&self) -> Option<EntryId> {
        match self {
            Self::Again(entry) => Some(*entry),
            Self::Guard(_) => None,
        }
    }

    /// Has the guard read an act. `standing` are the words before it.
    pub(crate) fn clear(&self, act: Act, standing: impl FnOnce() -> Words) -> Result<Cleared<Act>, Refused> {
        match self {
            Self::Guard(overridden) => Cleared::read(act, standing, overridden).map_err(Refused::Guard),
            Self::Again(_) => Ok(Cleared::again(act)),
        }
    }
}
