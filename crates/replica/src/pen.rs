//! What this node writes itself: commands become entries, and own words that were set aside are written again.

pub(crate) mod act;
pub(crate) mod clearance;
mod old_document;
pub(crate) mod rewrite;
pub(crate) mod write;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng as _, SeedableRng as _};
use tally_entry::{EntryId, Time};

use crate::ledger::Ledger;
use crate::ledger::chained::AudienceRef;
use crate::outbox::Outbox;
use crate::pen::rewrite::Tried;
use crate::signer::Signer;

/// What signs this node's entries.
#[derive(Debug)]
pub(crate) struct Pen {
    signer: Signer,
    random: ChaCha12Rng,
    /// Own entries that were set aside and are not written again in this run: what they said stands, or was said of
    /// words that stand no more.
    left_aside: BTreeSet<EntryId>,
    /// By audience, since nothing that could not be written again then can be now.
    tried: BTreeMap<AudienceRef, Tried>,
}

impl Pen {
    pub(crate) fn new(signer: Signer, seed: [u8; 32]) -> Self {
        Self { signer, random: ChaCha12Rng::from_seed(seed), left_aside: BTreeSet::new(), tried: BTreeMap::new() }
    }

    /// For what is signed besides entries.
    pub(crate) const fn signer(&self) -> &Signer {
        &self.signer
    }

    fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.random.fill_bytes(&mut salt);
        salt
    }

    /// Line ids for an edit, from this node's seeded randomness.
    fn line_ids(&mut self) -> impl FnMut() -> [u8; 8] + use<> {
        let mut random = ChaCha12Rng::from_rng(&mut self.random);
        move || random.next_u64().to_be_bytes()
    }
}

/// What writing may touch: it knows no partner.
pub(crate) struct Writer<'a> {
    pub(crate) pen: &'a mut Pen,
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) outbox: &'a mut Outbox,
    /// Counts the records that were read.
    pub(crate) readings: &'a Cell<u64>,
    pub(crate) now: Time,
}
