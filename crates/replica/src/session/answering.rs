//! What this node answers its partners.

use std::collections::BTreeMap;

use tally_entry::{NodeId, RingId, canonical};
use tally_ring::{Audience, Branch};

use crate::api::output::{Event, Output};
use crate::ledger::chained::{AudienceRef, LogKey};
use crate::ledger::log::Log;
use crate::replica::Replica;
use crate::session::partner::{Compared, HELLO_EVERY, Task};
use crate::session::wire::{
    ANSWER_BYTES_MAX, Answer, AudienceHello, Have, Hello, PROBES_MAX, PROTOCOL, Question, RingHello, Runs,
    TRACE_HEADERS_MAX, Trace, Traced,
};

impl Replica {
    /// Answers a partner's question.
    pub(crate) fn asked(&mut self, node: NodeId, frame: &[u8]) -> Answer {
        if self.shared_rings(&node).is_empty() {
            return Answer::Refused;
        }
        let Ok(question) = canonical::decode::<Question>(frame) else {
            self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
            return Answer::Refused;
        };
        match question {
            Question::Hello(hello) => self.answer_hello(node, &hello),
            Question::Acts(ring) => self.answer_acts(node, &ring),
            Question::Pull(have) => self.answer_pull(node, &have),
            Question::New(runs) => self.answer_new(node, runs),
            Question::Trace(trace) => self.answer_trace(node, &trace),
            Question::Receipts(receipts) => {
                self.take_receipts(node, receipts);
                Answer::Took
            }
        }
    }

    /// What we may share with a partner, and digests of it.
    pub(crate) fn hello(&mut self, node: &NodeId) -> Hello {
        let mut rings = Vec::new();
        for ring in self.shared_rings(node) {
            let of: Vec<AudienceRef> =
                self.books.keys().filter(|of| of.0 == ring && self.may_hold(node, of)).copied().collect();
            let audiences = of
                .iter()
                .filter_map(|of| {
                    let book = self.books.get_mut(of)?;
                    Some(AudienceHello {
                        audience: of.1,
                        only: book.audience.members().map(|only| only.iter().copied().collect()).unwrap_or_default(),
                        positions: book.positions_digest(),
                        forks: book.forks_digest(),
                    })
                })
                .collect();
            rings.push(RingHello {
                ring,
                edition: self.current_edition(&ring),
                acts: self.acts_digest(&ring),
                audiences,
            });
        }
        Hello { version: PROTOCOL, rings, yours: self.yours(node) }
    }

    fn answer_hello(&mut self, node: NodeId, hello: &Hello) -> Answer {
        self.greeted(node, hello);
        let due = self.now.plus(HELLO_EVERY);
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.hello_due = Some(due);
        }
        let mut positions = Vec::new();
        for ring in &hello.rings {
            for theirs in &ring.audiences {
                let of = (ring.ring, theirs.audience);
                if !self.may_hold(&node, &of) {
                    continue;
                }
                let Some(book) = self.books.get_mut(&of) else {
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
        }
        Answer::Hello(self.hello(&node), positions)
    }

    /// Opens the book of an audience that a partner names, if both of us are of it.
    pub(crate) fn learn_audience(&mut self, node: &NodeId, ring: RingId, theirs: &AudienceHello) {
        if self.books.contains_key(&(ring, theirs.audience)) {
            return;
        }
        let audience = if theirs.only.is_empty() {
            Audience::whole(ring)
        } else {
            Audience::only(ring, theirs.only.iter().copied().collect())
        };
        let partner = self.rings.get(&ring).and_then(|ring| {
            let member = ring.member_of(*node)?;
            let edition = ring.current()?;
            let listed = audience.members().is_none_or(|only| only.iter().all(|one| edition.listed(*one).is_some()));
            Some(listed && audience.holds(edition, member))
        });
        if audience.id() == theirs.audience && partner == Some(true) {
            self.open_book(ring, audience);
            self.add(*node, Task::Pull((ring, theirs.audience)));
        }
    }

    fn answer_pull(&self, node: NodeId, have: &Have) -> Answer {
        let of: AudienceRef = (have.ring, have.audience);
        let (true, Some(book)) = (self.may_hold(&node, &of), self.books.get(&of)) else {
            return Answer::Refused;
        };
        let cleared = self.partners.get(&node).is_some_and(|partner| partner.cleared.contains(&of));
        let parted = book.parted(&have.positions);
        let mut from: BTreeMap<LogKey, u64> = book.known(&have.positions);
        for held in &parted {
            // Nothing follows from entries that we do not share.
            let key = (held.node, held.position.incarnation);
            from.insert(key, book.log(&key).map_or(0, Log::length));
        }
        let without = (!cleared).then_some(&self.node);
        let (runs, more) = book.runs(&mut from, without, ANSWER_BYTES_MAX);
        Answer::Runs(Runs { ring: of.0, audience: of.1, runs, more, parted })
    }

    fn answer_new(&mut self, node: NodeId, runs: Runs) -> Answer {
        let of: AudienceRef = (runs.ring, runs.audience);
        if !self.may_hold(&node, &of) {
            return Answer::Refused;
        }
        let mut gap = false;
        for run in runs.runs {
            gap |= self.take_run(node, of, &run).is_none();
        }
        if gap {
            self.soon(node);
            return Answer::Gap;
        }
        Answer::Took
    }

    fn answer_trace(&self, node: NodeId, trace: &Trace) -> Answer {
        let of: AudienceRef = (trace.log.ring, trace.log.audience);
        let key: LogKey = (trace.log.node, trace.log.incarnation);
        let (true, Some(book)) = (self.may_hold(&node, &of), self.books.get(&of)) else {
            return Answer::Refused;
        };
        let uncleared =
            key.0 == self.node && !self.partners.get(&node).is_some_and(|partner| partner.cleared.contains(&of));
        let Some(log) = book.log(&key).filter(|_| !uncleared) else {
            return Answer::Refused;
        };
        let common = trace
            .probes
            .iter()
            .take(PROBES_MAX)
            .filter(|probe| log.id_at(probe.sequence) == Some(probe.entry))
            .map(|probe| probe.sequence)
            .max()
            .unwrap_or_default();
        let items = log.after(common);
        let items = items.get(..TRACE_HEADERS_MAX).unwrap_or(items);
        let signed = items.iter().rposition(|item| item.entry.is_signed()).map_or(0, |at| at + 1);
        let run: Vec<_> = items.iter().take(signed).map(|item| item.entry.entry().clone()).collect();
        Answer::Traced(Traced { log: trace.log, common, branch: Branch::of(&run) })
    }
}
