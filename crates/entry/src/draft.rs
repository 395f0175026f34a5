use crate::body::{Body, Salt};
use crate::header::{Attachment, Header, HeaderError};
use crate::id::{DocumentId, EditionId, EntryId};
use crate::key::SigningKey;
use crate::log::LogId;
use crate::time::Time;
use crate::verified::{CoSignature, ENTRY, Verified};
use crate::{BODY_BYTES_MAX, NodeId};

/// Why a draft cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The body is longer than any partner would take.
    #[error("the body would be {0} bytes long, and at most {BODY_BYTES_MAX} are allowed")]
    TooLong(usize),
    /// The key is not that of the node the log belongs to.
    #[error("the key is not that of the log's node")]
    AnotherNode,
    /// A field is out of bounds.
    #[error("the entry cannot be written")]
    Header(#[from] HeaderError),
}

/// An entry that is about to be signed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The log it goes into.
    pub log: LogId,
    /// Its place there; the first is 1.
    pub sequence: u64,
    /// The entry before it.
    pub previous: Option<EntryId>,
    /// The edition it is written under.
    pub edition: EditionId,
    /// The document it is about; ignored for a birth, whose document follows from its place.
    pub document: Option<DocumentId>,
    /// The writer's life in that document.
    pub life: u32,
    /// The seat in whose name it is written.
    pub seat: Option<String>,
    /// When it was written, by its writer's clock.
    pub time: Time,
    /// Files it stands for.
    pub attachments: Vec<Attachment>,
    /// What it says.
    pub body: Body,
}

impl Draft {
    /// Signs the draft with its node's key, and with the seat's where the seat has one.
    ///
    /// # Errors
    /// When the body is too long, a field is out of bounds, or the key is another node's.
    pub fn sign(self, key: &SigningKey, seat_key: Option<&SigningKey>, salt: Salt) -> Result<Verified, DraftError> {
        if NodeId::of(&key.public()) != self.log.node {
            return Err(DraftError::AnotherNode);
        }
        let body = self.body.encode(salt);
        if body.len() > BODY_BYTES_MAX {
            return Err(DraftError::TooLong(body.len()));
        }
        let document = match self.body {
            Body::Birth(_) => Some(DocumentId::of_birth(&self.log, self.sequence)),
            Body::Change(_) | Body::Statement(_) => self.document,
            Body::Seal(_) => None,
        };
        let header = Header::new(
            &self.log,
            self.sequence,
            self.previous,
            self.edition,
            self.body.kind(),
            document,
            self.life,
            self.seat,
            seat_key.map(SigningKey::public),
            self.time,
            self.attachments,
            &body,
        );
        header.check()?;
        let id = header.id();
        Ok(Verified {
            id,
            signature: Some(key.sign(&ENTRY, id.as_bytes())),
            co_signature: seat_key.map(|key| CoSignature::sign(key, &id)),
            header,
            body: Some(body),
        })
    }
}
