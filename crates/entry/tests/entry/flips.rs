use tally_entry::{Draft, Unverified, Verified, VerifyError, Writers};

use crate::fixture::{birth, draft, node_key, seat_key, sign, unknown_kind, unknown_version};

fn believe(bytes: &[u8]) -> Result<Verified, VerifyError> {
    Unverified::decode(bytes)?.verify(&node_key().public())
}

fn every_flip_is_refused(bytes: &[u8]) {
    believe(bytes).expect("unflipped, it is believed");
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << bit;
            assert!(believe(&flipped).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn every_single_bit_counts_in_a_birth() {
    every_flip_is_refused(&sign(draft(birth(Writers::Members))).encode());
}

#[test]
fn every_single_bit_counts_in_a_co_signed_entry() {
    let entry = Draft { seat: Some("bexley-council".into()), ..draft(birth(Writers::Seat(seat_key().public()))) }
        .sign(&node_key(), Some(&seat_key()), [0x5a; 16])
        .expect("an honest draft can be signed");
    every_flip_is_refused(&entry.encode());
}

#[test]
fn every_single_bit_counts_in_an_entry_of_an_unknown_kind() {
    every_flip_is_refused(&unknown_kind());
}

#[test]
fn every_single_bit_counts_in_an_entry_of_a_later_version() {
    every_flip_is_refused(&unknown_version());
}

#[test]
fn an_entry_cut_short_anywhere_is_refused() {
    let bytes = sign(draft(birth(Writers::Members))).encode();
    for length in 0..bytes.len() {
        assert!(Unverified::decode(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn an_entry_under_another_nodes_key_is_refused() {
    let entry = sign(draft(birth(Writers::Members))).to_unverified();
    assert!(matches!(entry.verify(&crate::fixture::other_key().public()), Err(VerifyError::Signature(_))));
}

#[test]
fn a_node_cannot_sign_an_entry_that_names_another_node() {
    let log = crate::fixture::log_of(&crate::fixture::other_key());
    let header = crate::fixture::strange_header(|header| header.node = log.node);
    let entry = Unverified::decode(&crate::fixture::strange_entry(&header)).expect("it decodes");
    assert!(matches!(entry.verify(&node_key().public()), Err(VerifyError::Signature(_))));
}

#[test]
fn an_entry_without_signature_is_refused() {
    let entry = sign(draft(birth(Writers::Members))).to_unverified();
    assert_eq!(entry.without_signature().verify(&node_key().public()), Err(VerifyError::NotSigned));
}
