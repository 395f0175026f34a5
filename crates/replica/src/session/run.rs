//! Entries that a partner sent, whether it was asked or not.

use minicbor::bytes::ByteVec;
use tally_entry::NodeId;

use crate::api::output::{Event, Output};
use crate::ledger::book::Offered;
use crate::ledger::chained::{AudienceRef, Unchained};
use crate::session::Exchange;
use crate::session::partner::Task;

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunOutcome {
    /// Entries of it are new here.
    New,
    /// Nothing of it is, or it is not believed.
    Nothing,
    /// Something before it is missing.
    Gap,
}

impl Exchange<'_> {
    /// Takes one run of an audience that both sides may hold.
    pub(super) fn take_run(&mut self, node: NodeId, of: AudienceRef, run: &[ByteVec]) -> RunOutcome {
        let Some(book) = self.ledger.shared(&node, &of) else {
            return RunOutcome::Nothing;
        };
        match self.ledger.offer(book, run) {
            Ok(Offered::Known) => RunOutcome::Nothing,
            Ok(Offered::Gap) => RunOutcome::Gap,
            Ok(Offered::Parts(key)) => {
                self.trace(node, of, key);
                RunOutcome::Nothing
            }
            Ok(Offered::Chained(entries)) => {
                let Some(last) = entries.last() else {
                    return RunOutcome::Nothing;
                };
                let (key, reach) = (last.log_key(), last.header().sequence);
                if key.0 == self.ledger.node() && key.1 >= self.ledger.incarnation(&of) {
                    self.go_on_after(node, of, key);
                }
                self.ledger.take(self.outbox, of, &entries);
                if let Some(partner) = self.partners.get_mut(&node) {
                    let known = partner.known.entry(of).or_default().entry(key).or_default();
                    *known = reach.max(*known);
                }
                RunOutcome::New
            }
            Err(why) => {
                if matches!(why, Unchained::UnknownEdition(_) | Unchained::UnknownNode(_)) {
                    self.add(node, Task::Acts(of.0));
                }
                self.outbox.push(Output::Tell(Event::RunRefused { partner: node, why }));
                RunOutcome::Nothing
            }
        }
    }
}
