use tally_entry::{
    ActId, AudienceId, Birth, Body, Change, ChangeHash, CoSignature, DocumentId, Draft, EditionId, EntryId, Header,
    LogId, MemberId, NodeId, RingId, Seal, Signature, SigningKey, Statement, Tag, Time, Verified, Writers,
};

/// The node's key in every test.
pub(crate) fn node_key() -> SigningKey {
    SigningKey::from_seed([1; 32])
}

/// Another node's key.
pub(crate) fn other_key() -> SigningKey {
    SigningKey::from_seed([2; 32])
}

/// A seat's key.
pub(crate) fn seat_key() -> SigningKey {
    SigningKey::from_seed([3; 32])
}

/// The log of the node whose key this is.
pub(crate) fn log_of(key: &SigningKey) -> LogId {
    LogId {
        ring: RingId::from_bytes([0xa1; 32]),
        audience: AudienceId::from_bytes([0xa2; 32]),
        node: NodeId::of(&key.public()),
        incarnation: 1,
    }
}

/// The document that most tests write in.
pub(crate) fn document() -> DocumentId {
    DocumentId::of_birth(&log_of(&node_key()), 1)
}

/// A draft of the first entry of the node's log.
pub(crate) fn draft(body: Body) -> Draft {
    Draft {
        log: log_of(&node_key()),
        sequence: 1,
        previous: None,
        edition: EditionId::from_bytes([0xa3; 32]),
        document: Some(document()),
        life: 0,
        seat: None,
        time: Time(1_750_000_000_000),
        attachments: Vec::new(),
        body,
    }
}

/// The draft of the entry that follows.
pub(crate) fn draft_after(before: &Verified, body: Body) -> Draft {
    Draft { sequence: before.header().sequence + 1, previous: Some(before.id()), ..draft(body) }
}

/// Signs with the node's key.
pub(crate) fn sign(draft: Draft) -> Verified {
    draft.sign(&node_key(), None, [0x5a; 16]).expect("an honest draft can be signed")
}

/// A birth under this writers' rule.
pub(crate) fn birth(writers: Writers) -> Body {
    Body::Birth(Birth {
        type_name: "priority".into(),
        type_version: 1,
        home: MemberId::from_bytes([0xb1; 32]),
        writers,
        handling: "ring".into(),
        retention: "6 years".into(),
        change: vec![0xc0, 0xc1, 0xc2],
        follows: None,
        again: None,
    })
}

/// A change and nothing beside it.
pub(crate) fn plain_change() -> Change {
    Change { change: vec![0xc3, 0xc4, 0xc5], joined: Vec::new(), reason: None, resumes: None, again: None }
}

/// A change as a body.
pub(crate) fn change() -> Body {
    Body::Change(plain_change())
}

/// A statement with every field.
pub(crate) fn statement() -> Body {
    Body::Statement(Statement {
        word: "approve".into(),
        version: vec![ChangeHash::from_bytes([0xd1; 32]), ChangeHash::from_bytes([0xd2; 32])],
        note: Some("as amended on the day".into()),
        role: "chair".into(),
        sector: "local authority".into(),
        areas: vec!["Bexley".into(), "Greenwich".into()],
        authority: Some("minute 14 of 3 March".into()),
        value: Some("25000 GBP".into()),
        answers: Some(EntryId::from_bytes([0xd3; 32])),
        again: Some(EntryId::from_bytes([0xd4; 32])),
    })
}

/// The end of a log.
pub(crate) fn seal() -> Body {
    Body::Seal(Seal { reason: "restored from a copy".into(), next: Some(2) })
}

/// The act that several bodies name.
pub(crate) fn act() -> ActId {
    ActId::from_bytes([0xb3; 32])
}

/// An entry's frame, put together without the program's own encoder.
pub(crate) fn frame(header: &[u8], signature: &Signature, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x84];
    put(&mut bytes, header);
    put(&mut bytes, &signature.0);
    bytes.push(0xf6);
    put(&mut bytes, body);
    bytes
}

/// The frame of an entry with a seat's signature.
pub(crate) fn frame_co_signed(header: &[u8], signature: &Signature, seat: &CoSignature, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x84];
    put(&mut bytes, header);
    put(&mut bytes, &signature.0);
    bytes.push(0x82);
    put(&mut bytes, seat.key.as_bytes());
    put(&mut bytes, &seat.signature.0);
    put(&mut bytes, body);
    bytes
}

/// The frame of an entry whose body was erased: absent items at the end are left out.
pub(crate) fn frame_without_body(header: &[u8], signature: &Signature) -> Vec<u8> {
    let mut bytes = vec![0x82];
    put(&mut bytes, header);
    put(&mut bytes, &signature.0);
    bytes
}

/// Appends a byte string of less than 64 KiB.
fn put(bytes: &mut Vec<u8>, string: &[u8]) {
    let [high, low] = u16::try_from(string.len()).expect("a short string").to_be_bytes();
    match (high, low) {
        (0, 0..24) => bytes.push(0x40 | low),
        (0, _) => bytes.extend([0x58, low]),
        _ => bytes.extend([0x59, high, low]),
    }
    bytes.extend(string);
}

/// Signs header bytes as a node of a later version of the program would.
pub(crate) fn sign_header(key: &SigningKey, header: &[u8]) -> Signature {
    let id = tally_entry::digest(&Tag::new("tally/1/entry-id"), &[header]);
    key.sign(&Tag::new("tally/1/entry"), &id)
}

/// A body of a form that this program does not know: a salt, then an array of a number and a text.
pub(crate) fn strange_body() -> Vec<u8> {
    let mut body = vec![0x5a; 16];
    body.extend(b"\x82\x18\x2a\x65novel");
    body
}

/// The header of a change that carries [`strange_body`], with something about it altered.
pub(crate) fn strange_header(alter: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut header = sign(draft(change())).header().clone();
    let body = strange_body();
    header.body_hash = Header::hash_body(&body);
    header.body_length = u32::try_from(body.len()).expect("a short body");
    alter(&mut header);
    header.encode()
}

/// The same header with items appended, as a later version may.
pub(crate) fn append(mut header: Vec<u8>, items: u8, bytes: &[u8]) -> Vec<u8> {
    assert_eq!(header[0], 0x92, "an array of 18");
    let count = 18 + items;
    if count < 24 {
        header[0] = 0x80 | count;
    } else {
        header.splice(..1, [0x98, count]);
    }
    header.extend(bytes);
    header
}

/// A whole entry around such a header, and its signature, by the node's key.
pub(crate) fn strange_entry(header: &[u8]) -> Vec<u8> {
    frame(header, &sign_header(&node_key(), header), &strange_body())
}

/// An entry of a kind that this program does not know.
pub(crate) fn unknown_kind() -> Vec<u8> {
    strange_entry(&strange_header(|header| {
        header.kind = tally_entry::Kind::Unknown(9);
    }))
}

/// An entry of the next version of the format, with a text and a number appended.
pub(crate) fn unknown_version() -> Vec<u8> {
    let header = strange_header(|header| header.version = 2);
    strange_entry(&append(header, 2, b"\x65later\x19\x01\x00"))
}
