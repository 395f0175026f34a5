use std::collections::BTreeMap;

use tally_entry::{AudienceId, NodeId, Position, Time};
use tally_ring::{LogKey, Receipt};

use crate::signer::Signer;

/// What each node of an audience last signed that it holds there.
#[derive(Debug, Default)]
pub(crate) struct Receipts {
    newest: BTreeMap<NodeId, Receipt>,
    /// The moment of our own newest receipt, in whatever life it was given.
    floor: Time,
}

impl Receipts {
    pub(crate) fn of(&self, node: &NodeId) -> Option<&Receipt> {
        self.newest.get(node)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&NodeId, &Receipt)> {
        self.newest.iter()
    }

    /// Signs our own where our positions moved.
    pub(crate) fn renew(
        &mut self,
        audience: AudienceId,
        positions: Vec<(LogKey, Position)>,
        now: Time,
        signer: &Signer,
    ) {
        let node = signer.node();
        let same = self.newest.get(&node).is_some_and(|receipt| receipt.content().positions == positions);
        if same || positions.is_empty() {
            return;
        }
        let at = now.max(self.floor.plus(1));
        if let Some(receipt) = signer.receipt(audience, at, positions) {
            self.floor = at;
            self.newest.insert(node, receipt);
        }
    }

    /// Whether this is newer than what is held of its node: of our own, than any that we know we gave.
    pub(crate) fn is_news(&self, receipt: &Receipt, me: &NodeId) -> bool {
        let content = receipt.content();
        let held = self.newest.get(&content.node).map(|held| held.content().at);
        if content.node == *me { self.floor < content.at } else { held.is_none_or(|held| held < content.at) }
    }

    /// Takes our own of a life before this one, whose clock may have been ahead.
    pub(crate) fn take_own(&mut self, receipt: &Receipt) {
        self.floor = receipt.content().at;
        self.newest.remove(&receipt.content().node);
    }

    /// Takes another node's.
    pub(crate) fn take(&mut self, receipt: Receipt) {
        self.newest.insert(receipt.content().node, receipt);
    }
}
