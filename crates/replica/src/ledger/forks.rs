use std::collections::BTreeMap;

use tally_entry::{Digest, EntryId, Tag, Verified, digest};
use tally_ring::{Branch, ForkProof, Frozen};

use crate::ledger::chained::{Chained, LogKey};
use crate::ledger::log::Item;

/// The forks that are proven in an audience, and what vouches for entries that they left at the end of a log.
#[derive(Debug, Default)]
pub(crate) struct Forks {
    /// By log: the last common sequence, and the proof.
    proofs: BTreeMap<LogKey, (u64, ForkProof)>,
    /// By an entry that may end a log without a signature of its own: the signed headers that follow it elsewhere.
    followed: BTreeMap<EntryId, Branch>,
}

impl Forks {
    pub(crate) fn proofs(&self) -> impl Iterator<Item = &ForkProof> {
        self.proofs.values().map(|(_, proof)| proof)
    }

    /// Takes a proof: says whether it decides where the log ends.
    ///
    /// The earlier point decides, and of two proofs of one point everybody keeps the same, so that what is frozen
    /// depends on the proofs held and not on their order.
    pub(crate) fn take(&mut self, proof: &ForkProof, frozen: &Frozen) -> bool {
        let key: LogKey = (frozen.log.node, frozen.log.incarnation);
        let bytes = proof.encode();
        let decides = self
            .proofs
            .get(&key)
            .is_none_or(|(after, held)| (frozen.after_sequence, &bytes) < (*after, &held.encode()));
        if decides {
            self.proofs.insert(key, (frozen.after_sequence, proof.clone()));
            if let Some(last) = frozen.last_common {
                self.followed.insert(last, proof.shorter().clone());
            }
        }
        decides
    }

    /// Notes what follows the entry at which a log ends: only what came as an entry of the log may ever be shown.
    pub(crate) fn note_rest(&mut self, last: &Chained, rest: &[Item]) {
        if self.is_vouched(last) {
            return;
        }
        let rest = rest.iter().map(|item| &item.entry);
        let vouched = rest.clone().position(|entry| self.is_vouched(entry)).map_or(0, |at| at + 1);
        if let Some(branch) = self.branch(rest.take(vouched)) {
            self.followed.insert(last.id(), branch);
        }
    }

    /// Whether a signature stands for this entry: its own, or that of headers known to follow it.
    pub(crate) fn is_vouched(&self, entry: &Chained) -> bool {
        entry.is_signed() || self.is_followed(&entry.id())
    }

    /// Whether signed headers are known that follow this entry.
    pub(crate) fn is_followed(&self, entry: &EntryId) -> bool {
        self.followed.contains_key(entry)
    }

    /// Consecutive entries as a branch, if the last is [vouched](Self::is_vouched) for.
    pub(crate) fn branch<'a>(&self, entries: impl Iterator<Item = &'a Chained>) -> Option<Branch> {
        let entries: Vec<Verified> = entries.map(|entry| entry.entry().clone()).collect();
        Branch::of(&entries).or_else(|| Some(Branch::before(&entries, self.followed.get(&entries.last()?.id())?)))
    }

    /// Over the proofs: equal exactly when both sides freeze the same logs by the same proofs.
    pub(crate) fn digest(&self) -> Digest {
        let proofs: Vec<Vec<u8>> = self.proofs().map(ForkProof::encode).collect();
        let parts: Vec<&[u8]> = proofs.iter().map(Vec::as_slice).collect();
        Digest::from_bytes(digest(&Tag::new("tally/1/forks-digest"), &parts))
    }
}
