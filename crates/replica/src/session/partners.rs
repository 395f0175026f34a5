use std::collections::BTreeMap;

use tally_entry::{NodeId, Time};

use crate::api::input::AskId;
use crate::ledger::chained::AudienceRef;
use crate::session::partner::{HELLO_EVERY, Partner, RETRY_AFTER, Task};

/// Every partner's node, and the numbers of the questions asked of them.
#[derive(Debug, Default)]
pub(crate) struct Partners {
    all: BTreeMap<NodeId, Partner>,
    asks: u64,
}

impl Partners {
    pub(crate) fn get(&self, node: &NodeId) -> Option<&Partner> {
        self.all.get(node)
    }

    pub(crate) fn get_mut(&mut self, node: &NodeId) -> Option<&mut Partner> {
        self.all.get_mut(node)
    }

    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        self.all.keys().copied().collect()
    }

    /// A partner that can be reached from now on.
    pub(crate) fn meet(&mut self, node: NodeId, now: Time) -> &mut Partner {
        let partner = self.all.entry(node).or_default();
        partner.connected = true;
        partner.heard = Some(now);
        partner
    }

    pub(crate) fn part(&mut self, node: &NodeId) {
        if let Some(partner) = self.all.get_mut(node) {
            partner.disconnect();
        }
    }

    pub(crate) fn heard(&mut self, node: &NodeId, now: Time) {
        if let Some(partner) = self.all.get_mut(node) {
            partner.heard = Some(now);
        }
    }

    pub(crate) fn add(&mut self, node: &NodeId, task: Task) {
        if let Some(partner) = self.all.get_mut(node) {
            partner.add(task);
        }
    }

    /// Numbers the question that this task asks.
    pub(super) fn asks(&mut self, node: &NodeId, task: Task) -> AskId {
        self.asks += 1;
        let ask = AskId(self.asks);
        if let Some(partner) = self.all.get_mut(node) {
            partner.asking = Some((ask, task));
        }
        ask
    }

    pub(super) fn answered_by(&mut self, ask: AskId, now: Time) -> Option<(NodeId, Task)> {
        let (node, partner) = self
            .all
            .iter_mut()
            .find(|(_, partner)| partner.asking.as_ref().is_some_and(|(asking, _)| *asking == ask))?;
        partner.heard = Some(now);
        let (_, task) = partner.asking.take()?;
        Some((*node, task))
    }

    /// A question got no answer: whether it was taken is unknown, so nothing told before counts as known.
    pub(crate) fn ask_failed(&mut self, ask: AskId, now: Time) {
        for partner in self.all.values_mut() {
            if partner.asking.as_ref().is_some_and(|(asking, _)| *asking == ask) {
                partner.asking = None;
                partner.known.clear();
                partner.seen.clear();
                partner.hello_due = Some(now.plus(RETRY_AFTER));
            }
        }
    }

    pub(super) fn forget_known(&mut self, node: &NodeId) {
        if let Some(partner) = self.all.get_mut(node) {
            partner.known.clear();
        }
    }

    /// Gives each partner the tasks that have become due.
    pub(crate) fn make_due(&mut self, now: Time) {
        for partner in self.all.values_mut() {
            if partner.hello_due.is_some_and(|due| due <= now) {
                partner.hello_due = Some(now.plus(HELLO_EVERY));
                partner.add(Task::Hello);
            }
            if partner.receipts_due.is_some_and(|due| due <= now) {
                partner.receipts_due = None;
                partner.add(Task::Receipts);
            }
        }
    }

    /// When the next task becomes due.
    pub(crate) fn next_due(&self) -> Option<Time> {
        let connected = self.all.values().filter(|partner| partner.connected);
        connected.flat_map(|partner| [partner.hello_due, partner.receipts_due]).flatten().min()
    }

    /// Whether entries of an audience, or the place where two copies of one of its logs part, are still asked for.
    pub(crate) fn is_fetching(&self, of: &AudienceRef) -> bool {
        self.all.values().any(|partner| {
            partner.has(|task| match task {
                Task::Pull(pulled) => pulled == of,
                Task::Trace(log, _) => (log.ring, log.audience) == *of,
                _ => false,
            })
        })
    }

    /// Whether own entries of this audience went to another partner since our start: then a fork is everybody's.
    pub(super) fn is_shared(&self, of: &AudienceRef, except: &NodeId) -> bool {
        self.all.iter().any(|(other, partner)| other != except && partner.cleared.contains(of))
    }
}
