//! Entries that one side asks the other for.

use std::collections::BTreeMap;

use tally_entry::NodeId;

use crate::ledger::chained::{AudienceRef, LogKey};
use crate::ledger::log::Log;
use crate::session::Exchange;
use crate::session::partner::Task;
use crate::session::run::RunOutcome;
use crate::session::wire::{ANSWER_BYTES_MAX, Answer, Have, Runs};

impl Exchange<'_> {
    pub(super) fn answer_pull(&self, node: NodeId, have: &Have) -> Answer {
        let of: AudienceRef = (have.ring, have.audience);
        let Some(book) = self.ledger.shared(&node, &of) else {
            return Answer::Refused;
        };
        let parted = book.parted(&have.positions);
        let mut from: BTreeMap<LogKey, u64> = book.known(&have.positions);
        for held in &parted {
            // Nothing follows from entries that we do not share.
            let key = (held.node, held.position.incarnation);
            from.insert(key, book.log(&key).map_or(0, Log::length));
        }
        let me = self.ledger.node();
        let (runs, more) = book.runs(&mut from, (!self.is_cleared(&node, &of)).then_some(&me), ANSWER_BYTES_MAX);
        Answer::Runs(Runs { ring: of.0, audience: of.1, runs, more, parted })
    }

    /// Takes what was pulled; says whether that was all.
    pub(super) fn pulled(&mut self, node: NodeId, of: AudienceRef, runs: Runs) -> bool {
        let mut progress = false;
        if (runs.ring, runs.audience) == of {
            for run in &runs.runs {
                progress |= self.take_run(node, of, run) == RunOutcome::New;
            }
        }
        for held in runs.parted {
            self.trace(node, of, (held.node, held.position.incarnation));
        }
        let unfinished = progress && runs.more.entries > 0;
        if unfinished {
            self.add(node, Task::Pull(of));
        }
        !unfinished
    }

    /// Whether a partner's copy of our own logs was seen to be a beginning of ours, since our start.
    pub(super) fn is_cleared(&self, node: &NodeId, of: &AudienceRef) -> bool {
        self.partners.get(node).is_some_and(|partner| partner.cleared.contains(of))
    }
}
