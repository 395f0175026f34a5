//! A content with one signature over its canonical bytes.

use minicbor::{Decode, Encode};
use tally_entry::{PublicKey, Signature, SigningKey, Tag, canonical, digest};

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Signed<T> {
    #[n(0)]
    pub(crate) content: T,
    #[n(1)]
    pub(crate) signature: Signature,
}

impl<T: Encode<()>> Signed<T> {
    pub(crate) fn sign(tag: &Tag, content: T, key: &SigningKey) -> Self {
        let signature = key.sign(tag, &canonical::encode(&content));
        Self { content, signature }
    }

    pub(crate) fn is_signed_by(&self, tag: &Tag, key: &PublicKey) -> bool {
        key.verify(tag, &canonical::encode(&self.content), &self.signature).is_ok()
    }

    /// Hashes the content alone, so that another signature makes no second id.
    pub(crate) fn hash(&self, tag: &Tag) -> [u8; 32] {
        digest(tag, &[&canonical::encode(&self.content)])
    }
}
