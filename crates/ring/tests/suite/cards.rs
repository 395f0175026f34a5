use tally_entry::MemberId;
use tally_ring::{ArmourError, Card, CardContent, CardError, Certificate, CertificateError, NodeName, NodeOffer};

use crate::fixture::{bexley, greenwich, key};

#[test]
fn a_card_reads_back_from_its_text() {
    let card = bexley().card();
    assert_eq!(Card::from_text(&card.to_text()), Ok(card));
}

#[test]
fn a_card_reads_back_from_a_forwarded_letter() {
    let card = bexley().card();
    let quoted: String = card.to_text().lines().map(|line| format!(">  > {line} \r\n")).collect();
    let letter = format!("\u{feff}Dear colleague,\r\n\r\nour card:\r\n{quoted}\r\nKind regards\r\n");
    assert_eq!(Card::from_text(&letter), Ok(card));
}

#[test]
fn the_member_is_the_hash_of_the_root_on_the_card() {
    assert_eq!(bexley().card().member(), MemberId::of(&bexley().root.public()));
}

#[test]
fn a_card_signed_by_another_root_is_forged() {
    assert_eq!(Card::sign(bexley().card_content().cleared().unwrap(), &greenwich().root), Err(CardError::Forged));
}

#[test]
fn a_card_altered_with_care_is_forged_and_not_damaged() {
    let mut bytes = bexley().card().encode();
    let at = bytes.windows(6).position(|window| window == b"Bexley").unwrap();
    bytes[at..at + 6].copy_from_slice(b"Barnet");
    assert_eq!(Card::decode(&bytes), Err(CardError::Forged));
}

#[test]
fn a_card_with_anothers_certificate_is_refused() {
    let content = CardContent { certificate: greenwich().certificate(), ..bexley().card_content() };
    let error = Card::sign(content.cleared().unwrap(), &bexley().root).unwrap_err();
    assert_eq!(error, CardError::Certificate(CertificateError::Forged { member: greenwich().id() }));
}

#[test]
fn a_node_that_did_not_offer_itself_is_refused() {
    let (thief, victim) = (bexley(), greenwich());
    let stolen = NodeOffer { possession: victim.offer().possession, ..victim.offer() };
    let error = Certificate::first(stolen, &thief.root).unwrap_err();
    assert_eq!(error, CertificateError::NotOffered { node: victim.node_id() });
}

#[test]
fn a_transport_key_that_did_not_offer_itself_is_refused() {
    let (thief, victim) = (bexley(), greenwich());
    let offer = NodeOffer { transport: victim.transport.public(), ..thief.offer() };
    let error = Certificate::first(offer, &thief.root).unwrap_err();
    assert_eq!(error, CertificateError::NotOffered { node: thief.node_id() });
}

#[test]
fn one_key_for_entries_and_transport_is_refused() {
    let party = bexley();
    let offer =
        NodeOffer::sign(party.id(), &party.node, &party.node, "age1qqqqqqqq", NodeName::new("main node").unwrap());
    let error = Certificate::first(offer, &party.root).unwrap_err();
    assert_eq!(error, CertificateError::NotOffered { node: party.node_id() });
}

#[test]
fn a_certificate_beyond_the_newest_number_is_refused() {
    let content = CardContent { newest: 0, ..bexley().card_content() };
    assert_eq!(Card::sign(content.cleared().unwrap(), &bexley().root), Err(CardError::NoNode));
}

#[test]
fn a_name_too_long_is_refused() {
    let content = CardContent { name: "x".repeat(201), ..bexley().card_content() };
    assert!(matches!(Card::sign(content.cleared().unwrap(), &bexley().root), Err(CardError::Malformed(_))));
}

#[test]
fn a_text_without_a_card_says_so() {
    let error = Card::from_text("Dear colleague").unwrap_err();
    assert!(matches!(error, CardError::Armour(ArmourError::Absent { .. })));
}

#[test]
fn the_fingerprint_is_eight_groups_of_five() {
    let groups = bexley().card().fingerprint();
    assert!(groups.split(' ').count() == 8 && groups.split(' ').all(|group| group.len() == 5), "{groups}");
}

#[test]
fn another_next_root_is_another_fingerprint() {
    let content = CardContent { next_root: *key(77).public().as_bytes(), ..bexley().card_content() };
    let other = Card::sign(content.cleared().unwrap(), &bexley().root).unwrap();
    assert_ne!(other.fingerprint(), bexley().card().fingerprint());
}

/// Every character of a card, replaced by every kind of character that a slip or a mail program could leave.
#[test]
fn no_altered_character_passes() {
    let card = bexley().card();
    let text = card.to_text();
    for (at, c) in text.char_indices() {
        for other in ['A', 'a', 'b', '0', '2', '+', '/', '=', '-', '>', ' ', '\n', '\r', 'é', '\0'] {
            if other == c {
                continue;
            }
            let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            // Only white space and quoting marks around the whole are nobody's business.
            let outside = at + 1 == text.len() && other.is_whitespace();
            let read = Card::from_text(&altered);
            assert!(read.is_err() || (outside && read.as_ref() == Ok(&card)), "{other:?} at {at}: {read:?}");
        }
    }
}

#[test]
fn each_of_the_two_keys_must_have_offered_itself() {
    let party = bexley();
    let offer = party.offer();
    let by_one = NodeOffer { transport_possession: offer.possession, ..offer.clone() };
    let by_the_other = NodeOffer { possession: offer.transport_possession, ..offer.clone() };
    assert!(offer.is_for(party.id()));
    assert!(!by_one.is_for(party.id()) && !by_the_other.is_for(party.id()));
    assert!(!offer.is_for(greenwich().id()));
}

#[test]
fn a_card_says_nothing_that_identifies_a_person() {
    for (name, code) in [("ask sam@example.org", "E09000004"), ("Bexley", "943 476 5919"), ("Bexley 943 476", "5919")] {
        let content = CardContent { name: name.into(), codes: vec![code.into()], ..bexley().card_content() };
        assert!(matches!(content.cleared(), Err(CardError::Guard(_))), "{name} {code}");
    }
    assert!(NodeName::new("the desk of sam@example.org").is_err());
}
