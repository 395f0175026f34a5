//! Control acts: what decides about entries without being one.

pub(crate) mod certificate;
pub(crate) mod cut;
pub(crate) mod edition;
pub(crate) mod erasure;
pub(crate) mod finality;
pub(crate) mod fork;
pub(crate) mod notice;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_entry::{ActId, AudienceId, RingId, Tag, canonical, digest};
use thiserror::Error;

use crate::act::certificate::{Certificate, CertificateError};
use crate::act::cut::{CutAct, CutError};
use crate::act::edition::signed::{SignedEdition, SignedEditionError};
use crate::act::erasure::{ErasureError, ErasureOrder, ErasureReceipt};
use crate::act::finality::{Finality, FinalityError};
use crate::act::fork::{ForkError, ForkProof};
use crate::act::notice::{Notice, NoticeError};
use crate::bound::{self, Malformed};

const ACT: Tag = Tag::new("tally/1/control-act");

/// A control act in the form in which it is kept and passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "acts are few and moved seldom; a box would stand in every match")]
pub enum ControlAct {
    /// An edition with signatures; a copy with more of them is another act.
    Edition(SignedEdition),
    /// A member's word about its nodes.
    Certificate(Certificate),
    /// A node's addresses.
    Notice(Notice),
    /// Where logs of one audience end.
    Cut(CutAct),
    /// Proof that a log forked.
    Fork(ForkProof),
    /// Proof that a position is final.
    Finality(Finality),
    /// An order to erase a document.
    Erasure(ErasureOrder),
    /// A node's word that it erased one.
    Erased(ErasureReceipt),
    /// A kind that this version does not know: kept, passed on inside its scope, without effect.
    Unknown {
        /// Its kind.
        kind: u64,
        /// Who may see it.
        scope: Scope,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// Who may see a control act; it names nothing narrower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Scope {
    /// Everybody who shares a ring with the member or node it is about.
    #[n(0)]
    Member,
    /// The members of one ring.
    #[n(1)]
    Ring(#[n(0)] RingId),
    /// The members of one audience.
    #[n(2)]
    Audience(#[n(0)] AudienceId),
}

/// Why bytes are not a control act.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlActError {
    /// The envelope is not one.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The scope written on it is not the scope of its content.
    #[error("the act is addressed to another scope than its content has")]
    WrongScope,
    /// The edition inside does not hold.
    #[error("the edition does not hold")]
    Edition(#[from] SignedEditionError),
    /// The certificate inside does not hold.
    #[error("the certificate does not hold")]
    Certificate(#[from] CertificateError),
    /// The notice inside does not hold.
    #[error("the notice does not hold")]
    Notice(#[from] NoticeError),
    /// The cut inside does not hold.
    #[error("the cut does not hold")]
    Cut(#[from] CutError),
    /// The fork proof inside does not hold.
    #[error("the fork proof does not hold")]
    Fork(#[from] ForkError),
    /// The certificate of finality inside does not hold.
    #[error("the certificate of finality does not hold")]
    Finality(#[from] FinalityError),
    /// The erasure order or receipt inside does not hold.
    #[error("the erasure does not hold")]
    Erasure(#[from] ErasureError),
}

#[derive(Encode, Decode)]
struct Envelope {
    #[n(0)]
    kind: u64,
    #[n(1)]
    scope: Scope,
    #[n(2)]
    bytes: ByteVec,
}

impl ControlAct {
    /// The number of its kind; numbers are never used again for something else.
    pub fn kind(&self) -> u64 {
        match self {
            Self::Edition(_) => 1,
            Self::Certificate(_) => 2,
            Self::Notice(_) => 3,
            Self::Cut(_) => 4,
            Self::Fork(_) => 5,
            Self::Finality(_) => 6,
            Self::Erasure(_) => 7,
            Self::Erased(_) => 8,
            Self::Unknown { kind, .. } => *kind,
        }
    }

    /// Who may see it.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Edition(edition) => Scope::Ring(edition.edition().ring),
            Self::Certificate(_) | Self::Notice(_) => Scope::Member,
            Self::Cut(cut) => Scope::Audience(cut.content().audience),
            Self::Fork(proof) => Scope::Audience(proof.log().audience),
            Self::Finality(finality) => Scope::Audience(finality.audience()),
            Self::Erasure(order) => Scope::Audience(order.content().audience),
            Self::Erased(receipt) => Scope::Audience(receipt.content().audience),
            Self::Unknown { scope, .. } => *scope,
        }
    }

    /// The id: the hash of everything in it, the same for a version that does not know the kind.
    ///
    /// Certificates, cuts and orders are *named* by their own ids, which leave the signature out.
    pub fn id(&self) -> ActId {
        ActId::from_bytes(digest(&ACT, &[&self.encode()]))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let bytes = match self {
            Self::Edition(edition) => edition.encode(),
            Self::Certificate(certificate) => certificate.encode(),
            Self::Notice(notice) => notice.encode(),
            Self::Cut(cut) => cut.encode(),
            Self::Fork(proof) => proof.encode(),
            Self::Finality(finality) => finality.encode(),
            Self::Erasure(order) => order.encode(),
            Self::Erased(receipt) => receipt.encode(),
            Self::Unknown { bytes, .. } => bytes.clone(),
        };
        canonical::encode(&Envelope { kind: self.kind(), scope: self.scope(), bytes: bytes.into() })
    }

    /// Reads canonical bytes; signatures that need a key from elsewhere are still to be verified with it.
    pub fn decode(bytes: &[u8]) -> Result<Self, ControlActError> {
        let Envelope { kind, scope, bytes } = bound::decode("a control act", bound::ACT_BYTES, bytes)?;
        let act = match kind {
            1 => Self::Edition(SignedEdition::decode(&bytes)?),
            2 => Self::Certificate(Certificate::decode(&bytes)?),
            3 => Self::Notice(Notice::decode(&bytes)?),
            4 => Self::Cut(CutAct::decode(&bytes)?),
            5 => Self::Fork(ForkProof::decode(&bytes)?),
            6 => Self::Finality(Finality::decode(&bytes)?),
            7 => Self::Erasure(ErasureOrder::decode(&bytes)?),
            8 => Self::Erased(ErasureReceipt::decode(&bytes)?),
            kind => Self::Unknown { kind, scope, bytes: bytes.into() },
        };
        if act.scope() == scope { Ok(act) } else { Err(ControlActError::WrongScope) }
    }
}
