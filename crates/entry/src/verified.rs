use minicbor::{Decode, Encode};

use crate::header::Header;
use crate::id::EntryId;
use crate::key::{BadSignature, PublicKey, Signature, SigningKey};
use crate::tag::Tag;
use crate::unverified::Unverified;

/// What a node's key signs: the entry's id.
pub(crate) const ENTRY: Tag = Tag::new("tally/1/entry");
/// What a seat's key signs: the same id, under its own tag.
const CO_SIGNATURE: Tag = Tag::new("tally/1/co-signature");

/// A seat's own signature beside its node's. Whether the key is that seat's is the ring's to say.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CoSignature {
    /// The seat's key.
    #[n(0)]
    pub key: PublicKey,
    /// Its signature of the entry's id.
    #[n(1)]
    pub signature: Signature,
}

impl CoSignature {
    /// Signs an entry with a seat's key.
    #[must_use]
    pub fn sign(key: &SigningKey, entry: &EntryId) -> Self {
        Self { key: key.public(), signature: key.sign(&CO_SIGNATURE, entry.as_bytes()) }
    }

    pub(crate) fn verify(&self, entry: &EntryId) -> Result<(), BadSignature> {
        self.key.verify(&CO_SIGNATURE, entry.as_bytes(), &self.signature)
    }
}

/// An entry whose node's key has vouched for it: by its own signature, or as part of a signed run.
///
/// Only this crate makes one. It says nothing about membership, limits or the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub(crate) id: EntryId,
    pub(crate) header: Header,
    pub(crate) signature: Option<Signature>,
    pub(crate) co_signature: Option<CoSignature>,
    pub(crate) body: Option<Vec<u8>>,
}

impl Verified {
    /// The entry's id.
    #[must_use]
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// What it says about itself.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Its own signature; none for a change inside a run.
    #[must_use]
    pub const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// Its seat's signature, if a seat signed.
    #[must_use]
    pub const fn co_signature(&self) -> Option<&CoSignature> {
        self.co_signature.as_ref()
    }

    /// Its body; none once it was erased.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Forgets that it was verified: what others receive, and must verify again.
    #[must_use]
    pub fn to_unverified(&self) -> Unverified {
        Unverified {
            header: self.header.clone(),
            signature: self.signature,
            co_signature: self.co_signature.clone(),
            body: self.body.clone(),
        }
    }

    /// The bytes that are stored and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.to_unverified().encode()
    }
}
