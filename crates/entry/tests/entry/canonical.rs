use tally_entry::canonical::CanonicalError;
use tally_entry::{Body, BodyError, ENTRY_BYTES_MAX, Header, HeaderError, Kind, Unverified, VerifyError, Writers};

use crate::annotate::{Span, places};
use crate::fixture::{append, birth, draft, node_key, sign, sign_header, statement, strange_body, strange_header};

/// The bytes with the number in one head written longer than it needs to be; none where it cannot be.
fn longer(bytes: &[u8], place: Span) -> Option<Vec<u8>> {
    let first = bytes[place.at];
    let (bits, number) = match first & 0x1f {
        short @ 0..=23 if first >> 5 != 7 => (24, vec![short]),
        long @ 24..=26 => {
            let number = &bytes[place.at + 1..place.at + place.head];
            (long + 1, [vec![0; number.len()], number.to_vec()].concat())
        }
        _ => return None,
    };
    let mut changed = bytes[..place.at].to_vec();
    changed.push(first & 0xe0 | bits);
    changed.extend(number);
    changed.extend(&bytes[place.at + place.head..]);
    Some(changed)
}

fn every_longer_head_is_refused(bytes: &[u8], refused: impl Fn(&[u8]) -> bool) {
    for place in places(bytes) {
        if let Some(changed) = longer(bytes, place) {
            assert!(refused(&changed), "{place:?}");
        }
    }
}

#[test]
fn a_longer_head_anywhere_in_a_frame_is_refused() {
    every_longer_head_is_refused(&sign(draft(statement())).encode(), |bytes| {
        Unverified::decode(bytes) == Err(VerifyError::Form(CanonicalError::NotCanonical))
    });
}

#[test]
fn a_longer_head_anywhere_in_a_header_is_refused() {
    let header = sign(draft(statement())).header().encode();
    every_longer_head_is_refused(&header, |bytes| {
        Header::decode(bytes) == Err(HeaderError::Form(CanonicalError::NotCanonical))
    });
}

#[test]
fn a_longer_head_anywhere_in_a_body_is_refused() {
    for body in [birth(Writers::Home), statement()] {
        let bytes = body.encode([0; 16]);
        every_longer_head_is_refused(&bytes[16..], |changed| {
            let changed = [&bytes[..16], changed].concat();
            Body::decode(body.kind(), &changed) == Err(BodyError::Form(CanonicalError::NotCanonical))
        });
    }
}

fn body_refused(bytes: &[u8]) {
    assert!(matches!(Body::decode(Kind::Seal, &[&[0; 16], bytes].concat()), Err(BodyError::Form(_))));
}

#[test]
fn the_shortest_seal_is_taken() {
    let body = Body::decode(Kind::Seal, &[&[0; 16][..], b"\x82\x61x\x02"].concat());
    assert!(body.is_ok());
}

#[test]
fn an_array_of_indefinite_length_is_refused() {
    body_refused(b"\x9f\x61x\x02\xff");
}

#[test]
fn a_text_of_indefinite_length_is_refused() {
    body_refused(b"\x82\x7f\x61x\xff\x02");
}

#[test]
fn undefined_in_the_place_of_none_is_refused() {
    body_refused(b"\x82\x61x\xf7");
}

#[test]
fn an_item_too_many_is_refused() {
    body_refused(b"\x83\x61x\x02\x03");
}

#[test]
fn a_tag_before_an_item_is_refused() {
    body_refused(b"\x82\xc1\x61x\x02");
}

#[test]
fn a_text_that_is_not_utf_8_is_refused() {
    body_refused(b"\x82\x61\xff\x02");
}

#[test]
fn bytes_in_the_place_of_text_are_refused() {
    body_refused(b"\x82\x41x\x02");
}

#[test]
fn one_absent_value_has_one_form() {
    let taken = [&b"\x81\x61x"[..], b"\x82\x61x\xf6"]
        .iter()
        .filter(|bytes| Body::decode(Kind::Seal, &[&[0; 16], **bytes].concat()).is_ok())
        .count();
    assert_eq!(taken, 1);
}

#[test]
fn a_byte_after_an_entry_is_refused() {
    let mut bytes = sign(draft(statement())).encode();
    bytes.push(0);
    assert_eq!(Unverified::decode(&bytes), Err(VerifyError::Form(CanonicalError::Trailing(1))));
}

#[test]
fn a_byte_after_a_header_is_refused() {
    let mut bytes = sign(draft(statement())).header().encode();
    bytes.push(0);
    assert_eq!(Header::decode(&bytes), Err(HeaderError::Form(CanonicalError::Trailing(1))));
}

#[test]
fn a_byte_after_a_body_is_refused() {
    let mut bytes = statement().encode([0; 16]);
    bytes.push(0);
    assert_eq!(Body::decode(Kind::Statement, &bytes), Err(BodyError::Form(CanonicalError::Trailing(1))));
}

#[test]
fn an_entry_of_indefinite_length_is_refused() {
    let mut bytes = sign(draft(statement())).encode();
    bytes[0] = 0x9f;
    bytes.push(0xff);
    assert_eq!(Unverified::decode(&bytes), Err(VerifyError::Form(CanonicalError::NotCanonical)));
}

#[test]
fn a_header_of_another_domain_is_refused() {
    let mut bytes = strange_header(|_| {});
    bytes[2] ^= 1;
    assert_eq!(Header::decode(&bytes), Err(HeaderError::Form(CanonicalError::Malformed)));
}

#[test]
fn a_header_of_fewer_items_is_refused() {
    let mut bytes = strange_header(|header| header.body_length = 1);
    bytes[0] -= 1;
    bytes.pop();
    assert_eq!(Header::decode(&bytes), Err(HeaderError::Form(CanonicalError::Malformed)));
}

#[test]
fn an_entry_longer_than_any_can_be_is_refused_unread() {
    assert_eq!(Unverified::decode(&vec![0; ENTRY_BYTES_MAX + 1]), Err(VerifyError::TooLong(ENTRY_BYTES_MAX + 1)));
}

#[test]
fn a_body_shorter_than_its_salt_is_refused() {
    assert_eq!(Body::decode(Kind::Seal, &[0; 15]), Err(BodyError::TooShort));
}

#[test]
fn the_body_of_an_unknown_kind_is_not_read() {
    assert_eq!(Body::decode(Kind::Unknown(9), &strange_body()), Err(BodyError::UnknownKind(9)));
}

fn out_of_bounds(header: &[u8], field: &'static str) {
    assert_eq!(Header::decode(header), Err(HeaderError::Bounds(field)));
}

#[test]
fn version_0_is_refused() {
    out_of_bounds(&strange_header(|header| header.version = 0), "version");
}

#[test]
fn an_item_appended_to_version_1_is_refused() {
    out_of_bounds(&append(strange_header(|_| {}), 1, &[0]), "version");
}

#[test]
fn incarnation_0_is_refused() {
    out_of_bounds(&strange_header(|header| header.incarnation = 0), "incarnation");
}

#[test]
fn sequence_0_is_refused() {
    out_of_bounds(&strange_header(|header| header.sequence = 0), "sequence");
}

#[test]
fn a_second_entry_that_names_none_before_it_is_refused() {
    out_of_bounds(&strange_header(|header| header.sequence = 2), "previous entry");
}

#[test]
fn a_first_entry_that_names_one_before_it_is_refused() {
    let header = strange_header(|header| header.previous = Some(header.id()));
    out_of_bounds(&header, "previous entry");
}

#[test]
fn a_seat_without_a_name_is_refused() {
    out_of_bounds(&strange_header(|header| header.seat = Some(String::new())), "seat");
}

#[test]
fn a_birth_that_names_another_document_than_its_own_is_refused() {
    let mut header = sign(draft(birth(Writers::Home))).header().clone();
    header.document = Some(tally_entry::DocumentId::from_bytes([7; 32]));
    out_of_bounds(&header.encode(), "document");
}

#[test]
fn a_change_without_a_document_is_refused() {
    out_of_bounds(&strange_header(|header| header.document = None), "document");
}

#[test]
fn a_statement_without_a_document_is_refused() {
    let header = strange_header(|header| {
        header.kind = Kind::Statement;
        header.document = None;
    });
    out_of_bounds(&header, "document");
}

#[test]
fn a_seal_with_a_document_is_refused() {
    out_of_bounds(&strange_header(|header| header.kind = Kind::Seal), "document");
}

#[test]
fn a_header_longer_than_any_can_be_is_refused() {
    let header = strange_header(|header| header.version = 2);
    let header = append(header, 1, &[&[0x59, 0x10, 0][..], &[0; 4096]].concat());
    assert_eq!(Header::decode(&header), Err(HeaderError::TooLong(header.len())));
}

/// A header of version 2 that ends with this one item.
fn later(item: &[u8]) -> Result<Header, HeaderError> {
    Header::decode(&append(strange_header(|header| header.version = 2), 1, item))
}

fn later_refused(item: &[u8]) {
    assert!(matches!(later(item), Err(HeaderError::Form(_))));
}

#[test]
fn a_later_item_of_every_canonical_form_is_taken() {
    for item in [
        &b"\x17"[..],
        b"\x18\x18",
        b"\x19\x01\x00",
        b"\x1a\x00\x01\x00\x00",
        b"\x1b\x00\x00\x00\x01\x00\x00\x00\x00",
        b"\x20",
        b"\x41\xff",
        b"\x61x",
        b"\x82\x80\x81\x01",
        b"\xf4",
        b"\xf5",
        b"\xf6",
    ] {
        assert!(later(item).is_ok(), "{item:x?}");
    }
}

#[test]
fn a_later_number_in_a_longer_form_is_refused() {
    for item in [&b"\x18\x17"[..], b"\x19\x00\xff", b"\x1a\x00\x00\xff\xff", b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff"] {
        later_refused(item);
    }
}

#[test]
fn a_later_array_of_indefinite_length_is_refused() {
    later_refused(b"\x9f\x01\xff");
}

#[test]
fn later_bytes_of_indefinite_length_are_refused() {
    later_refused(b"\x5f\x41x\xff");
}

#[test]
fn a_break_within_a_later_array_is_refused() {
    later_refused(b"\x81\xff");
}

#[test]
fn a_later_text_that_is_not_utf_8_is_refused() {
    later_refused(b"\x61\xff");
}

#[test]
fn a_longer_head_within_a_later_array_is_refused() {
    later_refused(b"\x82\x01\x18\x02");
}

#[test]
fn a_later_item_that_is_missing_is_refused() {
    later_refused(b"");
}

#[test]
fn a_later_array_that_claims_more_than_there_is_is_refused() {
    later_refused(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00");
}

#[test]
fn later_bytes_that_claim_more_than_there_are_are_refused() {
    later_refused(b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x00");
}

#[test]
fn a_body_other_than_the_signed_one_is_refused() {
    let header = strange_header(|header| header.version = 2);
    let mut body = strange_body();
    body[0] ^= 1;
    let bytes = crate::fixture::frame(&header, &sign_header(&node_key(), &header), &body);
    let entry = Unverified::decode(&bytes).expect("it decodes");
    assert_eq!(entry.verify(&node_key().public()), Err(VerifyError::Body));
}

#[test]
fn a_body_of_another_length_than_the_signed_one_is_refused() {
    let header = strange_header(|header| header.body_length += 1);
    let entry = crate::fixture::strange_entry(&header);
    let entry = Unverified::decode(&entry).expect("it decodes");
    assert_eq!(entry.verify(&node_key().public()), Err(VerifyError::Body));
}
