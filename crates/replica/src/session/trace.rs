//! Where copies of a log part: own logs after a restore, and others' forks.

use tally_entry::{LogId, NodeId};
use tally_ring::{Branch, ControlAct, ForkProof};

use crate::api::append::{Append, Note};
use crate::api::output::{Event, Output};
use crate::ledger::chained::{AudienceRef, INCARNATIONS_MAX, LogKey};
use crate::ledger::log::Log;
use crate::replica::Replica;
use crate::session::partner::Task;
use crate::session::wire::{Held, PROBES_MAX, Probe, TRACE_HEADERS_MAX, Traced};

impl Replica {
    /// Asks a partner where its copy of a log parts from ours.
    pub(crate) fn trace(&mut self, node: NodeId, of: AudienceRef, key: LogKey) {
        let Some((log, id)) = self.books.get(&of).and_then(|book| Some((book.log(&key)?, book.log_id(key)))) else {
            return;
        };
        let probes = probes(log);
        self.add(node, Task::Trace(id, probes));
    }

    /// Looks at what a partner holds of our own logs, before any own entry goes to it.
    pub(crate) fn check_own(&mut self, node: NodeId, of: AudienceRef, theirs: &[Held]) {
        let open = self.open_incarnation(&of);
        let Some(book) = self.books.get(&of) else {
            return;
        };
        let mut unknown = false;
        let mut pull = false;
        for held in theirs.iter().filter(|held| held.node == self.node) {
            let key = (held.node, held.position.incarnation);
            let log = book.log(&key);
            if log.is_some_and(|log| log.frozen_after().is_some()) {
                continue;
            }
            match log.and_then(|log| log.agrees(&held.position)) {
                Some(true) => {}
                Some(false) => return self.trace(node, of, key),
                None => {
                    pull = true;
                    unknown |= key.1 >= open;
                }
            }
        }
        if pull {
            self.add(node, Task::Pull(of));
        }
        if unknown {
            // It says that it holds what this life has not written. Its word alone moves nothing: our own signature
            // on what it gives does, and until then nothing of ours goes to it.
            return;
        }
        let known: Vec<(LogKey, u64)> = theirs
            .iter()
            .filter(|held| held.node == self.node)
            .map(|held| ((held.node, held.position.incarnation), held.position.sequence))
            .collect();
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.known.entry(of).or_default().extend(known);
            if partner.cleared.insert(of) {
                partner.add(Task::New(of));
            }
        }
    }

    /// A partner gave us what we signed in a life that this home does not remember: it is an older copy of itself.
    ///
    /// Writing goes on in an incarnation that nobody has seen; what the partner holds is taken; own entries that it
    /// does not have are written again there.
    pub(crate) fn remember(&mut self, node: NodeId, of: AudienceRef, key: LogKey) {
        self.open_next(of, key.1.saturating_add(1));
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.cleared.remove(&of);
        }
        self.add(node, Task::Hello);
    }

    /// Goes on writing in this incarnation.
    pub(crate) fn open_next(&mut self, of: AudienceRef, incarnation: u32) {
        self.open.insert(of, incarnation);
        self.outbox.append(Append::Note(Note::Opens { ring: of.0, audience: of.1, incarnation }));
    }

    /// Takes a partner's headers from the last entry in common on; only the node's own signature on them counts.
    pub(crate) fn traced(&mut self, node: NodeId, probes: &[Probe], traced: &Traced) {
        let of: AudienceRef = (traced.log.ring, traced.log.audience);
        let key: LogKey = (traced.log.node, traced.log.incarnation);
        let Some(log) = self.books.get(&of).and_then(|book| book.log(&key)) else {
            return;
        };
        let certificate = self.rings.get(&of.0).and_then(|ring| ring.node(key.0));
        let signed = traced.branch.as_ref().zip(certificate);
        let believed = signed.is_some_and(|(branch, node)| branch.verify(traced.log, &node.key).is_ok());
        let asked = traced.common == 0 || probes.iter().any(|probe| probe.sequence == traced.common);
        if !believed || !asked {
            // It holds nothing beyond what we share, or cannot show it.
            return;
        }
        let theirs: Vec<&[u8]> = traced.branch.iter().flat_map(Branch::headers).collect();
        let mut agreed = traced.common;
        for header in &theirs {
            let Some(item) = log.at(agreed + 1) else {
                break;
            };
            if item.entry.header().encode() != **header {
                break;
            }
            agreed += 1;
        }
        let seen = traced.common + theirs.len() as u64;
        if agreed == seen && agreed < log.length() && theirs.len() == TRACE_HEADERS_MAX {
            // Nothing parts yet: look at the next stretch.
            let probe = log.id_at(agreed).map(|entry| Probe { sequence: agreed, entry });
            return self.add(node, Task::Trace(traced.log, probe.into_iter().collect()));
        }
        if agreed == seen || agreed == log.length() {
            // One copy is a beginning of the other.
            return self.add(node, Task::Pull(of));
        }
        if key.0 == self.node && log.frozen().is_none() && !self.is_shared(&of, node) {
            if key.1 >= self.open_incarnation(&of) {
                self.remember(node, of, key);
            }
            return self.give_way(node, of, key, agreed);
        }
        let mine: Vec<_> = log.after(traced.common).iter().map(|item| item.entry.entry().clone()).collect();
        let until = usize::try_from(agreed - traced.common).unwrap_or(usize::MAX);
        let signed = mine
            .iter()
            .enumerate()
            .find(|(at, entry)| *at >= until && entry.signature().is_some())
            .map_or(0, |(at, _)| at + 1);
        let proof = mine
            .get(..signed)
            .and_then(Branch::of)
            .zip(traced.branch.clone())
            .and_then(|(mine, theirs)| ForkProof::new(traced.log, mine, theirs).ok());
        if let Some(of) = proof.and_then(|proof| self.freeze(proof)) {
            self.frozen(of);
        }
    }

    /// Sets own entries aside that a partner's copy of our log does not have, and takes that copy.
    fn give_way(&mut self, node: NodeId, of: AudienceRef, key: LogKey, agreed: u64) {
        let log: Option<LogId> = self.books.get(&of).map(|book| book.log_id(key));
        let ours = self.books.get(&of).and_then(|book| book.log(&key)).map_or(0, Log::length);
        if let (Some(log), true) = (log, agreed < ours) {
            self.outbox.append(Append::Note(Note::Aside { log, after: agreed }));
            if let (Some(book), Some(ring)) = (self.books.get_mut(&of), self.rings.get(&of.0)) {
                book.cut(&key, agreed);
                let judged = book.rebuild(ring);
                self.judged(of, judged);
            }
        }
        self.add(node, Task::Pull(of));
        self.add(node, Task::Hello);
    }

    /// Whether own entries of this audience went to another partner since our start: then the fork is everybody's.
    fn is_shared(&self, of: &AudienceRef, node: NodeId) -> bool {
        self.partners.iter().any(|(other, partner)| *other != node && partner.cleared.contains(of))
    }

    /// Freezes a log by a proof that it forked; gives the audience whose verdicts follow, where it was news.
    pub(crate) fn freeze(&mut self, proof: ForkProof) -> Option<AudienceRef> {
        let log = proof.log();
        let of: AudienceRef = (log.ring, log.audience);
        let (ring, book) = (self.rings.get(&of.0)?, self.books.get_mut(&of)?);
        let frozen = ring.node(log.node).and_then(|certificate| proof.verify(&certificate.key).ok())?;
        if log.incarnation > INCARNATIONS_MAX || !book.freeze(&proof, &frozen) {
            return None;
        }
        self.outbox.append(Append::Act(ControlAct::Fork(proof)));
        self.outbox.push(Output::Tell(Event::Forked {
            node: log.node,
            audience: log.audience,
            after: frozen.after_sequence,
        }));
        if log.node == self.node && log.incarnation >= self.open_incarnation(&of) {
            self.open_next(of, log.incarnation.saturating_add(1));
        }
        Some(of)
    }

    /// Judges an audience anew in which logs were frozen, and lets partners know.
    pub(crate) fn frozen(&mut self, of: AudienceRef) {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return;
        };
        let judged = book.rebuild(ring);
        self.judged(of, judged);
        self.compare_with_all(of);
    }
}

/// Ids of a log, densest near its end, where copies most often part.
fn probes(log: &Log) -> Vec<Probe> {
    let mut probes = Vec::new();
    let mut back = 0_u64;
    while probes.len() < PROBES_MAX {
        let Some(sequence) = log.length().checked_sub(back).filter(|at| *at > 0) else {
            break;
        };
        if let Some(entry) = log.id_at(sequence) {
            probes.push(Probe { sequence, entry });
        }
        back = if back == 0 { 1 } else { back.saturating_mul(2) };
    }
    probes
}
