use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use crate::canonical::{self, CanonicalError};
use crate::id::{ActId, ChangeHash, DocumentId, EntryId, MemberId};
use crate::key::PublicKey;
use crate::kind::Kind;

/// The longest body, in bytes: the longest change (64 KiB) and half as much again for what stands beside it.
pub const BODY_BYTES_MAX: usize = 96 * 1024;
/// Random bytes at the head of every body, so that an erased short text cannot be guessed from its hash.
pub type Salt = [u8; 16];

/// Why bytes are not a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Shorter than its salt.
    #[error("the body is too short")]
    TooShort,
    /// Not the canonical form of this kind of body.
    #[error("the body is not well formed")]
    Form(#[from] CanonicalError),
    /// A kind this program does not know.
    #[error("entries of kind {0} are not known to this version")]
    UnknownKind(u64),
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Begins a document.
    Birth(Birth),
    /// Changes it.
    Change(Change),
    /// A seat's word on a version of it.
    Statement(Statement),
    /// Ends a log.
    Seal(Seal),
}

/// Who may change a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Its home alone.
    Home,
    /// Every full member of its audience, as the edition that an entry names lists them.
    Members,
    /// Its home, and only with this seat's signature beside the node's.
    Seat(PublicKey),
}

/// Begins a document: what holds for it for ever, and its first change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Birth {
    /// The record type, for example `priority`.
    #[n(0)]
    pub type_name: String,
    /// The version of that type.
    #[n(1)]
    pub type_version: u32,
    /// The member that answers for the document.
    #[n(2)]
    pub home: MemberId,
    /// Who may change it.
    #[n(3)]
    pub writers: Writers,
    /// How it is to be handled, in the ring's words.
    #[n(4)]
    pub handling: String,
    /// How long it is kept, in the ring's words.
    #[n(5)]
    pub retention: String,
    /// The first change: creates every container of the type.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub change: Vec<u8>,
    /// The document this one takes over from.
    #[n(7)]
    pub follows: Option<Follows>,
    /// The entry of an earlier incarnation that this one writes again.
    #[n(8)]
    pub again: Option<EntryId>,
}

/// What a successor takes over from, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Follows {
    /// The document before.
    #[n(0)]
    pub document: DocumentId,
    /// Why it goes on elsewhere, in words for people.
    #[n(1)]
    pub reason: String,
    /// The edition or consent that justifies it.
    #[n(2)]
    pub consent: Option<ActId>,
}

/// Changes a document.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Change {
    /// One Automerge change.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub change: Vec<u8>,
    /// Fields whose text this change joined from two versions without anyone having read the result.
    #[n(1)]
    pub joined: Vec<String>,
    /// Why, in the writer's words.
    #[n(2)]
    pub reason: Option<String>,
    /// In the first change of a life after the first: what ended the one before.
    #[n(3)]
    pub resumes: Option<Resumes>,
    /// The entry that this one writes again.
    #[n(4)]
    pub again: Option<EntryId>,
}

/// What ended a writer's earlier life in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Resumes {
    /// The act that orphaned the last change.
    #[n(0)]
    pub act: ActId,
    /// The last change kept; beyond it the earlier life stays void.
    #[n(1)]
    pub kept: Option<ChangeHash>,
}

/// One seat's word on one exact version. Never changed; a later one by the same seat may replace it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Statement {
    /// The word, for example `approve`.
    #[n(0)]
    pub word: String,
    /// The version it is about, sorted.
    #[n(1)]
    pub version: Vec<ChangeHash>,
    /// What the seat adds.
    #[n(2)]
    pub note: Option<String>,
    /// The seat's role, as its member describes it.
    #[n(3)]
    pub role: String,
    /// The sector it speaks for.
    #[n(4)]
    pub sector: String,
    /// The areas it speaks for.
    #[n(5)]
    pub areas: Vec<String>,
    /// Under whose delegation, which minute.
    #[n(6)]
    pub authority: Option<String>,
    /// A value that the word carries, such as an amount.
    #[n(7)]
    pub value: Option<String>,
    /// The statement it answers.
    #[n(8)]
    pub answers: Option<EntryId>,
    /// The entry that this one writes again.
    #[n(9)]
    pub again: Option<EntryId>,
}

/// Ends a log, so that nobody waits for more of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Seal {
    /// Why the log ends.
    #[n(0)]
    pub reason: String,
    /// The incarnation in which its node goes on, if it does.
    #[n(1)]
    pub next: Option<u32>,
}

impl Body {
    /// The kind of entry that carries this.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Birth(_) => Kind::Birth,
            Self::Change(_) => Kind::Change,
            Self::Statement(_) => Kind::Statement,
            Self::Seal(_) => Kind::Seal,
        }
    }

    /// The bytes: the salt, then canonical CBOR.
    #[must_use]
    pub fn encode(&self, salt: Salt) -> Vec<u8> {
        let mut bytes = salt.to_vec();
        bytes.extend(match self {
            Self::Birth(birth) => canonical::encode(birth),
            Self::Change(change) => canonical::encode(change),
            Self::Statement(statement) => canonical::encode(statement),
            Self::Seal(seal) => canonical::encode(seal),
        });
        bytes
    }

    /// Reads the body of an entry of this kind.
    ///
    /// # Errors
    /// When the bytes are not such a body, or the kind is not known.
    pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Self, BodyError> {
        let rest = bytes.get(16..).ok_or(BodyError::TooShort)?;
        Ok(match kind {
            Kind::Birth => Self::Birth(canonical::decode(rest)?),
            Kind::Change => Self::Change(canonical::decode(rest)?),
            Kind::Statement => Self::Statement(canonical::decode(rest)?),
            Kind::Seal => Self::Seal(canonical::decode(rest)?),
            Kind::Unknown(number) => return Err(BodyError::UnknownKind(number)),
        })
    }
}

impl<C> Encode<C> for Writers {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Home => e.array(1)?.u8(0)?,
            Self::Members => e.array(1)?.u8(1)?,
            Self::Seat(key) => e.array(2)?.u8(2)?.encode_with(key, ctx)?,
        };
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Writers {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        match (d.array()?, d.u8()?) {
            (Some(1), 0) => Ok(Self::Home),
            (Some(1), 1) => Ok(Self::Members),
            (Some(2), 2) => Ok(Self::Seat(d.decode_with(ctx)?)),
            _ => Err(DecodeError::message("not a writers' rule").at(at)),
        }
    }
}
