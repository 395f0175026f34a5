//! Control acts: what a partner lacks of them, and what it sent.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use tally_entry::{NodeId, RingId};
use tally_ring::{ControlAct, Ring, Scope};

use crate::api::output::{Event, Output};
use crate::ledger::chained::AudienceRef;
use crate::session::Exchange;
use crate::session::wire::{ANSWER_BYTES_MAX, Answer};

impl Exchange<'_> {
    /// Takes the acts of a ring that a partner sent.
    pub(super) fn take_acts(&mut self, node: NodeId, id: &RingId, acts: &[ByteVec]) {
        let mut news = false;
        // Judging an audience anew is the dearest thing that a frame can ask for: once, however many proofs are in it.
        let mut ended: BTreeSet<AudienceRef> = BTreeSet::new();
        for bytes in acts {
            let Ok(act) = ControlAct::decode(bytes) else {
                self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
                continue;
            };
            match act.scope() {
                Scope::Audience(audience) => {
                    ended.extend(self.ledger.take_audience_act(self.outbox, (*id, audience), act));
                }
                // What the ring refuses changes nothing here, and the partner is not told what is held.
                Scope::Member | Scope::Ring(_) => {
                    news |= self.ledger.take_ring_act(self.outbox, id, act).unwrap_or_default();
                }
            }
        }
        for of in ended {
            self.ledger.rejudge_ended(of);
        }
        if news {
            self.ledger.acts_changed(self.outbox, id);
        }
    }

    /// The acts of a ring, and those of the audiences that the partner may hold.
    pub(super) fn answer_acts(&self, node: NodeId, id: &RingId) -> Answer {
        if !self.ledger.shared_rings(&node).contains(id) {
            return Answer::Refused;
        }
        let audiences = self.ledger.shared_audiences(&node);
        let books = audiences.iter().filter(|of| of.0 == *id).filter_map(|of| self.ledger.book(of));
        let acts = books.flat_map(|book| book.acts());
        let acts: Vec<ControlAct> = acts.chain(self.ledger.ring(id).into_iter().flat_map(Ring::offers)).collect();
        let mut left = ANSWER_BYTES_MAX;
        Answer::Acts(
            acts.iter()
                .map(ControlAct::encode)
                // One that finds no room keeps no smaller one out.
                .filter(|act| {
                    let rest = left.checked_sub(act.len() + 5);
                    left = rest.unwrap_or(left);
                    rest.is_some()
                })
                .map(Into::into)
                .collect(),
        )
    }
}
