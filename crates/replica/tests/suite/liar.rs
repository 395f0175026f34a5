//! One who holds a node's key and signs with it what the node's program never would.

use tally_entry::{Actor, Body, Change, DocumentId, Draft, EditionId, EntryId, LogId, RingId, SigningKey, Verified};
use tally_ring::Audience;

use crate::founding::{Borough, START};

/// Where a liar writes: incarnations of its log that its honest program never opened.
pub(crate) struct Liar {
    pub(crate) key: SigningKey,
    pub(crate) log: LogId,
    pub(crate) edition: EditionId,
    pub(crate) sequence: u64,
    pub(crate) previous: Option<EntryId>,
}

impl Liar {
    pub(crate) fn new(borough: &Borough, ring: RingId, edition: EditionId, incarnation: u32) -> Self {
        let key = SigningKey::from_seed(borough.key);
        let node = tally_entry::NodeId::of(&key.public());
        let log = LogId { ring, audience: Audience::whole(ring).id(), node, incarnation };
        Self { key, log, edition, sequence: 0, previous: None }
    }

    pub(crate) fn actor(&self, document: &DocumentId) -> Actor {
        Actor::derive(&self.log.ring, document, &self.log.node, self.log.incarnation, 0)
    }

    pub(crate) fn draft(&self, document: Option<DocumentId>, body: Body) -> Verified {
        let draft = Draft {
            log: self.log,
            sequence: self.sequence + 1,
            previous: self.previous,
            edition: self.edition,
            document,
            life: 0,
            seat: None,
            time: START,
            attachments: vec![],
            body,
        };
        draft.sign(&self.key, None, [9; 16]).expect("signed")
    }

    pub(crate) fn write(&mut self, document: Option<DocumentId>, body: Body) -> Verified {
        let entry = self.draft(document, body);
        self.sequence += 1;
        self.previous = Some(entry.id());
        entry
    }
}

pub(crate) fn change(change: Vec<u8>) -> Body {
    Body::Change(Change { change, joined: vec![], reason: None, resumes: None, again: None })
}
