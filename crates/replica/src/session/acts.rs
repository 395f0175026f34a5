//! Control acts: what a partner lacks of them, and what it sent.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use tally_entry::{AudienceId, NodeId, RingId};
use tally_ring::{ControlAct, Ring, Scope};

use crate::api::output::{Event, Output};
use crate::ledger::act_refused::ActNotTaken;
use crate::ledger::book::Book;
use crate::ledger::chained::AudienceRef;
use crate::session::Exchange;
use crate::session::wire::{ANSWER_BYTES_MAX, Answer};

impl Exchange<'_> {
    /// Takes the acts of a ring that a partner sent.
    pub(super) fn take_acts(&mut self, node: NodeId, id: &RingId, acts: &[ByteVec]) {
        let mut news = false;
        // Judging an audience anew is the dearest thing that a frame can ask for: once, however many proofs are in it.
        let mut ended: BTreeSet<AudienceRef> = BTreeSet::new();
        // They are verified with certificates, which may stand later among the acts.
        let mut of_audiences: Vec<(AudienceId, ControlAct)> = Vec::new();
        // What is held already is no news, and verifying it again is what most of a frame would cost.
        let held: BTreeSet<Vec<u8>> = self.offers(node, id).collect();
        for bytes in acts.iter().filter(|bytes| !held.contains(bytes.as_slice())) {
            let Ok(act) = ControlAct::decode(bytes) else {
                self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
                continue;
            };
            match act.scope() {
                Scope::Audience(audience) => of_audiences.push((audience, act)),
                Scope::Member | Scope::Ring(_) => match self.ledger.take_ring_act(self.outbox, id, act) {
                    Ok(is_news) => news |= is_news,
                    Err(why) => self.refuse_act(node, why.into()),
                },
            }
        }
        if news {
            self.ledger.acts_changed(self.outbox, id);
        }
        for (audience, act) in of_audiences {
            match self.ledger.take_audience_act(self.outbox, (*id, audience), act) {
                Ok(of) => ended.extend(of),
                Err(why) => self.refuse_act(node, why),
            }
        }
        for of in ended {
            self.ledger.rejudge_ended(of);
        }
    }

    /// An act that is refused changes nothing here, and the partner is not told what is held.
    pub(super) fn refuse_act(&mut self, node: NodeId, why: ActNotTaken) {
        self.outbox.push(Output::Tell(Event::ActRefused { partner: node, why }));
    }

    pub(super) fn answer_acts(&self, node: NodeId, id: &RingId) -> Answer {
        if !self.ledger.shared_rings(&node).contains(id) {
            return Answer::Refused;
        }
        let mut left = ANSWER_BYTES_MAX;
        Answer::Acts(
            self.offers(node, id)
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

    /// The acts of a ring that are held, and those of the audiences that the partner may hold.
    fn offers(&self, node: NodeId, id: &RingId) -> impl Iterator<Item = Vec<u8>> {
        let audiences = self.ledger.shared_audiences(&node);
        let books = audiences.iter().filter(|of| of.0 == *id).filter_map(|of| self.ledger.book(of));
        let acts: Vec<ControlAct> = books.flat_map(Book::acts).collect();
        let acts = acts.into_iter().chain(self.ledger.ring(id).into_iter().flat_map(Ring::offers));
        acts.map(|act| act.encode())
    }
}
