use tally_entry::{
    ATTACHMENTS_MAX, Attachment, BODY_BYTES_MAX, Body, Change, DocumentId, Draft, DraftError, HeaderError,
    SEAT_BYTES_MAX, Signature, Unverified, VerifyError, Writers,
};

use crate::fixture::{
    birth, change, document, draft, frame, log_of, node_key, other_key, plain_change, seal, sign, sign_header,
    strange_body, strange_header,
};

fn refusal(draft: Draft) -> Option<DraftError> {
    draft.sign(&node_key(), None, [0; 16]).err()
}

fn change_of(bytes: usize) -> Draft {
    draft(Body::Change(Change { change: vec![0; bytes], ..plain_change() }))
}

fn attachments(count: usize) -> Draft {
    let attachment = Attachment { hash: [0xe1; 32], length: u64::MAX };
    Draft { attachments: vec![attachment; count], ..draft(change()) }
}

fn seat(bytes: usize) -> Draft {
    Draft { seat: Some("x".repeat(bytes)), ..draft(change()) }
}

/// Bytes of a plain change's body beside the change: the salt, the heads, the empty list.
const BESIDE: usize = 16 + 1 + 5 + 1;

#[test]
fn another_nodes_key_is_refused() {
    assert_eq!(draft(change()).sign(&other_key(), None, [0; 16]), Err(DraftError::AnotherNode));
}

#[test]
fn the_longest_body_is_signed_and_believed() {
    let entry = sign(change_of(BODY_BYTES_MAX - BESIDE));
    assert_eq!(entry.body().map(<[u8]>::len), Some(BODY_BYTES_MAX));
    let decoded = Unverified::decode(&entry.encode()).expect("it decodes");
    assert_eq!(decoded.verify(&node_key().public()), Ok(entry));
}

#[test]
fn a_longer_body_is_refused() {
    assert_eq!(refusal(change_of(BODY_BYTES_MAX - BESIDE + 1)), Some(DraftError::TooLong(BODY_BYTES_MAX + 1)));
}

#[test]
fn the_most_attachments_are_signed_and_decoded() {
    let entry = sign(attachments(ATTACHMENTS_MAX));
    assert!(Unverified::decode(&entry.encode()).is_ok());
}

#[test]
fn more_attachments_are_refused() {
    assert_eq!(refusal(attachments(ATTACHMENTS_MAX + 1)), Some(DraftError::Header(HeaderError::Bounds("attachments"))));
}

#[test]
fn the_longest_seat_is_signed_and_decoded() {
    let entry = sign(seat(SEAT_BYTES_MAX));
    assert!(Unverified::decode(&entry.encode()).is_ok());
}

#[test]
fn a_longer_seat_is_refused() {
    assert_eq!(refusal(seat(SEAT_BYTES_MAX + 1)), Some(DraftError::Header(HeaderError::Bounds("seat"))));
}

#[test]
fn a_change_of_no_document_is_refused() {
    let draft = Draft { document: None, ..draft(change()) };
    assert_eq!(refusal(draft), Some(DraftError::Header(HeaderError::Bounds("document"))));
}

#[test]
fn a_birth_names_the_document_that_follows_from_its_place() {
    let entry = sign(Draft { document: Some(DocumentId::from_bytes([7; 32])), ..draft(birth(Writers::Home)) });
    assert_eq!(entry.header().document, Some(document()));
}

#[test]
fn births_at_two_places_are_two_documents() {
    let log = log_of(&node_key());
    assert_ne!(DocumentId::of_birth(&log, 1), DocumentId::of_birth(&log, 2));
}

#[test]
fn a_seal_names_no_document() {
    assert_eq!(sign(draft(seal())).header().document, None);
}

#[test]
fn two_salts_hide_one_text_under_two_hashes() {
    let hash = |salt| {
        let entry = draft(change()).sign(&node_key(), None, salt);
        entry.map(|entry| entry.header().body_hash)
    };
    assert_ne!(hash([0; 16]), hash([1; 16]));
}

/// The order of the group of signatures, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn a_second_signature_made_from_a_good_one_is_refused() {
    let header = strange_header(|_| {});
    let Signature(mut bytes) = sign_header(&node_key(), &header);
    let mut carry = 0;
    for (byte, more) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    let entry = frame(&header, &Signature(bytes), &strange_body());
    let entry = Unverified::decode(&entry).expect("it decodes");
    assert!(matches!(entry.verify(&node_key().public()), Err(VerifyError::Signature(_))));
}
