use tally_entry::{BadSignature, CoSignature, Draft, RunError, Unverified, Verified, VerifyError, verify_run};

use crate::fixture::{change, draft, draft_after, frame, frame_co_signed, node_key, other_key, seat_key, sign};

fn co_sign(draft: Draft) -> Verified {
    Draft { seat: Some("bexley-council".into()), ..draft }
        .sign(&node_key(), Some(&seat_key()), [0x5a; 16])
        .expect("an honest draft can be signed")
}

/// The same entry as somebody on the way may have left it: this seat's signature in place of its own.
fn with(entry: &Verified, seat: Option<&CoSignature>) -> Unverified {
    let header = entry.header().encode();
    let signature = entry.signature().expect("it is signed");
    let body = entry.body().expect("it has a body");
    let bytes = match seat {
        Some(seat) => frame_co_signed(&header, signature, seat, body),
        None => frame(&header, signature, body),
    };
    Unverified::decode(&bytes).expect("its form holds")
}

fn believe(entry: Unverified) -> Result<Verified, VerifyError> {
    entry.verify(&node_key().public())
}

#[test]
fn a_co_signature_by_the_key_that_the_header_names_is_believed() {
    let entry = co_sign(draft(change()));
    let seat = CoSignature::sign(&seat_key(), &entry.id());
    assert_eq!(believe(with(&entry, Some(&seat))), Ok(entry));
}

#[test]
fn a_co_signature_stripped_on_the_way_is_refused() {
    let entry = co_sign(draft(change()));
    assert_eq!(believe(with(&entry, None)), Err(VerifyError::OtherCoSignature));
}

#[test]
fn a_co_signature_replaced_by_another_keys_good_one_is_refused() {
    let entry = co_sign(draft(change()));
    let seat = CoSignature::sign(&other_key(), &entry.id());
    assert_eq!(believe(with(&entry, Some(&seat))), Err(VerifyError::OtherCoSignature));
}

#[test]
fn a_co_signature_where_the_header_names_no_seat_key_is_refused() {
    let entry = sign(draft(change()));
    let seat = CoSignature::sign(&seat_key(), &entry.id());
    assert_eq!(believe(with(&entry, Some(&seat))), Err(VerifyError::OtherCoSignature));
}

#[test]
fn another_keys_signature_under_the_name_of_the_seats_key_is_refused() {
    let entry = co_sign(draft(change()));
    let seat = CoSignature { key: seat_key().public(), ..CoSignature::sign(&other_key(), &entry.id()) };
    assert_eq!(believe(with(&entry, Some(&seat))), Err(VerifyError::CoSignature(BadSignature)));
}

#[test]
fn the_nodes_signature_of_the_id_is_no_co_signature() {
    let entry = node_key_as_seat();
    let seat = CoSignature { key: node_key().public(), signature: *entry.signature().expect("it is signed") };
    assert_eq!(believe(with(&entry, Some(&seat))), Err(VerifyError::CoSignature(BadSignature)));
}

/// An entry whose seat signs with the node's own key.
fn node_key_as_seat() -> Verified {
    draft(change()).sign(&node_key(), Some(&node_key()), [0x5a; 16]).expect("an honest draft can be signed")
}

#[test]
fn a_co_signature_stripped_inside_a_run_is_refused() {
    let first = co_sign(draft(change()));
    let second = sign(draft_after(&first, change()));
    let run = vec![with(&first, None).without_signature(), second.to_unverified()];
    assert_eq!(
        verify_run(run, &node_key().public()),
        Err(RunError::Entry { at: 0, source: VerifyError::OtherCoSignature })
    );
}

#[test]
fn the_seats_key_stands_in_the_header() {
    let entry = co_sign(draft(change()));
    assert_eq!(entry.header().seat_key, Some(seat_key().public()));
}

#[test]
fn the_seats_key_is_inside_the_id() {
    let named = co_sign(draft(change()));
    let mut header = named.header().clone();
    header.seat_key = None;
    assert_ne!(header.id(), named.id());
}
