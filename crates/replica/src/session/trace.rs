//! Where copies of a log part: own logs after a restore, and others' forks.

use tally_entry::NodeId;
use tally_ring::{Branch, ControlAct, ForkProof};

use crate::ledger::chained::{AudienceRef, LogKey};
use crate::ledger::log::{Log, LogPosition};
use crate::session::Exchange;
use crate::session::partner::Task;
use crate::session::wire::{Answer, PROBES_MAX, Probe, TRACE_HEADERS_MAX, Trace, Traced};

impl Exchange<'_> {
    /// Asks a partner where its copy of a log parts from ours.
    pub(super) fn trace(&mut self, node: NodeId, of: AudienceRef, key: LogKey) {
        let Some((log, id)) = self.ledger.shared(&node, &of).and_then(|book| Some((book.log(&key)?, book.log_id(key))))
        else {
            return;
        };
        let probes = probes(log);
        self.add(node, Task::Trace(id, probes));
    }

    /// Looks at what a partner holds of our own logs, before any own entry goes to it.
    pub(super) fn check_own(&mut self, node: NodeId, of: AudienceRef, theirs: &[LogPosition]) {
        let (me, open) = (self.ledger.node(), self.ledger.incarnation(&of));
        let Some(book) = self.ledger.shared(&node, &of) else {
            return;
        };
        let mut unknown = false;
        let mut pull = false;
        for held in theirs.iter().filter(|held| held.node == me) {
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
            .filter(|held| held.node == me)
            .map(|held| ((held.node, held.position.incarnation), held.position.sequence))
            .collect();
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.known.entry(of).or_default().extend(known);
            if partner.cleared.insert(of) {
                partner.add(Task::New(of));
            }
        }
    }

    /// A partner gave us what we signed in a life that this home does not know: it is an older copy of itself.
    ///
    /// Writing goes on in an incarnation that nobody has seen; what the partner holds is taken; own entries that it
    /// does not have are written again there.
    pub(super) fn go_on_after(&mut self, node: NodeId, of: AudienceRef, key: LogKey) {
        self.ledger.open_incarnation(self.outbox, of, key.1.saturating_add(1));
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.cleared.remove(&of);
        }
        self.add(node, Task::Hello);
    }

    /// Takes a partner's headers from the last entry in common on; only the node's own signature on them counts.
    pub(super) fn traced(&mut self, node: NodeId, probes: &[Probe], traced: &Traced) {
        let of: AudienceRef = (traced.log.ring, traced.log.audience);
        let key: LogKey = (traced.log.node, traced.log.incarnation);
        let Some((book, log)) = self.ledger.shared(&node, &of).and_then(|book| Some((book, book.log(&key)?))) else {
            return;
        };
        let certificate = self.ledger.ring(&of.0).and_then(|ring| ring.node(key.0));
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
        if key.0 == self.ledger.node() && log.frozen().is_none() && !self.partners.is_shared(&of, &node) {
            if key.1 >= self.ledger.incarnation(&of) {
                self.go_on_after(node, of, key);
            }
            return self.give_way(node, of, key, agreed);
        }
        let mine = log.after(traced.common).iter().map(|item| &item.entry);
        let until = usize::try_from(agreed - traced.common).unwrap_or(usize::MAX);
        let vouched =
            mine.clone().skip(until).position(|entry| book.forks().is_vouched(entry)).map_or(0, |at| until + at + 1);
        let proof = book
            .forks()
            .branch(mine.take(vouched))
            .zip(traced.branch.clone())
            .and_then(|(mine, theirs)| ForkProof::new(traced.log, mine, theirs).ok())
            .map(ControlAct::Fork);
        match proof.map(|proof| self.ledger.take_audience_act(self.outbox, of, proof)) {
            Some(Ok(Some(of))) => self.ledger.rejudge_ended(of),
            Some(Err(why)) => self.refuse_act(node, why),
            Some(Ok(None)) | None => {}
        }
    }

    /// Sets own entries aside that a partner's copy of our log does not have, and takes that copy.
    fn give_way(&mut self, node: NodeId, of: AudienceRef, key: LogKey, agreed: u64) {
        self.ledger.set_aside(self.outbox, of, key, agreed);
        self.add(node, Task::Pull(of));
        self.add(node, Task::Hello);
    }

    pub(super) fn answer_trace(&self, node: NodeId, trace: &Trace) -> Answer {
        let of: AudienceRef = (trace.log.ring, trace.log.audience);
        let key: LogKey = (trace.log.node, trace.log.incarnation);
        let Some(book) = self.ledger.shared(&node, &of) else {
            return Answer::Refused;
        };
        let held_back = key.0 == self.ledger.node() && !self.is_cleared(&node, &of);
        let Some(log) = book.log(&key).filter(|_| !held_back) else {
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
        let vouched = items.iter().rposition(|item| book.forks().is_vouched(&item.entry)).map_or(0, |at| at + 1);
        let branch = book.forks().branch(items.iter().take(vouched).map(|item| &item.entry));
        Answer::Traced(Traced { log: trace.log, common, branch })
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
