use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::body::BODY_BYTES_MAX;
use crate::canonical::{self, CanonicalError};
use crate::header::{Header, HeaderError};
use crate::id::{EntryId, NodeId};
use crate::key::{BadSignature, PublicKey, Signature};
use crate::verified::{CoSignature, ENTRY, Verified};

/// The longest stored or sent entry, in bytes: the longest body, the longest header and room for signatures.
pub const ENTRY_BYTES_MAX: usize = BODY_BYTES_MAX + 8192;

/// Why an entry is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than any entry can be.
    #[error("the entry is {0} bytes long, and at most {ENTRY_BYTES_MAX} are allowed")]
    TooLong(usize),
    /// Not the canonical form of an entry.
    #[error("the entry is not well formed")]
    Form(#[from] CanonicalError),
    /// Its header is not one.
    #[error("the entry's header is refused")]
    Header(#[from] HeaderError),
    /// It carries no signature of its own.
    #[error("the entry is not signed")]
    NotSigned,
    /// Its node's key did not sign it.
    #[error("the entry is not signed by the node it names")]
    Signature(#[source] BadSignature),
    /// The key beside the co-signature did not sign it.
    #[error("the entry's seat signature does not verify")]
    CoSignature(#[source] BadSignature),
    /// The seat signature is missing, or not by the key that the header names.
    #[error("the entry's seat signature is not the one its header names")]
    OtherCoSignature,
    /// The body is not the one that was signed.
    #[error("the body is not the one the header names")]
    Body,
}

/// An entry as it came: bytes in the right form, believed by nobody yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    pub(crate) header: Header,
    pub(crate) signature: Option<Signature>,
    pub(crate) co_signature: Option<CoSignature>,
    pub(crate) body: Option<Vec<u8>>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Frame {
    #[n(0)]
    header: ByteVec,
    #[n(1)]
    signature: Option<Signature>,
    #[n(2)]
    co_signature: Option<CoSignature>,
    #[n(3)]
    body: Option<ByteVec>,
}

impl Unverified {
    /// Reads an entry's bytes.
    ///
    /// # Errors
    /// Says what is wrong with the form; signatures and the body's hash are not looked at.
    pub fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(VerifyError::TooLong(bytes.len()));
        }
        let frame: Frame = canonical::decode(bytes)?;
        Ok(Self {
            header: Header::decode(&frame.header)?,
            signature: frame.signature,
            co_signature: frame.co_signature,
            body: frame.body.map(Into::into),
        })
    }

    /// The bytes that are sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&Frame {
            header: self.header.encode().into(),
            signature: self.signature,
            co_signature: self.co_signature.clone(),
            body: self.body.clone().map(Into::into),
        })
    }

    /// What the entry claims about itself.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Whether it carries a signature of its own, good or bad.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// Drops the entry's own signature, as a change inside a run is sent and stored.
    #[must_use]
    pub fn without_signature(mut self) -> Self {
        self.signature = None;
        self
    }

    /// Believes the entry, if its own signature holds under the key of the node that it names.
    ///
    /// # Errors
    /// Says what does not hold.
    pub fn verify(self, key: &PublicKey) -> Result<Verified, VerifyError> {
        let signature = self.signature.ok_or(VerifyError::NotSigned)?;
        let id = self.header.id();
        self.check_signature(&id, key, &signature)?;
        self.into_vouched(id)
    }

    /// Checks the entry's own signature, and that the key is the one its node is named after: a good signature by
    /// another key says nothing about this node.
    pub(crate) fn check_signature(
        &self,
        id: &EntryId,
        key: &PublicKey,
        signature: &Signature,
    ) -> Result<(), VerifyError> {
        if NodeId::of(key) != self.header.node {
            return Err(VerifyError::Signature(BadSignature));
        }
        key.verify(&ENTRY, id.as_bytes(), signature).map_err(VerifyError::Signature)
    }

    /// Believes an entry for which something else vouches: the chain of a signed run.
    pub(crate) fn into_vouched(self, id: EntryId) -> Result<Verified, VerifyError> {
        match (&self.co_signature, &self.header.seat_key) {
            (None, None) => {}
            (Some(co_signature), Some(key)) if co_signature.key == *key => {
                co_signature.verify(&id).map_err(VerifyError::CoSignature)?;
            }
            _ => return Err(VerifyError::OtherCoSignature),
        }
        if let Some(body) = &self.body
            && (body.len() > BODY_BYTES_MAX
                || body.len() != self.header.body_length as usize
                || Header::hash_body(body) != self.header.body_hash)
        {
            return Err(VerifyError::Body);
        }
        Ok(Verified {
            id,
            header: self.header,
            signature: self.signature,
            co_signature: self.co_signature,
            body: self.body,
        })
    }
}
