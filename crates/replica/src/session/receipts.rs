//! Receipts: what each node says it holds, newest replacing older.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use tally_entry::{DocumentId, MemberId, NodeId, Time};
use tally_ring::{LogKey as RingLogKey, Receipt};

use crate::api::output::{Event, Output};
use crate::api::reading::CopyStatus;
use crate::ledger::book::Book;
use crate::ledger::chained::{AudienceRef, LogKey};
use crate::replica::Replica;
use crate::session::partner::RECEIPTS_EVERY;

/// The most receipts in one question: every node of the largest ring foreseen, in a few audiences.
const RECEIPTS_MAX: usize = 256;

impl Replica {
    /// The receipts that a partner has not had yet, our own made new where our positions moved.
    pub(crate) fn receipts_for(&mut self, node: NodeId) -> Option<Vec<ByteVec>> {
        let audiences: Vec<AudienceRef> = self.books.keys().filter(|of| self.may_hold(&node, of)).copied().collect();
        let mut out: Vec<ByteVec> = Vec::new();
        for of in audiences {
            self.own_receipt(&of);
            let (Some(book), Some(partner)) = (self.books.get(&of), self.partners.get_mut(&node)) else {
                continue;
            };
            for (of_node, receipt) in &book.receipts {
                let at = receipt.content().at;
                let sent = partner.receipts_sent.entry((of, *of_node)).or_default();
                // Its own only once a connection: after a restart it learns from us how new its newest was.
                let echo = *of_node != node || *sent == Time::default();
                if echo && *sent < at && out.len() < RECEIPTS_MAX {
                    *sent = at;
                    out.push(receipt.encode().into());
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    fn own_receipt(&mut self, of: &AudienceRef) {
        let Some(book) = self.books.get_mut(of) else {
            return;
        };
        let positions: Vec<_> = book
            .positions()
            .into_iter()
            .map(|held| {
                let key = RingLogKey { node: held.node, incarnation: held.position.incarnation };
                (key, held.position)
            })
            .collect();
        let same = book.receipts.get(&self.node).is_some_and(|receipt| receipt.content().positions == positions);
        if same || positions.is_empty() {
            return;
        }
        let at = self.now.max(book.receipt_floor.plus(1));
        if let Ok(receipt) = Receipt::sign(of.1, at, positions, &self.me.key) {
            book.receipt_floor = at;
            book.receipts.insert(self.node, receipt);
        }
    }

    /// Takes receipts that a partner sent, its own and others'.
    pub(crate) fn take_receipts(&mut self, node: NodeId, receipts: Vec<ByteVec>) {
        for bytes in receipts.into_iter().take(RECEIPTS_MAX) {
            let Ok(receipt) = Receipt::decode(&bytes) else {
                continue;
            };
            let (of_node, audience) = (receipt.content().node, receipt.content().audience);
            let Some(of) = self.books.keys().find(|of| of.1 == audience).copied() else {
                continue;
            };
            let believed = self.may_hold(&node, &of)
                && self.may_hold(&of_node, &of)
                && self
                    .rings
                    .get(&of.0)
                    .and_then(|ring| ring.node(of_node))
                    .is_some_and(|certificate| receipt.verify(&certificate.key).is_ok());
            let Some(book) = self.books.get_mut(&of).filter(|_| believed) else {
                continue;
            };
            if of_node == self.node {
                // Of a life before this one, whose clock may have been ahead.
                if book.receipt_floor < receipt.content().at {
                    book.receipt_floor = receipt.content().at;
                    book.receipts.remove(&of_node);
                }
                continue;
            }
            let newer = book.receipts.get(&of_node).is_none_or(|held| held.content().at < receipt.content().at);
            if newer {
                book.receipts.insert(of_node, receipt);
                self.outbox.push(Output::Tell(Event::ReceiptCame { node: of_node }));
                self.pass_receipts(node, of);
            }
        }
    }

    fn pass_receipts(&mut self, from: NodeId, of: AudienceRef) {
        let due = self.now.plus(RECEIPTS_EVERY);
        let nodes: Vec<NodeId> = self.partners.keys().copied().collect();
        for node in nodes {
            if node != from
                && self.may_hold(&node, &of)
                && let Some(partner) = self.partners.get_mut(&node)
                && partner.connected
            {
                partner.receipts_due.get_or_insert(due);
            }
        }
    }

    /// Which members have a copy of a document, by what their nodes last said.
    pub(crate) fn held_by(&self, of: &AudienceRef, document: &DocumentId) -> BTreeMap<MemberId, CopyStatus> {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get(of)) else {
            return BTreeMap::new();
        };
        let Some(edition) = ring.current() else {
            return BTreeMap::new();
        };
        let needed = needed(book, document);
        edition
            .members
            .iter()
            .map(|listed| listed.member)
            .filter(|member| book.audience.holds(edition, *member))
            .map(|member| {
                if member == self.me.member {
                    return (member, CopyStatus::Confirmed { at: self.now });
                }
                let copies = ring
                    .nodes_of(member)
                    .filter_map(|certificate| book.receipts.get(&certificate.node))
                    .map(|receipt| copy(book, receipt, &needed));
                (member, copies.max_by_key(rank).unwrap_or(CopyStatus::Unknown))
            })
            .collect()
    }
}

/// How far each log must be held for the document to be held.
fn needed(book: &Book, document: &DocumentId) -> BTreeMap<LogKey, u64> {
    let mut needed: BTreeMap<LogKey, u64> = BTreeMap::new();
    let Some(folder) = book.shelf().folder(document) else {
        return needed;
    };
    let entries =
        folder.changes.values().map(|step| &step.entry).chain(folder.statements.iter().map(|said| &said.entry));
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
