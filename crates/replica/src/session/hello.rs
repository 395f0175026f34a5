//! The comparison with which a conversation begins, and which finds what to ask for next.

use std::collections::BTreeMap;

use tally_entry::{Digest, NodeId, RingId};
use tally_ring::Audience;

use crate::ledger::book::Book;
use crate::ledger::chained::{AudienceRef, LogKey};
use crate::ledger::log::LogPosition;
use crate::session::Exchange;
use crate::session::partner::{Compared, HELLO_EVERY, Task};
use crate::session::wire::{Answer, AudienceHello, Have, Hello, PROTOCOL, RingHello};

impl Exchange<'_> {
    /// What we may share with a partner, and digests of it.
    pub(super) fn hello(&self, node: &NodeId) -> Hello {
        let audiences = self.ledger.shared_audiences(node);
        let rings = self.ledger.shared_rings(node).into_iter().map(|ring| RingHello {
            ring,
            edition: self.ledger.ring(&ring).and_then(tally_ring::Ring::current_id),
            acts: self.ledger.acts_digest(&ring),
            audiences: audiences
                .iter()
                .filter(|of| of.0 == ring)
                .filter_map(|of| Some(audience_hello(of, self.ledger.book(of)?)))
                .collect(),
        });
        Hello { version: PROTOCOL, rings: rings.collect(), yours: self.yours(node, &audiences) }
    }

    /// What we hold of a partner's own logs.
    fn yours(&self, node: &NodeId, audiences: &[AudienceRef]) -> Vec<Have> {
        let held = audiences.iter().filter_map(|of| Some((of, self.ledger.book(of)?)));
        held.filter_map(|(of, book)| {
            let positions: Vec<LogPosition> = book.positions().into_iter().filter(|held| held.node == *node).collect();
            (!positions.is_empty()).then_some(Have { ring: of.0, audience: of.1, positions })
        })
        .collect()
    }

    pub(super) fn answer_hello(&mut self, node: NodeId, hello: &Hello) -> Answer {
        self.greeted(node, hello);
        let due = self.now.plus(HELLO_EVERY);
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.hello_due = Some(due);
        }
        let mut positions = Vec::new();
        for (of, theirs) in audiences(hello) {
            let Some(book) = self.ledger.shared(&node, &of) else {
                continue;
            };
            let ours = book.positions_digest();
            if ours == theirs.positions {
                continue;
            }
            positions.push(Have { ring: of.0, audience: of.1, positions: book.positions() });
            if self.differs(node, Compared::Positions(of.0, of.1), (ours, theirs.positions)) {
                // The question carries our positions, and its answer whatever is beyond them.
                self.add(node, Task::Pull(of));
            }
        }
        Answer::Hello(self.hello(&node), positions)
    }

    /// Acts on what a partner says it holds: in a hello of its own, or in its answer to ours.
    pub(super) fn greeted(&mut self, node: NodeId, hello: &Hello) {
        let shared = self.ledger.shared_rings(&node);
        for theirs in hello.rings.iter().filter(|ring| shared.contains(&ring.ring)) {
            let ours = self.ledger.acts_digest(&theirs.ring);
            if ours != theirs.acts && self.differs(node, Compared::Acts(theirs.ring), (ours, theirs.acts)) {
                self.add(node, Task::Acts(theirs.ring));
            }
            for audience in &theirs.audiences {
                self.learn_audience(&node, theirs.ring, audience);
                let of = (theirs.ring, audience.audience);
                let Some(ours) = self.ledger.shared(&node, &of).map(|book| book.forks().digest()) else {
                    continue;
                };
                let pair = (ours, audience.forks);
                if ours != audience.forks && self.differs(node, Compared::Forks(of.0, of.1), pair) {
                    self.add(node, Task::Acts(of.0));
                }
            }
        }
        // An audience the partner holds nothing of ours in is not named in `yours`: nothing there can contradict us.
        for of in self.ledger.shared_audiences(&node) {
            let yours = hello.yours.iter().find(|have| (have.ring, have.audience) == of);
            if let Some(have) = yours {
                self.check_own(node, of, &have.positions);
            } else if audiences(hello).any(|(named, _)| named == of) {
                self.check_own(node, of, &[]);
            }
        }
    }

    /// Opens the book of an audience that a partner names, if both of us are of it.
    fn learn_audience(&mut self, node: &NodeId, ring: RingId, theirs: &AudienceHello) {
        if self.ledger.book(&(ring, theirs.audience)).is_some() {
            return;
        }
        let audience = if theirs.only.is_empty() {
            Audience::whole(ring)
        } else {
            Audience::only(ring, theirs.only.iter().copied().collect())
        };
        let partner = self.ledger.ring(&ring).and_then(|ring| {
            let member = ring.member_of(*node)?;
            let edition = ring.current()?;
            let listed = audience.members().is_none_or(|only| only.iter().all(|one| edition.listed(*one).is_some()));
            Some(listed && audience.holds(edition, member))
        });
        if audience.id() == theirs.audience && partner == Some(true) {
            self.ledger.open_book(self.outbox, ring, audience);
            self.add(*node, Task::Pull((ring, theirs.audience)));
        }
    }

    /// Whether this pair of digests is new since the last hello that acted on it; notes it.
    fn differs(&mut self, node: NodeId, what: Compared, pair: (Digest, Digest)) -> bool {
        self.partners.get_mut(&node).is_some_and(|partner| partner.seen.insert(what, pair) != Some(pair))
    }

    /// Compares a partner's positions with ours: finds what to pull and where copies part.
    pub(super) fn compare(&mut self, node: NodeId, have: Have) {
        let of: AudienceRef = (have.ring, have.audience);
        let Some(book) = self.ledger.shared(&node, &of) else {
            return;
        };
        let me = self.ledger.node();
        let parted: Vec<LogKey> = book
            .parted(&have.positions)
            .iter()
            .map(|held| (held.node, held.position.incarnation))
            .filter(|key| key.0 != me)
            .collect();
        let behind = book.is_behind(&have.positions);
        // What it lacks it will pull itself, having seen from our hello that something differs.
        let known: BTreeMap<LogKey, u64> = book.lengths();
        if let Some(partner) = self.partners.get_mut(&node) {
            let kept = partner.known.entry(of).or_default();
            kept.extend(known.into_iter().filter(|(key, _)| key.0 != me));
        }
        for key in parted {
            self.trace(node, of, key);
        }
        if behind {
            self.add(node, Task::Pull(of));
        }
    }
}

fn audience_hello(of: &AudienceRef, book: &Book) -> AudienceHello {
    AudienceHello {
        audience: of.1,
        only: book.audience().members().map(|only| only.iter().copied().collect()).unwrap_or_default(),
        positions: book.positions_digest(),
        forks: book.forks().digest(),
    }
}

fn audiences(hello: &Hello) -> impl Iterator<Item = (AudienceRef, &AudienceHello)> {
    hello
        .rings
        .iter()
        .flat_map(|ring| ring.audiences.iter().map(move |audience| ((ring.ring, audience.audience), audience)))
}
