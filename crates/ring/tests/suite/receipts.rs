use tally_entry::{ActId, EntryId, Position, Tag, Time};
use tally_ring::{
    ErasureError, ErasureReceipt, Finality, FinalityError, LogKey, Notice, NoticeError, Receipt, ReceiptError,
};

use crate::fixture::{Party, bexley, first_edition, greenwich, lewisham, log_of, position, whole};

fn receipt(holder: &Party, of: &Party, sequence: u64) -> Receipt {
    let ring = first_edition(&[&bexley()]).ring;
    let log = LogKey { node: of.node_id(), incarnation: 1 };
    Receipt::sign(whole(ring), Time(5), vec![(log, position(sequence))], &holder.node).unwrap()
}

#[test]
fn a_receipt_verifies_with_its_nodes_key_only() {
    let receipt = receipt(&bexley(), &greenwich(), 3);
    assert_eq!(receipt.verify(&bexley().node.public()), Ok(()));
    assert_eq!(receipt.verify(&greenwich().node.public()), Err(ReceiptError::Forged));
}

#[test]
fn an_altered_receipt_is_forged() {
    let mut bytes = receipt(&bexley(), &greenwich(), 3).encode();
    let at = bytes.windows(32).position(|window| window == [3; 32]).unwrap();
    bytes[at] ^= 1;
    assert_eq!(Receipt::decode(&bytes).unwrap().verify(&bexley().node.public()), Err(ReceiptError::Forged));
}

#[test]
fn one_log_stands_once_in_a_receipt() {
    let ring = first_edition(&[&bexley()]).ring;
    let log = LogKey { node: greenwich().node_id(), incarnation: 1 };
    let twice = vec![(log, position(3)), (log, position(4))];
    assert!(Receipt::sign(whole(ring), Time(5), twice, &bexley().node).is_err());
}

#[test]
fn a_position_is_of_its_logs_incarnation() {
    let ring = first_edition(&[&bexley()]).ring;
    let log = LogKey { node: greenwich().node_id(), incarnation: 2 };
    let error = Receipt::sign(whole(ring), Time(5), vec![(log, position(3))], &bexley().node);
    assert_eq!(error, Err(ReceiptError::Outside));
}

#[test]
fn finality_needs_receipts_that_reach() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let log = log_of(&b, first_edition(&[&b]).ring);
    let short = vec![receipt(&g, &b, 3), receipt(&l, &b, 2)];
    assert_eq!(Finality::new(log, position(3), short), Err(FinalityError::NotCovered));
    let enough = vec![receipt(&g, &b, 3), receipt(&l, &b, 4)];
    assert!(Finality::new(log, position(3), enough).is_ok());
}

#[test]
fn a_receipt_for_another_entry_at_the_same_place_does_not_cover() {
    let (b, g) = (bexley(), greenwich());
    let log = log_of(&b, first_edition(&[&b]).ring);
    let other = Position { entry: EntryId::from_bytes([99; 32]), ..position(3) };
    assert_eq!(Finality::new(log, other, vec![receipt(&g, &b, 3)]), Err(FinalityError::NotCovered));
}

#[test]
fn a_node_gives_one_receipt_to_a_certificate_of_finality() {
    let (b, g) = (bexley(), greenwich());
    let log = log_of(&b, first_edition(&[&b]).ring);
    let twice = vec![receipt(&g, &b, 3), receipt(&g, &b, 4)];
    assert!(matches!(Finality::new(log, position(3), twice), Err(FinalityError::Malformed(_))));
}

/// Puts another node's id into a signed content and signs it again with the same key, as a liar can.
fn in_the_name_of(victim: &Party, liar: &Party, honest: &[u8], tag: &'static str) -> Vec<u8> {
    let (from, to) = (liar.node_id(), victim.node_id());
    let at = honest.windows(32).position(|window| window == from.as_bytes()).unwrap();
    let mut bytes = honest.to_vec();
    bytes[at..at + 32].copy_from_slice(to.as_bytes());
    // One byte opens the pair; the signature is the last 66: its head of two bytes, and 64.
    let end = bytes.len() - 66;
    let signature = liar.node.sign(&Tag::new(tag), &bytes[1..end]);
    bytes[end + 2..].copy_from_slice(&signature.0);
    bytes
}

#[test]
fn a_node_speaks_only_for_itself() {
    let (b, g) = (bexley(), greenwich());
    let key = g.node.public();
    let honest = receipt(&g, &b, 3).encode();
    let lie = Receipt::decode(&in_the_name_of(&lewisham(), &g, &honest, "tally/1/receipt")).unwrap();
    assert_eq!(lie.verify(&key), Err(ReceiptError::Forged));
    let honest = Notice::sign(Time(1), Vec::new(), &g.node).unwrap().encode();
    let lie = Notice::decode(&in_the_name_of(&b, &g, &honest, "tally/1/notice")).unwrap();
    assert_eq!(lie.verify(&key), Err(NoticeError::Forged));
    let audience = whole(first_edition(&[&b]).ring);
    let honest = ErasureReceipt::sign(audience, ActId::from_bytes([1; 32]), Time(1), &g.node).encode();
    let lie = ErasureReceipt::decode(&in_the_name_of(&b, &g, &honest, "tally/1/erasure-receipt")).unwrap();
    assert_eq!(lie.verify(&key), Err(ErasureError::Forged));
}
