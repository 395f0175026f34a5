//! Editions with the signatures they have so far.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use tally_entry::{EditionId, MemberId, PublicKey, Signature, SigningKey, Tag, canonical};
use tally_guard::Cleared;
use thiserror::Error;

use crate::act::cut::{self, Cut, CutError};
use crate::act::edition::{Edition, EditionError};
use crate::audience::Audience;
use crate::bound::{self, Malformed};
use crate::paper::root_memory::{AlreadySigned, RootMemory};

const SIGNATURE: Tag = Tag::new("tally/1/edition-signature");
/// Bytes around edition and signatures: two list heads, with room to spare.
const ENVELOPE: usize = 16;

/// An edition with the signatures of some or all of the members it lists.
///
/// Every signature inside was verified when it was made or decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEdition {
    edition: Edition,
    id: EditionId,
    /// Bytes that each signature with its cuts may take: all have the same share of what the edition leaves.
    room: usize,
    signatures: BTreeMap<MemberId, EditionSignature>,
}

/// One member's signature on an edition, with the cuts that it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct EditionSignature {
    /// The member that signed.
    #[n(0)]
    pub member: MemberId,
    /// What this member holds of the whole-ring logs that the edition ends; none for most editions.
    #[n(1)]
    pub cuts: Vec<Cut>,
    /// The root's signature over edition id and cuts.
    #[n(2)]
    pub signature: Signature,
}

/// Why bytes are not an edition with good signatures.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignedEditionError {
    /// The bytes or the signature list break a rule of the format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The edition cannot stand.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// Somebody signed who is not listed.
    #[error("member {member} signed and is not listed")]
    NotListed {
        /// Who signed.
        member: MemberId,
    },
    /// A signature does not verify.
    #[error("the signature of member {member} is forged: it does not verify")]
    Forged {
        /// The member in whose name it stands.
        member: MemberId,
    },
    /// The cuts beside a signature are not valid.
    #[error("the cuts of member {member} are not valid")]
    Cut {
        /// Who signed.
        member: MemberId,
        /// What is wrong with them.
        #[source]
        source: CutError,
    },
}

/// Why a root does not sign an edition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignError {
    /// The edition does not list this root.
    #[error("the edition does not list this root key")]
    NotListed,
    /// The root signed something that this edition would contradict.
    #[error(transparent)]
    AlreadySigned(#[from] AlreadySigned),
    /// The cuts are not valid.
    #[error("the cuts are not valid")]
    Cut(#[from] CutError),
}

/// Two copies are of different editions and cannot be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("edition {found} is not edition {expected}")]
pub struct OtherEdition {
    /// The edition merged into.
    pub expected: EditionId,
    /// The edition offered.
    pub found: EditionId,
}

#[derive(Encode, Decode)]
pub(crate) struct RawEdition {
    #[n(0)]
    edition: Edition,
    #[n(1)]
    signatures: Vec<EditionSignature>,
}

#[derive(Encode)]
struct Signing<'a> {
    #[n(0)]
    edition: EditionId,
    #[n(1)]
    cuts: &'a [Cut],
}

impl SignedEdition {
    /// Takes a draft that nobody signed yet, after checking it. Its words leave with the invitation, so the guard has
    /// read them.
    pub fn draft(edition: Cleared<Edition>) -> Result<Self, EditionError> {
        Self::unsigned(edition.into_inner())
    }

    fn unsigned(edition: Edition) -> Result<Self, EditionError> {
        edition.check()?;
        // Half is left for the signatures.
        let bytes = edition.encode().len();
        bound::at_most("an edition", bound::EDITION_BYTES / 2, bytes)?;
        let left = bound::EDITION_BYTES.saturating_sub(bytes + ENVELOPE);
        let room = left / edition.members.len().max(1);
        let id = edition.id();
        Ok(Self { edition, id, room, signatures: BTreeMap::new() })
    }

    /// Signs with a member's root, unless its memory forbids, and remembers it; returns the member.
    ///
    /// Keep the memory on disk before letting the signature out.
    pub fn sign(&mut self, root: &SigningKey, memory: &mut RootMemory) -> Result<MemberId, SignError> {
        self.sign_with_cuts(root, memory, Vec::new())
    }

    /// Signs an edition that ends logs, saying what the signer holds of each; the cuts are put in order.
    pub fn sign_with_cuts(
        &mut self,
        root: &SigningKey,
        memory: &mut RootMemory,
        mut cuts: Vec<Cut>,
    ) -> Result<MemberId, SignError> {
        let public = root.public();
        let listed = self.edition.members.iter().find(|listed| listed.root == public);
        let member = listed.ok_or(SignError::NotListed)?.member;
        cuts.sort();
        cut::check(Audience::whole(self.edition.ring).id(), &cuts)?;
        let bytes = canonical::encode(&Signing { edition: self.id, cuts: &cuts });
        let signature = EditionSignature { member, cuts, signature: root.sign(&SIGNATURE, &bytes) };
        self.check_room(&signature).map_err(CutError::Malformed)?;
        memory.remember(&self.edition)?;
        self.keep(signature);
        Ok(member)
    }

    fn check_room(&self, signature: &EditionSignature) -> Result<(), Malformed> {
        bound::at_most("a signature with its cuts", self.room, canonical::encode(signature).len())
    }

    /// Takes over the signatures of another copy; tells whether there were new ones.
    pub fn merge(&mut self, other: &Self) -> Result<bool, OtherEdition> {
        if self.id != other.id {
            return Err(OtherEdition { expected: self.id, found: other.id });
        }
        let before = self.signatures.clone();
        other.signatures.values().cloned().for_each(|signature| self.keep(signature));
        Ok(before != self.signatures)
    }

    /// Keeps one signature a member: of two the one whose bytes come first, so that merging has no order.
    fn keep(&mut self, signature: EditionSignature) {
        let kept = self.signatures.entry(signature.member).or_insert_with(|| signature.clone());
        if signature < *kept {
            *kept = signature;
        }
    }

    /// The edition, without its signatures.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The id of the edition, whoever has signed.
    pub fn id(&self) -> EditionId {
        self.id
    }

    /// The members that signed.
    pub fn signed_by(&self) -> Vec<MemberId> {
        self.signatures.keys().copied().collect()
    }

    /// The signatures, by member.
    pub fn signatures(&self) -> impl Iterator<Item = &EditionSignature> {
        self.signatures.values()
    }

    /// The listed members whose signature is missing.
    pub fn awaiting(&self) -> Vec<MemberId> {
        let members = self.edition.members.iter().map(|listed| listed.member);
        members.filter(|member| !self.signatures.contains_key(member)).collect()
    }

    /// Tells whether every listed member signed.
    pub fn is_complete(&self) -> bool {
        self.edition.members.iter().all(|listed| self.signatures.contains_key(&listed.member))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.raw())
    }

    /// Reads canonical bytes and verifies every signature in them.
    pub fn decode(bytes: &[u8]) -> Result<Self, SignedEditionError> {
        Self::from_raw(bound::decode("an edition", bound::EDITION_BYTES, bytes)?)
    }

    pub(crate) fn raw(&self) -> RawEdition {
        RawEdition { edition: self.edition.clone(), signatures: self.signatures.values().cloned().collect() }
    }

    pub(crate) fn from_raw(raw: RawEdition) -> Result<Self, SignedEditionError> {
        let mut signed = Self::unsigned(raw.edition)?;
        bound::at_most("signatures", bound::MEMBERS, raw.signatures.len())?;
        bound::ascending("signatures", raw.signatures.iter().map(|signature| signature.member))?;
        let whole = Audience::whole(signed.edition.ring).id();
        for signature in raw.signatures {
            let member = signature.member;
            let listed = signed.edition.listed(member).ok_or(SignedEditionError::NotListed { member })?;
            cut::check(whole, &signature.cuts).map_err(|source| SignedEditionError::Cut { member, source })?;
            signed.check_room(&signature)?;
            if !is_good(signed.id, &signature, &listed.root) {
                return Err(SignedEditionError::Forged { member });
            }
            signed.keep(signature);
        }
        Ok(signed)
    }
}

fn is_good(edition: EditionId, signature: &EditionSignature, root: &PublicKey) -> bool {
    let bytes = canonical::encode(&Signing { edition, cuts: &signature.cuts });
    root.verify(&SIGNATURE, &bytes, &signature.signature).is_ok()
}
