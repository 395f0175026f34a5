//! What a root key remembers of the editions it signed.

use minicbor::{Decode, Encode};
use tally_entry::{EditionId, RingId, canonical};
use thiserror::Error;

use crate::act::edition::Edition;
use crate::bound::{self, Malformed};

/// Editions one root may sign in its life: one a week for seventy years.
const SIGNED: usize = 4_096;

/// The editions that one root key signed; kept beside the key, in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct RootMemory {
    #[n(0)]
    signed: Vec<Remembered>,
}

/// One edition that a root key signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Remembered {
    /// The ring whose edition it is.
    #[n(0)]
    pub ring: RingId,
    /// The parent of the edition signed.
    #[n(1)]
    pub parent: Option<EditionId>,
    /// The edition that was signed.
    #[n(2)]
    pub edition: EditionId,
}

/// Why a root must not sign an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AlreadySigned {
    /// It signed another on the same parent, which this one does not stand instead of.
    #[error("this root already signed edition {edition} on the same parent, and the draft does not replace it")]
    Another {
        /// The edition signed before.
        edition: EditionId,
    },
    /// It signed an edition that builds on one which this draft would replace.
    #[error("this root already signed edition {edition}, which builds on a draft that this one replaces")]
    BuiltOn {
        /// The edition signed before.
        edition: EditionId,
    },
    /// It signed as many editions as its file holds.
    #[error("this root has signed {SIGNED} editions, as many as its memory holds")]
    Full,
}

impl RootMemory {
    /// Tells whether the root may sign this edition.
    pub fn may_sign(&self, draft: &Edition) -> Result<(), AlreadySigned> {
        let id = draft.id();
        let here = || self.signed.iter().filter(|past| past.ring == draft.ring);
        if here().any(|past| past.edition == id) {
            return Ok(());
        }
        let replaces = |edition: &EditionId| draft.instead_of.contains(edition);
        for past in here().filter(|past| past.parent == draft.parent) {
            if !replaces(&past.edition) {
                return Err(AlreadySigned::Another { edition: past.edition });
            }
        }
        // Replacing an edition on which this root built would take its own later word back.
        if let Some(past) = here().find(|past| past.parent.as_ref().is_some_and(replaces)) {
            return Err(AlreadySigned::BuiltOn { edition: past.edition });
        }
        if self.signed.len() >= SIGNED { Err(AlreadySigned::Full) } else { Ok(()) }
    }

    /// Remembers an edition that is about to be signed, if it may be.
    pub fn remember(&mut self, draft: &Edition) -> Result<(), AlreadySigned> {
        self.may_sign(draft)?;
        let past = Remembered { ring: draft.ring, parent: draft.parent, edition: draft.id() };
        if let Err(at) = self.signed.binary_search(&past) {
            self.signed.insert(at, past);
        }
        Ok(())
    }

    /// The editions signed, by ring and parent.
    pub fn signed(&self) -> &[Remembered] {
        &self.signed
    }

    /// Takes over what another copy of the memory holds, as after a restore.
    pub fn merge(&mut self, other: &Self) {
        self.signed.extend(&other.signed);
        self.signed.sort();
        self.signed.dedup();
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let memory: Self = bound::decode("a root's memory", bound::EDITION_BYTES, bytes)?;
        bound::at_most("editions signed", SIGNED, memory.signed.len())?;
        bound::ascending("editions signed", memory.signed.iter())?;
        Ok(memory)
    }
}
