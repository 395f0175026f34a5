use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_document::{Document, Judgement, Limits};
use tally_entry::{
    Actor, Birth, Body, Change, CoSignature, DocumentId, Draft, EditionId, EntryId, Header, Kind, LogId, Signature,
    SigningKey, Statement, Tag, Time, Unverified, Verified, Writers, canonical,
};

use crate::frame::{More, Question, Runs};

/// An entry's bytes, taken apart as anybody can who knows the format.
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

/// The body inside an entry's bytes.
pub(crate) fn body_of(entry: &[u8]) -> Option<Vec<u8>> {
    let frame: Frame = canonical::decode(entry).ok()?;
    frame.body.map(Into::into)
}

/// Where a lie is put: the next place of a log as its victim knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogEnd {
    pub(crate) log: LogId,
    pub(crate) sequence: u64,
    pub(crate) previous: Option<EntryId>,
    pub(crate) edition: EditionId,
    pub(crate) time: Time,
    pub(crate) salt: [u8; 16],
}

impl LogEnd {
    fn draft(&self, document: Option<DocumentId>, body: Body) -> Draft {
        Draft {
            log: self.log,
            sequence: self.sequence,
            previous: self.previous,
            edition: self.edition,
            document,
            life: 0,
            seat: None,
            time: self.time,
            attachments: Vec::new(),
            body,
        }
    }

    /// The writer's actor in a document.
    pub(crate) fn actor(&self, document: &DocumentId) -> Actor {
        Actor::derive(&self.log.ring, document, &self.log.node, self.log.incarnation, 0)
    }

    /// A properly signed entry with this body.
    pub(crate) fn sign(&self, key: &SigningKey, document: Option<DocumentId>, body: Body) -> Option<Verified> {
        self.draft(document, body).sign(key, None, self.salt).ok()
    }

    /// A change wrapped in an entry.
    pub(crate) fn change(&self, key: &SigningKey, document: DocumentId, change: Vec<u8>) -> Option<Verified> {
        let body = Change { change, joined: Vec::new(), reason: None, resumes: None, again: None };
        self.sign(key, Some(document), Body::Change(body))
    }

    /// A remark, told apart from others by its note.
    pub(crate) fn remark(&self, key: &SigningKey, document: DocumentId, note: &str, on: &Document) -> Option<Verified> {
        let body = Statement {
            word: "comment".into(),
            version: on.heads().hashes().copied().collect(),
            note: Some(note.into()),
            role: String::new(),
            sector: String::new(),
            areas: Vec::new(),
            authority: None,
            value: None,
            answers: None,
            again: None,
        };
        self.sign(key, Some(document), Body::Statement(body))
    }

    /// A birth whose first change is none.
    pub(crate) fn void_birth(
        &self,
        key: &SigningKey,
        home: tally_entry::MemberId,
        change: Vec<u8>,
    ) -> Option<Verified> {
        let body = Birth {
            type_name: "priority".into(),
            type_version: 1,
            home,
            writers: Writers::Members,
            handling: "official".into(),
            retention: "ring".into(),
            change,
            follows: None,
            again: None,
        };
        self.sign(key, None, Body::Birth(body))
    }
}

/// Puts another header on an entry, signed by this key whoever it belongs to.
pub(crate) fn resigned(entry: &Verified, key: &SigningKey, alter: impl FnOnce(&mut Header)) -> (EntryId, Vec<u8>) {
    let mut header = entry.header().clone();
    alter(&mut header);
    let id = header.id();
    let frame = Frame {
        header: header.encode().into(),
        signature: Some(key.sign(&Tag::new("tally/1/entry"), id.as_bytes())),
        co_signature: None,
        body: entry.body().map(|body| body.to_vec().into()),
    };
    (id, canonical::encode(&frame))
}

/// Names another kind or a later version than anybody knows.
pub(crate) fn unknown(entry: &Verified, key: &SigningKey, version: bool) -> Vec<u8> {
    resigned(entry, key, |header| {
        if version {
            header.version = 2;
        } else {
            header.kind = Kind::Unknown(77);
        }
    })
    .1
}

/// The frame that pushes entries to a partner.
pub(crate) fn push(log: &LogId, entries: Vec<Vec<u8>>) -> Vec<u8> {
    canonical::encode(&Question::New(Runs {
        ring: log.ring,
        audience: log.audience,
        runs: vec![entries.into_iter().map(Into::into).collect()],
        more: More::default(),
        parted: Vec::new(),
    }))
}

/// A document as a node that took these entries has it, and who may change it.
pub(crate) fn document<'a>(id: DocumentId, taken: impl Iterator<Item = &'a Unverified>) -> Option<(Document, Birth)> {
    let mut built: Option<(Document, Birth)> = None;
    for entry in taken {
        let header = entry.header();
        if header.document != Some(id) || header.version != tally_entry::VERSION {
            continue;
        }
        let Some(body) = body_of(&entry.encode()).and_then(|body| Body::decode(header.kind, &body).ok()) else {
            continue;
        };
        let actor = Actor::derive(&header.ring, &id, &header.node, header.incarnation, header.life);
        match (&mut built, body) {
            (None, Body::Birth(birth)) => {
                let document = Document::open(&birth.change, actor, &Limits::FIRST).ok()?;
                built = Some((document, birth));
            }
            (Some((document, _)), Body::Change(change)) => {
                if let Judgement::Admit(admitted) = document.judge(actor, &change.change) {
                    document.admit(vec![admitted]).ok()?;
                }
            }
            _ => {}
        }
    }
    built
}
