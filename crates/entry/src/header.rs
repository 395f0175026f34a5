use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use crate::canonical;
use crate::id::{AudienceId, DocumentId, EditionId, EntryId, NodeId, RingId};
use crate::key::PublicKey;
use crate::kind::Kind;
use crate::log::{LogId, Position};
use crate::tag::{Tag, digest};
use crate::time::Time;

/// The version of the entry format that this program writes and judges.
pub const VERSION: u64 = 1;
/// The longest seat id, in bytes: a seat is named by a short word such as `bexley-council`.
pub const SEAT_BYTES_MAX: usize = 64;
/// The most attachments of one entry: a record's papers, not an archive.
pub const ATTACHMENTS_MAX: usize = 16;
/// The longest header, in bytes: twice what every field at its longest needs.
const HEADER_BYTES_MAX: usize = 4096;
/// The first item of every header.
const DOMAIN: &str = "tally/entry";
/// The items of a version 1 header; a later version may only append items: numbers, strings, arrays, true, false, none.
const ITEMS: u64 = 18;

/// A file that an entry stands for: what it must hash to, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Attachment {
    /// SHA-256 of the file.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub hash: [u8; 32],
    /// Its length in bytes.
    #[n(1)]
    pub length: u64,
}

/// Why bytes are not a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Longer than any header can be.
    #[error("the header is {0} bytes long, and at most {HEADER_BYTES_MAX} are allowed")]
    TooLong(usize),
    /// Not the canonical form of a header.
    #[error("the header is not well formed")]
    Form(#[from] canonical::CanonicalError),
    /// A field is outside its bounds.
    #[error("the header's {0} is out of bounds")]
    Bounds(&'static str),
}

/// All that an entry says about itself except its body; what is hashed and signed.
///
/// Encoded as one CBOR array: domain, version, ring, audience, node, incarnation, sequence, previous, edition,
/// kind, document, life, seat, seat key, time, attachments, body hash, body length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format's version; versions above [`VERSION`] are chained and passed on, and wait.
    pub version: u64,
    /// Whose record it adds to.
    pub ring: RingId,
    /// Who may hold it.
    pub audience: AudienceId,
    /// The node that wrote it.
    pub node: NodeId,
    /// The incarnation of that node's log; at least 1.
    pub incarnation: u32,
    /// Its place in the log; the first entry is 1.
    pub sequence: u64,
    /// The entry before it in the log; none for the first.
    pub previous: Option<EntryId>,
    /// The edition it was written under; never older than the one before.
    pub edition: EditionId,
    /// What its body says, and whether there is a document.
    pub kind: Kind,
    /// The document it is about; a birth's is derived from its place, and a seal has none.
    pub document: Option<DocumentId>,
    /// Which life of its writer in that document; 0 until changes were orphaned.
    pub life: u32,
    /// The seat in whose name it was written.
    pub seat: Option<String>,
    /// The key that signs for the seat beside the node. It stands here, inside the id, so that nobody on the way can
    /// take that signature off or put another in its place.
    pub seat_key: Option<PublicKey>,
    /// When, by the writer's clock.
    pub time: Time,
    /// Files it stands for.
    pub attachments: Vec<Attachment>,
    /// What the body hashes to: it stays when the body is erased.
    pub body_hash: [u8; 32],
    /// In bytes, random salt included; it stays when the body is erased.
    pub body_length: u32,
    /// Items that a later version appended, as they came; empty in version 1.
    later: Vec<u8>,
    later_items: u64,
}

impl Header {
    #[expect(clippy::too_many_arguments, reason = "one argument a field of the format")]
    pub(crate) fn new(
        log: &LogId,
        sequence: u64,
        previous: Option<EntryId>,
        edition: EditionId,
        kind: Kind,
        document: Option<DocumentId>,
        life: u32,
        seat: Option<String>,
        seat_key: Option<PublicKey>,
        time: Time,
        attachments: Vec<Attachment>,
        body: &[u8],
    ) -> Self {
        Self {
            version: VERSION,
            ring: log.ring,
            audience: log.audience,
            node: log.node,
            incarnation: log.incarnation,
            sequence,
            previous,
            edition,
            kind,
            document,
            life,
            seat,
            seat_key,
            time,
            attachments,
            body_hash: Self::hash_body(body),
            body_length: u32::try_from(body.len()).unwrap_or(u32::MAX),
            later: Vec::new(),
            later_items: 0,
        }
    }

    /// The digest that a header names for this body.
    #[must_use]
    pub fn hash_body(body: &[u8]) -> [u8; 32] {
        digest(&Tag::new("tally/1/body"), &[body])
    }

    /// The canonical bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes, and checks every bound that needs nothing else.
    ///
    /// # Errors
    /// Says what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() > HEADER_BYTES_MAX {
            return Err(HeaderError::TooLong(bytes.len()));
        }
        let header: Self = canonical::decode(bytes)?;
        header.check()?;
        Ok(header)
    }

    pub(crate) fn check(&self) -> Result<(), HeaderError> {
        let bounds = |ok: bool, field| {
            if ok { Ok(()) } else { Err(HeaderError::Bounds(field)) }
        };
        bounds(self.version >= 1, "version")?;
        bounds(self.version != VERSION || self.later_items == 0, "version")?;
        bounds(self.incarnation >= 1, "incarnation")?;
        bounds(self.sequence >= 1, "sequence")?;
        bounds((self.sequence == 1) == self.previous.is_none(), "previous entry")?;
        bounds(self.version != VERSION || self.names_its_document(), "document")?;
        bounds(self.attachments.len() <= ATTACHMENTS_MAX, "attachments")?;
        bounds(self.seat.as_ref().is_none_or(|seat| (1..=SEAT_BYTES_MAX).contains(&seat.len())), "seat")
    }

    /// Whether the document is the one that an entry of this kind at this place may name.
    fn names_its_document(&self) -> bool {
        match self.kind {
            Kind::Birth => self.document == Some(DocumentId::of_birth(&self.log(), self.sequence)),
            Kind::Change | Kind::Statement => self.document.is_some(),
            Kind::Seal => self.document.is_none(),
            Kind::Unknown(_) => true,
        }
    }

    /// The entry's id: the digest of the canonical header, signatures not included.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId::from_bytes(digest(&Tag::new("tally/1/entry-id"), &[&self.encode()]))
    }

    /// The log it stands in.
    #[must_use]
    pub const fn log(&self) -> LogId {
        LogId { ring: self.ring, audience: self.audience, node: self.node, incarnation: self.incarnation }
    }

    /// Its place in the log.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { incarnation: self.incarnation, sequence: self.sequence, entry: self.id() }
    }
}

impl<C> Encode<C> for Header {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.array(ITEMS + self.later_items)?
            .str(DOMAIN)?
            .u64(self.version)?
            .encode_with(self.ring, ctx)?
            .encode_with(self.audience, ctx)?
            .encode_with(self.node, ctx)?
            .u32(self.incarnation)?
            .u64(self.sequence)?
            .encode_with(self.previous, ctx)?
            .encode_with(self.edition, ctx)?
            .u64(self.kind.number())?
            .encode_with(self.document, ctx)?
            .u32(self.life)?
            .encode_with(self.seat.as_deref(), ctx)?
            .encode_with(self.seat_key, ctx)?
            .encode_with(self.time, ctx)?
            .encode_with(&self.attachments, ctx)?
            .bytes(&self.body_hash)?
            .u32(self.body_length)?;
        e.writer_mut().write_all(&self.later).map_err(EncodeError::write)
    }
}

impl<'b, C> Decode<'b, C> for Header {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        let items = d.array()?.unwrap_or_default();
        if items < ITEMS || d.str()? != DOMAIN {
            return Err(DecodeError::message("not an entry's header").at(at));
        }
        let mut header = Self {
            version: d.u64()?,
            ring: d.decode_with(ctx)?,
            audience: d.decode_with(ctx)?,
            node: d.decode_with(ctx)?,
            incarnation: d.u32()?,
            sequence: d.u64()?,
            previous: d.decode_with(ctx)?,
            edition: d.decode_with(ctx)?,
            kind: Kind::of(d.u64()?),
            document: d.decode_with(ctx)?,
            life: d.u32()?,
            seat: d.decode_with(ctx)?,
            seat_key: d.decode_with(ctx)?,
            time: d.decode_with(ctx)?,
            attachments: d.decode_with(ctx)?,
            body_hash: canonical::array(d)?,
            body_length: d.u32()?,
            later: Vec::new(),
            later_items: items - ITEMS,
        };
        let from = d.position();
        for _ in ITEMS..items {
            canonical::skip(d)?;
        }
        let later = d.input().get(from..d.position()).unwrap_or_default();
        header.later = later.to_vec();
        Ok(header)
    }
}
