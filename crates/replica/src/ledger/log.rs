use minicbor::{Decode, Encode};
use tally_entry::{EntryId, NodeId, Position};

use crate::ledger::chained::Chained;
use crate::ledger::spent::Spent;

/// How far one of a node's logs reaches.
#[derive(Clone, Copy, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct LogPosition {
    #[n(0)]
    pub(crate) node: NodeId,
    #[n(1)]
    pub(crate) position: Position,
}

/// What is still to come after an answer that had no room for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Remaining {
    #[n(0)]
    pub(crate) entries: u64,
    #[n(1)]
    pub(crate) bytes: u64,
}

/// One log as this node holds it: entries 1 to n without a gap.
#[derive(Debug, Default)]
pub(crate) struct Log {
    items: Vec<Item>,
    /// Where a fork proof ends the log for ever: nothing after it is taken, and what comes up to it is.
    frozen: Option<End>,
    spent: Spent,
}

/// The last entry that all branches of a forked log share, for which their signatures vouch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) after: u64,
    pub(crate) last: Option<EntryId>,
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

    pub(crate) const fn spent(&self) -> Spent {
        self.spent
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
        self.spent = self.spent.with(entry.header());
        self.items.push(Item { entry, arrival });
    }

    pub(crate) const fn frozen(&self) -> Option<End> {
        self.frozen
    }

    pub(crate) fn frozen_after(&self) -> Option<u64> {
        self.frozen.map(|end| end.after)
    }

    /// Whether its last entry needs no signature of its own, because the fork proof names it.
    pub(crate) fn ends_vouched(&self) -> bool {
        self.frozen.is_some_and(|end| end.after == self.length() && end.last == self.head().map(Chained::id))
    }

    /// Sets aside what follows `sequence`, and returns it.
    pub(crate) fn cut(&mut self, sequence: u64) -> Vec<Chained> {
        let from = usize::try_from(sequence).unwrap_or(usize::MAX).min(self.items.len());
        let aside: Vec<_> = self.items.drain(from..).map(|item| item.entry).collect();
        for entry in &aside {
            self.spent = self.spent.without(entry.header());
        }
        aside
    }

    /// Ends the log for ever here; what follows stays until it is [cut](Self::cut).
    pub(crate) const fn freeze(&mut self, end: End) {
        self.frozen = Some(end);
    }
}
