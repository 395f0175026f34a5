//! Cuts: up to where the entries of a log count.

use minicbor::{Decode, Encode};
use tally_entry::{ActId, AudienceId, EditionId, LogId, MemberId, Position, PublicKey, SigningKey, Tag, canonical};
use thiserror::Error;

use crate::bound::{self, Malformed};
use crate::signed::Signed;

const CUT: Tag = Tag::new("tally/1/cut");

/// The last entry of a log that a signer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Cut {
    /// The log that the signer looked at.
    #[n(0)]
    pub log: LogId,
    /// The position held; none when the signer holds nothing of it.
    #[n(1)]
    pub position: Option<Position>,
}

/// What a cut follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Because {
    /// An edition that removes, demotes or narrows.
    #[n(0)]
    Edition(#[n(0)] EditionId),
    /// A revocation of one of the member's nodes.
    #[n(1)]
    Revocation(#[n(0)] ActId),
}

/// What one member says about where logs of one audience end, signed by its root.
///
/// A revocation's cuts and those of a subset are acts of their own, so that neither certificate nor edition names an
/// audience that some of its readers must not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutAct(Signed<CutContent>);

/// What a cut act says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CutContent {
    /// The audience whose logs are cut.
    #[n(0)]
    pub audience: AudienceId,
    /// The member that says so.
    #[n(1)]
    pub member: MemberId,
    /// What it follows from.
    #[n(2)]
    pub because: Because,
    /// One cut a log, in order of the logs.
    #[n(3)]
    pub cuts: Vec<Cut>,
}

/// Why cuts are not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CutError {
    /// They are not well formed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A cut names a log of another audience, or a position of another incarnation.
    #[error("a cut names a log outside its audience or a position outside its log")]
    Outside,
    /// The signature is not the root's.
    #[error("the cut is not signed by the root of member {member}")]
    Forged {
        /// The member that the cut names as its signer.
        member: MemberId,
    },
}

impl CutAct {
    /// Signs cuts with the member's root; they are put in order.
    pub fn sign(mut content: CutContent, root: &SigningKey) -> Result<Self, CutError> {
        content.cuts.sort();
        check(content.audience, &content.cuts)?;
        Ok(Self(Signed::sign(&CUT, content, root)))
    }

    /// Audience, member, reason and cuts.
    pub fn content(&self) -> &CutContent {
        &self.0.content
    }

    /// The id: the hash of the content without the signature.
    pub fn id(&self) -> ActId {
        ActId::from_bytes(self.0.hash(&CUT))
    }

    /// Checks the signature against the member's root.
    pub fn verify(&self, root: &PublicKey) -> Result<(), CutError> {
        if self.0.is_signed_by(&CUT, root) { Ok(()) } else { Err(CutError::Forged { member: self.content().member }) }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes; the signature is checked by [`CutAct::verify`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CutError> {
        let signed: Signed<CutContent> = bound::decode("a cut", bound::ACT_BYTES, bytes)?;
        check(signed.content.audience, &signed.content.cuts)?;
        Ok(Self(signed))
    }
}

/// Checks that every cut is of a log of this audience, at most one a log.
pub(crate) fn check(audience: AudienceId, cuts: &[Cut]) -> Result<(), CutError> {
    bound::at_most("cuts", bound::CUTS, cuts.len())?;
    bound::ascending("cuts", cuts.iter().map(|cut| cut.log))?;
    let inside =
        |cut: &Cut| cut.log.audience == audience && cut.position.is_none_or(|at| at.incarnation == cut.log.incarnation);
    if cuts.iter().all(inside) { Ok(()) } else { Err(CutError::Outside) }
}
