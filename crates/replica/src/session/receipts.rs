//! Receipts: what each node says it holds, newest replacing older.

use minicbor::bytes::ByteVec;
use tally_entry::{NodeId, Time};
use tally_ring::{LogKey, Receipt};

use crate::api::output::{Event, Output};
use crate::ledger::chained::AudienceRef;
use crate::session::Exchange;
use crate::session::partner::RECEIPTS_EVERY;

/// The most receipts in one question: every node of the largest ring foreseen, in a few audiences.
const RECEIPTS_MAX: usize = 256;

impl Exchange<'_> {
    /// The receipts that a partner has not had yet, our own renewed where our positions moved.
    pub(super) fn receipts_for(&mut self, node: NodeId) -> Option<Vec<ByteVec>> {
        let mut out: Vec<ByteVec> = Vec::new();
        for of in self.ledger.shared_audiences(&node) {
            self.renew_own(&node, &of);
            let (Some(book), Some(partner)) = (self.ledger.shared(&node, &of), self.partners.get_mut(&node)) else {
                continue;
            };
            for (of_node, receipt) in book.receipts().all() {
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

    fn renew_own(&mut self, with: &NodeId, of: &AudienceRef) {
        let positions = self.ledger.shared(with, of).into_iter().flat_map(|book| book.positions()).map(|held| {
            let key = LogKey { node: held.node, incarnation: held.position.incarnation };
            (key, held.position)
        });
        let positions = positions.collect();
        if let Some(receipts) = self.ledger.shared_receipts(with, of) {
            receipts.renew(of.1, positions, self.now, self.signer);
        }
    }

    /// Takes receipts that a partner sent, its own and others'.
    pub(super) fn take_receipts(&mut self, node: NodeId, receipts: Vec<ByteVec>) {
        let me = self.ledger.node();
        for bytes in receipts.into_iter().take(RECEIPTS_MAX) {
            let Ok(receipt) = Receipt::decode(&bytes) else {
                continue;
            };
            let (signer, audience) = (receipt.content().node, receipt.content().audience);
            let shared = self.ledger.shared_audiences(&node).into_iter().find(|of| of.1 == audience);
            let Some(of) = shared.filter(|of| self.ledger.shared(&signer, of).is_some()) else {
                continue;
            };
            // Partners pass on what we hold already, and verifying it is what a receipt costs.
            if !self.ledger.shared_receipts(&node, &of).is_some_and(|receipts| receipts.is_news(&receipt, &me)) {
                continue;
            }
            let certificate = self.ledger.ring(&of.0).and_then(|ring| ring.node(signer));
            if certificate.is_none_or(|certificate| receipt.verify(&certificate.key).is_err()) {
                continue;
            }
            let Some(receipts) = self.ledger.shared_receipts(&node, &of) else {
                continue;
            };
            if signer == me {
                receipts.take_own(&receipt);
            } else {
                receipts.take(receipt);
                self.outbox.push(Output::Tell(Event::ReceiptCame { node: signer }));
                self.pass_receipts(node, of);
            }
        }
    }

    fn pass_receipts(&mut self, from: NodeId, of: AudienceRef) {
        let due = self.now.plus(RECEIPTS_EVERY);
        for node in self.partners.nodes() {
            if node != from
                && self.ledger.shared(&node, &of).is_some()
                && let Some(partner) = self.partners.get_mut(&node)
                && partner.connected
            {
                partner.receipts_due.get_or_insert(due);
            }
        }
    }
}
