//! What is held, as people ask about it: rings, logs and partners.

use std::collections::BTreeMap;

use tally_entry::{NodeId, RingId};

use crate::api::reading::{EntryReading, LogReading, PartnerReading, RingReading};
use crate::ledger::book::Book;
use crate::ledger::chained::Chained;
use crate::ledger::log::Log;
use crate::ledger::ring_members;
use crate::reading::Reader;
use crate::session::partner::Partner;

impl Reader<'_> {
    pub(super) fn ring(&self, id: &RingId) -> RingReading {
        let ring = self.ledger.ring(id);
        let nodes = ring
            .map(|ring| {
                ring_members(ring)
                    .into_iter()
                    .flat_map(|member| ring.nodes_of(member))
                    .map(|node| (node.member, node.node, node.name.clone()))
                    .collect()
            })
            .unwrap_or_default();
        RingReading {
            ring: *id,
            edition: ring.and_then(|ring| Some((ring.current_id()?, ring.current()?.clone()))),
            signed: ring.and_then(|ring| ring.signed_edition(ring.current_id()?).cloned()),
            drafts: ring.map(|ring| ring.undecided().cloned().collect()).unwrap_or_default(),
            nodes,
        }
    }

    pub(super) fn partners(&self) -> Vec<PartnerReading> {
        let mut readings: BTreeMap<NodeId, PartnerReading> = BTreeMap::new();
        let nobody = Partner::default();
        for (id, ring) in self.ledger.rings() {
            for node in ring_members(ring).iter().flat_map(|member| ring.nodes_of(*member)) {
                if node.node == self.ledger.node() {
                    continue;
                }
                let partner = self.partners.get(&node.node).unwrap_or(&nobody);
                let reading_of = readings.entry(node.node).or_insert_with(|| PartnerReading {
                    node: node.node,
                    member: node.member,
                    name: node.name.clone(),
                    connected: partner.connected,
                    heard: partner.heard,
                    behind: 0,
                    ahead: 0,
                    cleared: true,
                });
                let shared = self.ledger.shared_audiences(&node.node);
                for of in shared.iter().filter(|of| of.0 == *id) {
                    let Some(book) = self.ledger.book(of) else {
                        continue;
                    };
                    let (behind, ahead) = distance(book, node.node);
                    reading_of.behind += behind;
                    reading_of.ahead += ahead;
                    reading_of.cleared &= partner.cleared.contains(of);
                }
            }
        }
        readings.into_values().collect()
    }

    pub(super) fn log(&self, book: &Book, key: (NodeId, u32), log: &Log) -> LogReading {
        let aside = book.aside().filter(|entry| entry.log_key() == key).map(|entry| self.entry(book, entry, true));
        let held = log.items().iter().map(|item| self.entry(book, &item.entry, false));
        LogReading {
            log: book.log_id(key),
            member: self.ledger.ring(&book.ring()).and_then(|ring| ring.member_of(key.0)),
            position: log.position(),
            frozen_after: log.frozen_after(),
            entries: held.chain(aside).collect(),
        }
    }

    pub(super) fn entry(&self, book: &Book, entry: &Chained, aside: bool) -> EntryReading {
        EntryReading {
            entry: entry.id(),
            header: entry.header().clone(),
            verdict: book.documents().verdict(&entry.id()).cloned(),
            signed: entry.is_signed(),
            aside,
        }
    }
}

/// Entries that a node lacks by its newest receipt, and entries that it holds and we do not.
fn distance(book: &Book, node: NodeId) -> (u64, u64) {
    let receipt = book.receipts().of(&node);
    let theirs: BTreeMap<(NodeId, u32), u64> = receipt
        .iter()
        .flat_map(|receipt| &receipt.content().positions)
        .map(|(key, position)| ((key.node, key.incarnation), position.sequence))
        .collect();
    let behind =
        book.logs().map(|(key, log)| log.length().saturating_sub(theirs.get(key).copied().unwrap_or_default())).sum();
    let ahead = theirs
        .iter()
        .map(|(key, sequence)| {
            let log = book.log(key);
            let frozen = log.is_some_and(|log| log.frozen_after().is_some());
            let ours = log.map_or(0, Log::length);
            if frozen { 0 } else { sequence.saturating_sub(ours) }
        })
        .sum();
    (behind, ahead)
}
