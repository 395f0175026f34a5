//! Acts that came before what they are checked with.

use std::collections::VecDeque;

use tally_entry::{MemberId, NodeId};

use crate::act::ControlAct;

/// Acts that wait at once. What they need comes in the same answer or the next, and whoever has them offers them again,
/// so this is room for one answer in disorder; nobody has checked them, so it must not be more.
const EARLY: usize = 64;

/// What an act that came too early needs before it can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A root of this member: an edition or a card names it.
    Root(MemberId),
    /// The key of this node: a certificate names it.
    Node(NodeId),
}

/// Acts that wait for what they need; of too many the oldest go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Early(VecDeque<(Need, ControlAct)>);

impl Early {
    /// Keeps an act until what it needs is met.
    pub(crate) fn keep(&mut self, need: Need, act: ControlAct) {
        if self.0.iter().any(|(_, held)| *held == act) {
            return;
        }
        if self.0.len() >= EARLY {
            self.0.pop_front();
        }
        self.0.push_back((need, act));
    }

    /// Gives back the acts that waited for one of these.
    pub(crate) fn release(&mut self, met: &[Need]) -> Vec<ControlAct> {
        let all = std::mem::take(&mut self.0).into_iter();
        let (ready, waiting): (Vec<_>, Vec<_>) = all.partition(|(need, _)| met.contains(need));
        self.0 = waiting.into();
        ready.into_iter().map(|(_, act)| act).collect()
    }
}
