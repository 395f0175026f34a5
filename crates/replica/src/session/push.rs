//! New entries, sent without being asked for.

use tally_entry::NodeId;

use crate::ledger::chained::AudienceRef;
use crate::session::Exchange;
use crate::session::partner::{HELLO_EVERY, Task};
use crate::session::run::RunOutcome;
use crate::session::wire::{Answer, PUSH_BYTES_MAX, Runs};

/// The most entries pushed unasked. A partner further behind pulls, in order and at its own pace.
const PUSH_ENTRIES_MAX: u64 = 64;

impl Exchange<'_> {
    /// The entries that a partner is not known to have, if they are few.
    pub(super) fn push(&mut self, node: NodeId, of: AudienceRef) -> Option<Runs> {
        let me = self.ledger.node();
        let book = self.ledger.shared(&node, &of)?;
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

    pub(super) fn answer_push(&mut self, node: NodeId, runs: Runs) -> Answer {
        let of: AudienceRef = (runs.ring, runs.audience);
        if self.ledger.shared(&node, &of).is_none() {
            return Answer::Refused;
        }
        let mut gap = false;
        for run in &runs.runs {
            gap |= self.take_run(node, of, run) == RunOutcome::Gap;
        }
        if !gap {
            return Answer::Took;
        }
        let due = self.now.plus(HELLO_EVERY);
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.hello_due = Some(due);
            partner.add(Task::Hello);
        }
        Answer::Gap
    }
}
