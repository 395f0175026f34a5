use std::fmt;

use crate::id::{DocumentId, NodeId, RingId};
use crate::tag::{Tag, digest};

/// The Automerge actor of one life of one incarnation of a node in one document.
///
/// It is derived, so nobody can write as anybody else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor([u8; 16]);

impl Actor {
    /// The actor's bytes, as Automerge holds them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Takes the bytes as they are: what a change claims, not who may write as it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The one actor that may write here: the first 16 bytes of the digest of all that names it.
    #[must_use]
    pub fn derive(ring: &RingId, document: &DocumentId, node: &NodeId, incarnation: u32, life: u32) -> Self {
        let whole = digest(
            &Tag::new("tally/1/actor"),
            &[ring.as_bytes(), document.as_bytes(), node.as_bytes(), &incarnation.to_be_bytes(), &life.to_be_bytes()],
        );
        let mut actor = [0; 16];
        actor.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        Self(actor)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Actor({self})")
    }
}
