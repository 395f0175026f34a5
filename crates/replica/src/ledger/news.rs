use std::collections::{BTreeMap, BTreeSet};

use tally_entry::RingId;

use crate::counted::documents::Judged;
use crate::ledger::chained::AudienceRef;

/// What changed in the ledger and was not told yet, to listeners or to partners.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) judged: BTreeMap<AudienceRef, Vec<Judged>>,
    /// Audiences that every partner has to compare again.
    pub(crate) compare: BTreeSet<AudienceRef>,
    /// Rings of which something else than entries is new.
    pub(crate) acts: BTreeSet<RingId>,
}

impl News {
    pub(super) fn judged(&mut self, of: AudienceRef, judged: Vec<Judged>) {
        self.judged.entry(of).or_default().extend(judged);
    }

    pub(super) fn compare(&mut self, of: AudienceRef) {
        self.compare.insert(of);
    }

    pub(super) fn acts(&mut self, ring: RingId) {
        self.acts.insert(ring);
    }
}
