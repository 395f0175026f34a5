//! Control acts: what a partner lacks of them, and what it sent.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use tally_entry::{EditionId, NodeId, RingId};
use tally_ring::{ControlAct, Ring, Scope, SignedEdition};

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
            news |= match act.scope() {
                Scope::Member => self.ledger.take_act_in(self.outbox, id, &act),
                Scope::Ring(ring) if ring == *id => self.ledger.take_act(self.outbox, &act) == Ok(true),
                Scope::Ring(_) => false,
                Scope::Audience(audience) => {
                    ended.extend(self.ledger.take_audience_act(self.outbox, (*id, audience), act));
                    false
                }
            };
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
        let proofs = books.flat_map(|book| book.acts());
        let drafts: BTreeSet<EditionId> =
            self.ledger.ring(id).into_iter().flat_map(Ring::drafts).map(SignedEdition::id).collect();
        let mut acts: Vec<ControlAct> = proofs.chain(self.ledger.ring_acts(id)).collect();
        // Drafts last: where an answer has no room for all, what counts already must not be what is left out.
        acts.sort_by_key(|act| matches!(act, ControlAct::Edition(edition) if drafts.contains(&edition.id())));
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
