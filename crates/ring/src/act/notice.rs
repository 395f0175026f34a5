//! Notices: where a node listens now.

use minicbor::{Decode, Encode};
use tally_entry::{NodeId, PublicKey, SigningKey, Tag, Time, canonical};
use thiserror::Error;

use crate::bound::{self, Malformed};
use crate::signed::Signed;

const NOTICE: Tag = Tag::new("tally/1/notice");

/// A node's signed addresses; the newest counts, so a new address needs nobody's consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice(Signed<NoticeContent>);

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NoticeContent {
    /// The node that listens.
    #[n(0)]
    pub node: NodeId,
    /// When it said so.
    #[n(1)]
    pub issued: Time,
    /// Where it listens, in order; none when it only dials out.
    #[n(2)]
    pub addresses: Vec<String>,
}

/// Why a notice is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoticeError {
    /// The bytes are not a notice.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The signature is not the node's.
    #[error("the notice is not signed by the node it names")]
    Forged,
}

impl Notice {
    /// Signs a notice with the node's entry-signing key; addresses are put in order.
    pub fn sign(issued: Time, mut addresses: Vec<String>, key: &SigningKey) -> Result<Self, NoticeError> {
        addresses.sort();
        addresses.dedup();
        let content = NoticeContent { node: NodeId::of(&key.public()), issued, addresses };
        check(&content)?;
        Ok(Self(Signed::sign(&NOTICE, content, key)))
    }

    /// Node, time and addresses.
    pub fn content(&self) -> &NoticeContent {
        &self.0.content
    }

    /// Checks that the key is the node's and signed it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), NoticeError> {
        let good = NodeId::of(key) == self.content().node && self.0.is_signed_by(&NOTICE, key);
        if good { Ok(()) } else { Err(NoticeError::Forged) }
    }

    /// Tells whether this notice counts against the other; of two with one time the larger bytes count.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.content().issued, self.encode()) > (other.content().issued, other.encode())
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes; the signature is checked by [`Notice::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, NoticeError> {
        let signed: Signed<NoticeContent> = bound::decode("a notice", bound::SMALL_BYTES, bytes)?;
        check(&signed.content)?;
        Ok(Self(signed))
    }
}

fn check(content: &NoticeContent) -> Result<(), NoticeError> {
    Ok(bound::lines("addresses", bound::ADDRESSES, bound::ADDRESS_CHARS, &content.addresses)?)
}
