//! Whether a node may write in an audience: the one place where membership of an entry is judged.

use tally_entry::{EditionId, MemberId, NodeId};
use thiserror::Error;

use crate::act::edition::Edition;
use crate::audience::Audience;
use crate::ring::Ring;
use crate::ring::chain::NodeCertificate;

/// The node behind an entry, and the edition by whose terms the entry is judged.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The node as its member certifies it.
    pub node: &'a NodeCertificate,
    /// The edition that decides, which replaces the one the entry names where that one was replaced.
    pub edition: &'a Edition,
}

/// Why an entry has no author here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAuthor {
    /// No certificate held names the node for a member of the edition in force or of one before it.
    #[error("no certificate held names node {0} for a member of the ring")]
    UnknownNode(NodeId),
    /// The edition is not complete here, or others agreed it without this member.
    #[error("edition {0} does not lead to the edition in force here")]
    UnknownEdition(EditionId),
    /// The edition does not list the node's member, or the audience leaves it out.
    #[error("member {0} is not of the audience")]
    NotOfAudience(MemberId),
}

impl Ring {
    /// The author of an entry that this node wrote for this audience under this edition.
    ///
    /// Whether its member may also change records is its standing in [`Author::edition`].
    pub fn author(&self, audience: &Audience, node: NodeId, edition: EditionId) -> Result<Author<'_>, NotAuthor> {
        let node = self.node(node).ok_or(NotAuthor::UnknownNode(node))?;
        let edition = self.judged_by(edition).ok_or(NotAuthor::UnknownEdition(edition))?;
        if audience.holds(edition, node.member) {
            Ok(Author { node, edition })
        } else {
            Err(NotAuthor::NotOfAudience(node.member))
        }
    }
}
