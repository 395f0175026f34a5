//! Control acts: what decides about entries without being one.
//!
//! A new control act is three things: a file in `act/` with its content, its codec and its own check; a row in the
//! table below; and its fold: in `Ring::fold` (`ring.rs`) where it decides about a ring, or in the replica's
//! `Book::take_act` (`ledger/book.rs`) where it decides about the logs of one audience. Neither compiles until it says
//! what a new act does. Journal, exchange, start and offline check carry acts by their scope and need no change.

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

/// Writes the enums and the codec from one row an act: number, name, content and its error, scope, what is said when
/// the content is refused. A number is never used again for something else.
macro_rules! acts {
    ($($number:literal $name:ident($content:ty, $error:ty) in $scope:expr, $refused:literal, $doc:literal;)*) => {
        /// A control act in the form in which it is kept and passed on.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(clippy::large_enum_variant, reason = "acts are few and moved seldom; a box would stand in every match")]
        pub enum ControlAct {
            $(#[doc = $doc] $name($content),)*
            /// An act of a kind that this version does not know.
            Unknown {
                /// The number of its kind.
                kind: u64,
                /// Who may see it.
                scope: Scope,
                /// The encoded content.
                bytes: Vec<u8>,
            },
        }

        /// Why bytes are not a control act.
        #[derive(Debug, Clone, PartialEq, Eq, Error)]
        pub enum ControlActError {
            /// The envelope cannot be read.
            #[error(transparent)]
            Malformed(#[from] Malformed),
            /// The scope on the envelope is not the scope of the content.
            #[error("the scope on the envelope is not the scope of the act inside")]
            WrongScope,
            $(#[doc = $refused] #[error($refused)] $name(#[source] $error),)*
        }

        impl ControlAct {
            /// The number of its kind.
            pub fn kind(&self) -> u64 {
                match self {
                    $(Self::$name(_) => $number,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// Who may see it, and with that who keeps it: a ring or the book of an audience.
            pub fn scope(&self) -> Scope {
                match self {
                    $(Self::$name(content) => {
                        let scope: fn(&$content) -> Scope = $scope;
                        scope(content)
                    })*
                    Self::Unknown { scope, .. } => *scope,
                }
            }

            fn content(&self) -> Vec<u8> {
                match self {
                    $(Self::$name(content) => content.encode(),)*
                    Self::Unknown { bytes, .. } => bytes.clone(),
                }
            }

            fn of(kind: u64, scope: Scope, bytes: ByteVec) -> Result<Self, ControlActError> {
                Ok(match kind {
                    $($number => Self::$name(<$content>::decode(&bytes).map_err(ControlActError::$name)?),)*
                    kind => Self::Unknown { kind, scope, bytes: bytes.into() },
                })
            }
        }
    };
}

acts! {
    1 Edition(SignedEdition, SignedEditionError) in |edition| Scope::Ring(edition.edition().ring),
        "the edition is not valid", "An edition with signatures; a copy with more of them is another act.";
    2 Certificate(Certificate, CertificateError) in |_| Scope::Member,
        "the certificate is not valid", "What a member says about one of its nodes.";
    3 Notice(Notice, NoticeError) in |_| Scope::Member,
        "the notice is not valid", "Where a node listens.";
    4 Cut(CutAct, CutError) in |cut| Scope::Audience(cut.content().audience),
        "the cut is not valid", "Where logs of one audience end.";
    5 Fork(ForkProof, ForkError) in |proof| Scope::Audience(proof.log().audience),
        "the fork proof is not valid", "Proof that a log forked.";
    6 Finality(Finality, FinalityError) in |finality| Scope::Audience(finality.audience()),
        "the certificate of finality is not valid", "Proof that a position is final.";
    7 Erasure(ErasureOrder, ErasureError) in |order| Scope::Audience(order.content().audience),
        "the erasure order is not valid", "An order to erase a document.";
    8 Erased(ErasureReceipt, ErasureError) in |receipt| Scope::Audience(receipt.content().audience),
        "the erasure receipt is not valid", "A node's word that it erased a document.";
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
    /// The id: the hash of everything in it, so that a version which does not know the kind finds the same one.
    ///
    /// Certificates, cuts and orders are *named* by their own ids, which leave the signature out.
    pub fn id(&self) -> ActId {
        ActId::from_bytes(digest(&ACT, &[&self.encode()]))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&Envelope { kind: self.kind(), scope: self.scope(), bytes: self.content().into() })
    }

    /// Reads canonical bytes; signatures that need a key from elsewhere are still to be verified with it.
    pub fn decode(bytes: &[u8]) -> Result<Self, ControlActError> {
        let Envelope { kind, scope, bytes } = bound::decode("a control act", bound::ACT_BYTES, bytes)?;
        let act = Self::of(kind, scope, bytes)?;
        if act.scope() == scope { Ok(act) } else { Err(ControlActError::WrongScope) }
    }
}
