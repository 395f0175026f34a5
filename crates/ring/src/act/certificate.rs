//! Certificate acts: how a member says which nodes are its own.

pub(crate) mod offer;

use minicbor::{Decode, Encode};
use tally_entry::{ActId, MemberId, NodeId, PublicKey, SigningKey, Tag, canonical};
use thiserror::Error;

use crate::act::certificate::offer::NodeOffer;
use crate::bound::{self, Malformed};
use crate::signed::Signed;

const CERTIFICATE: Tag = Tag::new("tally/1/certificate");
/// Acts a member may number: one a week for seventy years, and a chain stays quick to fold.
const NUMBERS: u64 = 4_096;

/// One numbered, hash-linked act of a member about its nodes, signed by its root.
///
/// A decoded certificate is well formed; only [`Certificate::verify`] with the member's root shows that it is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate(Signed<CertificateContent>);

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CertificateContent {
    /// The member whose chain this is.
    #[n(0)]
    pub member: MemberId,
    /// The place in the chain; the first is 1.
    #[n(1)]
    pub number: u64,
    /// One of the acts at the number before; none at number 1.
    #[n(2)]
    pub previous: Option<ActId>,
    /// What it does to the member's nodes.
    #[n(3)]
    pub act: NodeAct,
}

/// What a certificate does to the nodes of its member.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum NodeAct {
    /// Adds a node, or renews the transport key, recipient or name of one.
    #[n(0)]
    Add(#[n(0)] NodeOffer),
    /// Puts a node in the place of another, whose entries go on counting.
    #[n(1)]
    Replace {
        /// The node that is replaced.
        #[n(0)]
        old: NodeId,
        /// The node that takes its place.
        #[n(1)]
        new: NodeOffer,
    },
    /// Ends a node for good; the last good entries are said by a cut in each audience, which this act does not name.
    #[n(2)]
    Revoke(#[n(0)] NodeId),
}

/// Why a certificate is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// The bytes are not a certificate.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The number and the link to the act before do not go together.
    #[error("certificate {number} must name the one before it, and only the first names none")]
    BadLink {
        /// The number that it states.
        number: u64,
    },
    /// The node did not offer itself to this member.
    #[error("node {node} has not offered its keys to this member")]
    NotOffered {
        /// The node that it names.
        node: NodeId,
    },
    /// The signature is not the root's.
    #[error("the certificate is not signed by the root of member {member}")]
    Forged {
        /// The member that it names.
        member: MemberId,
    },
}

impl Certificate {
    /// Signs a certificate with the member's root.
    pub fn sign(content: CertificateContent, root: &SigningKey) -> Result<Self, CertificateError> {
        check(&content)?;
        Ok(Self(Signed::sign(&CERTIFICATE, content, root)))
    }

    /// Signs the first certificate of a new member, whose id is the hash of this root.
    pub fn first(offer: NodeOffer, root: &SigningKey) -> Result<Self, CertificateError> {
        let member = MemberId::of(&root.public());
        Self::sign(CertificateContent { member, number: 1, previous: None, act: NodeAct::Add(offer) }, root)
    }

    /// Member, place in the chain and act.
    pub fn content(&self) -> &CertificateContent {
        &self.0.content
    }

    /// The id: the hash of the content without the signature.
    pub fn id(&self) -> ActId {
        ActId::from_bytes(self.0.hash(&CERTIFICATE))
    }

    /// Checks the signature against the member's root.
    pub fn verify(&self, root: &PublicKey) -> Result<(), CertificateError> {
        if self.0.is_signed_by(&CERTIFICATE, root) {
            Ok(())
        } else {
            Err(CertificateError::Forged { member: self.content().member })
        }
    }

    /// The node it adds or puts in another's place.
    pub fn offer(&self) -> Option<&NodeOffer> {
        match &self.content().act {
            NodeAct::Add(offer) | NodeAct::Replace { new: offer, .. } => Some(offer),
            NodeAct::Revoke(_) => None,
        }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.0)
    }

    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        Self::from_signed(bound::decode("a certificate", bound::SMALL_BYTES, bytes)?)
    }

    pub(crate) fn signed(&self) -> &Signed<CertificateContent> {
        &self.0
    }

    pub(crate) fn from_signed(signed: Signed<CertificateContent>) -> Result<Self, CertificateError> {
        check(&signed.content)?;
        Ok(Self(signed))
    }
}

fn check(content: &CertificateContent) -> Result<(), CertificateError> {
    let number = content.number;
    if !(1..=NUMBERS).contains(&number) || (number == 1) != content.previous.is_none() {
        return Err(CertificateError::BadLink { number });
    }
    let offer = match &content.act {
        NodeAct::Add(offer) | NodeAct::Replace { new: offer, .. } => offer,
        NodeAct::Revoke(_) => return Ok(()),
    };
    offer.check()?;
    let node = offer.node();
    let replaces_itself = matches!(&content.act, NodeAct::Replace { old, .. } if *old == node);
    if replaces_itself || !offer.is_for(content.member) {
        return Err(CertificateError::NotOffered { node });
    }
    Ok(())
}
