//! Which members have a copy of a record.

use std::collections::BTreeMap;

use tally_entry::MemberId;
use tally_ring::{LogKey as RingLogKey, Receipt};

use crate::api::reading::CopyStatus;
use crate::counted::document::RecordedDocument;
use crate::ledger::book::Book;
use crate::ledger::chained::{AudienceRef, LogKey};
use crate::reading::Reader;

impl Reader<'_> {
    /// Which members have a copy of a document, by what their nodes last said.
    pub(super) fn copies(&self, of: &AudienceRef, recorded: &RecordedDocument) -> BTreeMap<MemberId, CopyStatus> {
        let (Some(ring), Some(book)) = (self.ledger.ring(&of.0), self.ledger.book(of)) else {
            return BTreeMap::new();
        };
        let Some(edition) = ring.current() else {
            return BTreeMap::new();
        };
        let needed = needed(recorded);
        edition
            .members
            .iter()
            .map(|listed| listed.member)
            .filter(|member| book.audience().holds(edition, *member))
            .map(|member| {
                if member == self.ledger.member() {
                    return (member, CopyStatus::Confirmed { at: self.now });
                }
                let copies = ring
                    .nodes_of(member)
                    .filter_map(|certificate| book.receipts().of(&certificate.node))
                    .map(|receipt| copy(book, receipt, &needed));
                (member, copies.max_by_key(rank).unwrap_or(CopyStatus::Unknown))
            })
            .collect()
    }
}

/// How far each log must be held for the document to be held.
fn needed(recorded: &RecordedDocument) -> BTreeMap<LogKey, u64> {
    let mut needed: BTreeMap<LogKey, u64> = BTreeMap::new();
    let entries =
        recorded.changes.values().map(|step| &step.entry).chain(recorded.statements.iter().map(|said| &said.entry));
    for entry in entries {
        let reach = needed.entry(entry.log_key()).or_default();
        *reach = entry.header().sequence.max(*reach);
    }
    needed
}

fn copy(book: &Book, receipt: &Receipt, needed: &BTreeMap<LogKey, u64>) -> CopyStatus {
    let at = receipt.content().at;
    let covers = needed.iter().all(|((node, incarnation), sequence)| {
        let key = RingLogKey { node: *node, incarnation: *incarnation };
        receipt.position(key).is_some_and(|position| {
            position.sequence >= *sequence
                && book.log(&(*node, *incarnation)).is_some_and(|log| log.agrees(&position) != Some(false))
        })
    });
    let beyond = receipt.content().positions.iter().any(|(key, position)| {
        book.log(&(key.node, key.incarnation))
            .is_none_or(|log| log.frozen_after().is_none() && log.length() < position.sequence)
    });
    match (covers, beyond) {
        (true, false) => CopyStatus::Confirmed { at },
        (true, true) => CopyStatus::Ahead { at },
        (false, _) => CopyStatus::Behind { at },
    }
}

const fn rank(copy: &CopyStatus) -> u8 {
    match copy {
        CopyStatus::Unknown => 0,
        CopyStatus::Behind { .. } => 1,
        CopyStatus::Ahead { .. } => 2,
        CopyStatus::Confirmed { .. } => 3,
    }
}
