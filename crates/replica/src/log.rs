use tally_entry::{EntryId, Position};

use crate::chained::Chained;
use crate::load::Load;

/// One log as this node holds it: entries 1 to n without a gap.
#[derive(Debug, Default)]
pub(crate) struct Log {
    items: Vec<Item>,
    /// Set aside after this sequence: by a fork proof for ever, never lengthened again.
    frozen_after: Option<u64>,
    load: Load,
}

/// An entry with the order in which it came here, which is a causal order as far as one exists.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) entry: Chained,
    pub(crate) arrival: u64,
}

impl Log {
    pub(crate) fn length(&self) -> u64 {
        self.items.len() as u64
    }

    pub(crate) const fn load(&self) -> Load {
        self.load
    }

    pub(crate) fn head(&self) -> Option<&Chained> {
        self.items.last().map(|item| &item.entry)
    }

    pub(crate) fn at(&self, sequence: u64) -> Option<&Item> {
        let index = usize::try_from(sequence.checked_sub(1)?).ok()?;
        self.items.get(index)
    }

    pub(crate) fn id_at(&self, sequence: u64) -> Option<EntryId> {
        self.at(sequence).map(|item| item.entry.id())
    }

    pub(crate) fn after(&self, sequence: u64) -> &[Item] {
        let from = usize::try_from(sequence).unwrap_or(usize::MAX);
        self.items.get(from..).unwrap_or_default()
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn position(&self) -> Option<Position> {
        self.head().map(|entry| Position {
            incarnation: entry.header().incarnation,
            sequence: entry.header().sequence,
            entry: entry.id(),
        })
    }

    /// Whether our entry at the partner's position is the partner's; none when we do not reach that far.
    pub(crate) fn agrees(&self, position: &Position) -> Option<bool> {
        self.id_at(position.sequence).map(|id| id == position.entry)
    }

    pub(crate) fn push(&mut self, entry: Chained, arrival: u64) {
        debug_assert_eq!(entry.header().sequence, self.length() + 1);
        self.load = self.load.with(entry.header());
        self.items.push(Item { entry, arrival });
    }

    pub(crate) const fn frozen_after(&self) -> Option<u64> {
        self.frozen_after
    }

    /// Sets aside what follows `sequence`, and returns it.
    pub(crate) fn cut(&mut self, sequence: u64) -> Vec<Chained> {
        let from = usize::try_from(sequence).unwrap_or(usize::MAX).min(self.items.len());
        let aside: Vec<_> = self.items.drain(from..).map(|item| item.entry).collect();
        for entry in &aside {
            self.load = self.load.without(entry.header());
        }
        aside
    }

    /// Ends the log for ever after `sequence`, or earlier where it was frozen earlier; returns what is set aside.
    pub(crate) fn freeze(&mut self, sequence: u64) -> Vec<Chained> {
        let at = self.frozen_after.map_or(sequence, |before| before.min(sequence));
        self.frozen_after = Some(at);
        self.cut(at)
    }
}
