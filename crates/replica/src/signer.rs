use tally_entry::{AudienceId, Draft, DraftError, NodeId, Position, SigningKey, Time, Verified};
use tally_ring::{LogKey, Notice, Receipt};

/// The node's key, which leaves this file only as signatures.
#[derive(Debug)]
pub(crate) struct Signer(SigningKey);

impl Signer {
    pub(crate) const fn new(key: SigningKey) -> Self {
        Self(key)
    }

    pub(crate) fn node(&self) -> NodeId {
        NodeId::of(&self.0.public())
    }

    pub(crate) fn entry(&self, draft: Draft, salt: [u8; 16]) -> Result<Verified, DraftError> {
        draft.sign(&self.0, None, salt)
    }

    /// What this node holds; none where a receipt has no room for it.
    pub(crate) fn receipt(
        &self,
        audience: AudienceId,
        at: Time,
        positions: Vec<(LogKey, Position)>,
    ) -> Option<Receipt> {
        Receipt::sign(audience, at, positions, &self.0).ok()
    }

    /// Where this node listens; none where the addresses are not such.
    pub(crate) fn notice(&self, issued: Time, addresses: &[String]) -> Option<Notice> {
        Notice::sign(issued, addresses.to_vec(), &self.0).ok()
    }
}
