//! What this node asks its partners, and what it makes of their answers.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use tally_entry::{NodeId, RUN_BYTES_MAX, Unverified, canonical};

use crate::api::append::Append;
use crate::api::input::AskId;
use crate::api::output::{Event, Output};
use crate::ledger::book::{Book, Offered};
use crate::ledger::chained::{AudienceRef, LogKey, Unchained};
use crate::replica::Replica;
use crate::session::partner::{Compared, HELLO_EVERY, Task};
use crate::session::wire::{Answer, Have, Held, Hello, PUSH_BYTES_MAX, Question, Runs, Trace};

/// The most entries pushed unasked. A partner further behind pulls, in order and at its own pace.
const PUSH_ENTRIES_MAX: u64 = 64;

impl Replica {
    /// Asks a partner the next question, if none is under way.
    pub(crate) fn pump(&mut self, node: NodeId) {
        while let Some(task) = self.partners.get_mut(&node).and_then(|partner| partner.next()) {
            let Some(question) = self.question(node, &task) else {
                continue;
            };
            let ask = self.next_ask();
            if let Some(partner) = self.partners.get_mut(&node) {
                partner.asking = Some((ask, task));
            }
            self.outbox.push(Output::Ask { partner: node, ask, frame: canonical::encode(&question) });
        }
    }

    fn question(&mut self, node: NodeId, task: &Task) -> Option<Question> {
        match task {
            Task::Hello => Some(Question::Hello(self.hello(&node))),
            Task::Acts(ring) => Some(Question::Acts(*ring)),
            Task::Pull(of) => {
                let book = self.books.get(of)?;
                Some(Question::Pull(Have { ring: of.0, audience: of.1, positions: book.positions() }))
            }
            Task::New(of) => self.push(node, *of).map(Question::New),
            Task::Trace(log, probes) => Some(Question::Trace(Trace { log: *log, probes: probes.clone() })),
            Task::Receipts => self.receipts_for(node).map(Question::Receipts),
        }
    }

    /// The entries that a partner is not known to have, if they are few.
    fn push(&mut self, node: NodeId, of: AudienceRef) -> Option<Runs> {
        if !self.may_hold(&node, &of) {
            return None;
        }
        let me = self.node;
        let book = self.books.get(&of)?;
        let partner = self.partners.get_mut(&node)?;
        let without = (!partner.cleared.contains(&of)).then_some(&me);
        let known = partner.known.entry(of).or_default();
        let lengths = book.lengths();
        let behind: u64 = lengths
            .iter()
            .filter(|(key, _)| Some(&key.0) != without)
            .map(|(key, length)| length - known.get(key).copied().unwrap_or(0).min(*length))
            .sum();
        if behind == 0 {
            return None;
        }
        if behind > PUSH_ENTRIES_MAX {
            // It hears from our hello that something differs, and pulls.
            known.extend(lengths);
            partner.add(Task::Hello);
            return None;
        }
        let (runs, more) = book.runs(known, without, PUSH_BYTES_MAX);
        if more.entries > 0 && !runs.is_empty() {
            partner.add(Task::New(of));
        }
        (!runs.is_empty()).then_some(Runs { ring: of.0, audience: of.1, runs, more, parted: Vec::new() })
    }

    /// Takes an answer.
    pub(crate) fn answered(&mut self, ask: AskId, frame: &[u8]) {
        let Some((node, task)) = self.answered_by(ask) else {
            return;
        };
        let Ok(answer) = canonical::decode::<Answer>(frame) else {
            self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
            return;
        };
        match (task, answer) {
            (Task::Hello, Answer::Hello(hello, positions)) => {
                self.greeted(node, &hello);
                for have in positions {
                    self.compare(node, have);
                }
                self.write_again();
            }
            (Task::Acts(ring), Answer::Acts(acts)) => self.take_acts(node, &ring, &acts),
            (Task::Pull(of), Answer::Runs(runs)) => {
                let more = runs.more;
                let parted = runs.parted.clone();
                let progress = self.take_runs(node, of, runs);
                for held in parted {
                    self.trace(node, of, (held.node, held.position.incarnation));
                }
                if progress && more.entries > 0 {
                    self.add(node, Task::Pull(of));
                } else {
                    self.write_again();
                }
            }
            (Task::New(_), Answer::Gap) => {
                if let Some(partner) = self.partners.get_mut(&node) {
                    partner.known.clear();
                }
            }
            (Task::Trace(log, probes), Answer::Traced(traced)) if traced.log == log => {
                self.traced(node, &probes, &traced);
            }
            _ => {}
        }
    }

    pub(crate) fn add(&mut self, node: NodeId, task: Task) {
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.add(task);
        }
    }

    /// Acts on what a partner says it holds: in a hello of its own, or in its answer to ours.
    pub(crate) fn greeted(&mut self, node: NodeId, hello: &Hello) {
        let shared = self.shared_rings(&node);
        for theirs in hello.rings.iter().filter(|ring| shared.contains(&ring.ring)) {
            let ours = self.acts_digest(&theirs.ring);
            if ours != theirs.acts && self.differs(node, Compared::Acts(theirs.ring), (ours, theirs.acts)) {
                self.add(node, Task::Acts(theirs.ring));
            }
            for audience in &theirs.audiences {
                self.learn_audience(&node, theirs.ring, audience);
                let of = (theirs.ring, audience.audience);
                if !self.may_hold(&node, &of) {
                    continue;
                }
                let Some(ours) = self.books.get(&of).map(Book::forks_digest) else {
                    continue;
                };
                let pair = (ours, audience.forks);
                if ours != audience.forks && self.differs(node, Compared::Forks(of.0, of.1), pair) {
                    self.add(node, Task::Acts(of.0));
                }
            }
        }
        // An audience the partner holds nothing of ours in is not named in `yours`: nothing there can contradict us.
        let audiences: Vec<AudienceRef> = self.books.keys().copied().collect();
        for of in audiences {
            if !self.may_hold(&node, &of) {
                continue;
            }
            let yours = hello.yours.iter().find(|have| (have.ring, have.audience) == of);
            let named = hello
                .rings
                .iter()
                .any(|ring| ring.ring == of.0 && ring.audiences.iter().any(|one| one.audience == of.1));
            if let Some(have) = yours {
                self.check_own(node, of, &have.positions);
            } else if named {
                self.check_own(node, of, &[]);
            }
        }
    }

    /// Whether this pair of digests is new since the last hello that acted on it; remembers it.
    pub(crate) fn differs(
        &mut self,
        node: NodeId,
        what: Compared,
        pair: (tally_entry::Digest, tally_entry::Digest),
    ) -> bool {
        self.partners.get_mut(&node).is_some_and(|partner| partner.seen.insert(what, pair) != Some(pair))
    }

    /// Compares a partner's positions with ours: finds what to pull and where copies part.
    fn compare(&mut self, node: NodeId, have: Have) {
        let of: AudienceRef = (have.ring, have.audience);
        if !self.may_hold(&node, &of) {
            return;
        }
        let Some(book) = self.books.get(&of) else {
            return;
        };
        let parted: Vec<LogKey> = book
            .parted(&have.positions)
            .iter()
            .map(|held| (held.node, held.position.incarnation))
            .filter(|key| key.0 != self.node)
            .collect();
        let behind = book.is_behind(&have.positions);
        // What it lacks it will pull itself, having seen from our hello that something differs.
        let known: BTreeMap<LogKey, u64> = book.lengths();
        let me = self.node;
        if let Some(partner) = self.partners.get_mut(&node) {
            let kept = partner.known.entry(of).or_default();
            kept.extend(known.into_iter().filter(|(key, _)| key.0 != me));
            partner.positions.insert(of, have.positions);
        }
        for key in parted {
            self.trace(node, of, key);
        }
        if behind {
            self.add(node, Task::Pull(of));
        }
    }

    /// Takes runs that a partner sent; says whether any entry was new.
    pub(crate) fn take_runs(&mut self, node: NodeId, of: AudienceRef, runs: Runs) -> bool {
        let mut progress = false;
        if (runs.ring, runs.audience) != of || !self.may_hold(&node, &of) {
            return false;
        }
        for run in runs.runs {
            progress |= self.take_run(node, of, &run) == Some(true);
        }
        progress
    }

    /// Takes one run: none when something before it is missing.
    pub(crate) fn take_run(&mut self, node: NodeId, of: AudienceRef, run: &[ByteVec]) -> Option<bool> {
        let open = self.open_incarnation(&of);
        let bytes = run.iter().map(|entry| entry.len()).sum();
        let (ring, book) = (self.rings.get(&of.0)?, self.books.get(&of)?);
        let decoded: Result<Vec<Unverified>, _> = run.iter().map(|bytes| Unverified::decode(bytes)).collect();
        let offered = decoded.map_err(Unchained::from).and_then(|run| {
            if bytes > RUN_BYTES_MAX { Err(Unchained::RunTooLong(bytes)) } else { book.offer(ring, run) }
        });
        match offered {
            Ok(Offered::Known) => Some(false),
            Ok(Offered::Gap) => None,
            Ok(Offered::Parts(key)) => {
                self.trace(node, of, key);
                Some(false)
            }
            Ok(Offered::Chained(entries)) => {
                let (key, last) = entries.last().map(|entry| (entry.log_key(), entry.header().sequence))?;
                if key.0 == self.node && key.1 >= open {
                    self.remember(node, of, key);
                }
                let (ring, book) = (self.rings.get(&of.0)?, self.books.get_mut(&of)?);
                for entry in &entries {
                    self.outbox.append(Append::Entry(entry.clone()));
                }
                let judged = book.take(ring, &entries);
                if let Some(partner) = self.partners.get_mut(&node) {
                    let known = partner.known.entry(of).or_default().entry(key).or_default();
                    *known = last.max(*known);
                }
                self.judged(of, judged);
                Some(true)
            }
            Err(why) => {
                if matches!(why, Unchained::UnknownEdition(_) | Unchained::UnknownNode(_)) {
                    self.add(node, Task::Acts(of.0));
                }
                self.outbox.push(Output::Tell(Event::RunRefused { partner: node, why }));
                Some(false)
            }
        }
    }

    pub(crate) fn open_incarnation(&self, of: &AudienceRef) -> u32 {
        self.open.get(of).copied().unwrap_or(1)
    }

    /// What we hold of a partner's own logs.
    pub(crate) fn yours(&self, node: &NodeId) -> Vec<Have> {
        self.books
            .iter()
            .filter(|(of, _)| self.may_hold(node, of))
            .filter_map(|(of, book)| {
                let positions: Vec<Held> = book.positions().into_iter().filter(|held| held.node == *node).collect();
                (!positions.is_empty()).then_some(Have { ring: of.0, audience: of.1, positions })
            })
            .collect()
    }

    pub(crate) fn soon(&mut self, node: NodeId) {
        let due = self.now.plus(HELLO_EVERY);
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.hello_due = Some(due);
            partner.add(Task::Hello);
        }
    }
}
