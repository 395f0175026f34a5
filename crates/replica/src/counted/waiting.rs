use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{ChangeHash, DocumentId, EntryId};

/// What an entry cannot be judged without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// The document's birth.
    Document(DocumentId),
    /// A change of the document.
    Change(DocumentId, ChangeHash),
    /// An earlier entry of the same log, itself waiting.
    Earlier(EntryId),
}

/// Entries that wait for something not yet here, by what they wait for.
///
/// Nothing is ever dropped from it: what waits is on disk and counted, and an entry leaves only when it is judged.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    by_need: BTreeMap<Need, BTreeSet<EntryId>>,
    waiting: BTreeMap<EntryId, BTreeSet<Need>>,
}

impl Waiting {
    /// Makes the entry wait for all of these; it is released once the last has come.
    pub(crate) fn wait(&mut self, entry: EntryId, needs: impl IntoIterator<Item = Need>) {
        let needs: BTreeSet<_> = needs.into_iter().collect();
        for need in &needs {
            self.by_need.entry(*need).or_default().insert(entry);
        }
        self.waiting.insert(entry, needs);
    }

    /// Says that this has come: returns the entries that can be judged now.
    pub(crate) fn met(&mut self, need: &Need) -> Vec<EntryId> {
        let mut free = Vec::new();
        for entry in self.by_need.remove(need).unwrap_or_default() {
            let Some(needs) = self.waiting.get_mut(&entry) else {
                continue;
            };
            needs.remove(need);
            if needs.is_empty() {
                self.waiting.remove(&entry);
                free.push(entry);
            }
        }
        free
    }

    /// Says that this is void: whatever waits for it is void with it, whatever else it waits for.
    pub(crate) fn void(&mut self, need: &Need) -> Vec<EntryId> {
        let free: Vec<EntryId> = self.by_need.remove(need).unwrap_or_default().into_iter().collect();
        for entry in &free {
            for other in self.waiting.remove(entry).unwrap_or_default() {
                if let Some(entries) = self.by_need.get_mut(&other) {
                    entries.remove(entry);
                }
            }
        }
        free
    }

    pub(crate) fn count(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_released_when_the_last_of_its_needs_is_met() {
        let id = |n| EntryId::from_bytes([n; 32]);
        let mut waiting = Waiting::default();
        waiting.wait(id(9), [Need::Earlier(id(1)), Need::Earlier(id(2))]);
        assert!(waiting.met(&Need::Earlier(id(1))).is_empty());
        assert_eq!(waiting.met(&Need::Earlier(id(2))), [id(9)]);
        assert_eq!(waiting.count(), 0);
    }

    #[test]
    fn an_entry_is_released_at_once_by_a_need_that_is_void() {
        let id = |n| EntryId::from_bytes([n; 32]);
        let mut waiting = Waiting::default();
        waiting.wait(id(9), [Need::Earlier(id(1)), Need::Earlier(id(2))]);
        assert_eq!(waiting.void(&Need::Earlier(id(1))), [id(9)]);
        assert_eq!(waiting.count(), 0);
        assert!(waiting.met(&Need::Earlier(id(2))).is_empty());
    }
}
