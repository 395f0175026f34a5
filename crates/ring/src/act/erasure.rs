//! Erasure orders and the receipts for them.

use minicbor::{Decode, Encode};
use tally_entry::{
    ActId, AudienceId, ChangeHash, DocumentId, MemberId, NodeId, PublicKey, SigningKey, Tag, Time, canonical,
};
use thiserror::Error;

use crate::bound::{self, Malformed};
use crate::signed::Signed;

const ORDER: Tag = Tag::new("tally/1/erasure-order");
const RECEIPT: Tag = Tag::new("tally/1/erasure-receipt");

/// The home member's order to erase a whole document, signed by its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureOrder(Signed<ErasureOrderContent>);

/// What an erasure order says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ErasureOrderContent {
    /// The audience that holds the document.
    #[n(0)]
    pub audience: AudienceId,
    /// The document to erase.
    #[n(1)]
    pub document: DocumentId,
    /// The home member that orders.
    #[n(2)]
    pub member: MemberId,
    /// The version that was seen, in order; later words go back to their authors.
    #[n(3)]
    pub version: Vec<ChangeHash>,
    /// Why, without repeating what is erased.
    #[n(4)]
    pub reason: String,
    /// When the home ordered it.
    #[n(5)]
    pub at: Time,
}

/// A node's word that it dropped what an order erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReceipt(Signed<ErasureReceiptContent>);

/// What an erasure receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ErasureReceiptContent {
    /// The audience that held the document.
    #[n(0)]
    pub audience: AudienceId,
    /// The order carried out.
    #[n(1)]
    pub order: ActId,
    /// The node that dropped the bodies.
    #[n(2)]
    pub node: NodeId,
    /// When the node dropped it.
    #[n(3)]
    pub at: Time,
}

/// Why an erasure order or receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ErasureError {
    /// The bytes are not one.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The signature is not the one it needs.
    #[error("the erasure is not signed by the member or node that it names")]
    Forged,
}

impl ErasureOrder {
    /// Signs an order with the home member's root; the version is put in order.
    pub fn sign(mut content: ErasureOrderContent, root: &SigningKey) -> Result<Self, ErasureError> {
        content.version.sort();
        check(&content)?;
        Ok(Self(Signed::sign(&ORDER, content, root)))
    }

    /// Document, version and reason.
    pub fn content(&self) -> &ErasureOrderContent {
        &self.0.content
    }

    /// The id: the hash of the content without the signature.
    pub fn id(&self) -> ActId {
        ActId::from_bytes(self.0.hash(&ORDER))
    }

    /// Checks the signature against the home member's root.
    pub fn verify(&self, root: &PublicKey) -> Result<(), ErasureError> {
        if self.0.is_signed_by(&ORDER, root) { Ok(()) } else { Err(ErasureError::Forged) }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes; the signature is checked by [`ErasureOrder::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ErasureError> {
        let signed: Signed<ErasureOrderContent> = bound::decode("an erasure order", bound::SMALL_BYTES, bytes)?;
        check(&signed.content)?;
        Ok(Self(signed))
    }
}

impl ErasureReceipt {
    /// Signs a receipt with the node's entry-signing key.
    pub fn sign(audience: AudienceId, order: ActId, at: Time, key: &SigningKey) -> Self {
        let node = NodeId::of(&key.public());
        Self(Signed::sign(&RECEIPT, ErasureReceiptContent { audience, order, node, at }, key))
    }

    /// Order, node and time.
    pub fn content(&self) -> &ErasureReceiptContent {
        &self.0.content
    }

    /// Checks that the key is the node's and signed it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ErasureError> {
        let good = NodeId::of(key) == self.content().node && self.0.is_signed_by(&RECEIPT, key);
        if good { Ok(()) } else { Err(ErasureError::Forged) }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes; the signature is checked by [`ErasureReceipt::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ErasureError> {
        Ok(Self(bound::decode("an erasure receipt", bound::SMALL_BYTES, bytes)?))
    }
}

fn check(content: &ErasureOrderContent) -> Result<(), ErasureError> {
    bound::line("reason", bound::TEXT_CHARS, &content.reason)?;
    bound::at_most("version", bound::VERSION, content.version.len())?;
    Ok(bound::ascending("version", content.version.iter())?)
}
