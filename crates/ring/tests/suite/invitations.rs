use tally_ring::{ArmourError, Card, CardContent, CardError, Invitation, InvitationError, SignedEditionError};

use crate::fixture::{Party, bexley, first_edition, greenwich, lewisham, signed};

fn invitation(parties: &[&Party], signers: &[&Party]) -> Invitation {
    let edition = signed(&first_edition(parties), signers);
    Invitation::new(edition, None, parties.iter().map(|party| party.card())).unwrap()
}

#[test]
fn an_invitation_reads_back_from_its_text() {
    let (b, g) = (bexley(), greenwich());
    let invitation = invitation(&[&b, &g], &[&b]);
    assert_eq!(Invitation::from_text(&invitation.to_text()), Ok(invitation));
}

#[test]
fn an_invitation_reads_back_from_a_forwarded_letter() {
    let (b, g) = (bexley(), greenwich());
    let invitation = invitation(&[&b, &g], &[&b]);
    let quoted: String = invitation.to_text().lines().map(|line| format!("> {line}\r\n")).collect();
    assert_eq!(Invitation::from_text(&format!("Hello,\r\n{quoted}\r\n-- \r\nBexley")), Ok(invitation));
}

#[test]
fn the_fingerprint_does_not_depend_on_who_signed() {
    let (b, g) = (bexley(), greenwich());
    let one = invitation(&[&b, &g], &[&b]);
    assert_eq!(one.fingerprint(), invitation(&[&b, &g], &[&b, &g]).fingerprint());
}

#[test]
fn two_copies_merge_to_the_union() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let all = [&b, &g, &l];
    let mut one = invitation(&all, &[&b, &g]);
    one.merge(&invitation(&all, &[&l])).unwrap();
    assert_eq!(one, invitation(&all, &all));
}

#[test]
fn missing_cards_are_merged() {
    let (b, g) = (bexley(), greenwich());
    let edition = signed(&first_edition(&[&b, &g]), &[&b]);
    let mut one = Invitation::new(edition.clone(), None, [b.card()]).unwrap();
    assert_eq!(one.cards().count(), 1);
    one.merge(&Invitation::new(edition, None, [g.card()]).unwrap()).unwrap();
    assert_eq!(one.cards().count(), 2);
}

#[test]
fn a_card_that_is_not_listed_is_refused() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let edition = signed(&first_edition(&[&b, &g]), &[&b]);
    let error = Invitation::new(edition, None, [l.card()]).unwrap_err();
    assert_eq!(error, InvitationError::StrangeCard { member: l.id() });
}

#[test]
fn a_card_with_another_next_root_than_listed_is_refused() {
    let (b, g) = (bexley(), greenwich());
    let edition = signed(&first_edition(&[&b, &g]), &[&b]);
    let card = Card::sign(CardContent { next_root: [3; 32], ..g.card_content() }.cleared().unwrap(), &g.root).unwrap();
    let error = Invitation::new(edition, None, [card]).unwrap_err();
    assert!(error == InvitationError::StrangeCard { member: g.id() } && error.is_forgery());
}

#[test]
fn an_invitation_to_a_later_edition_carries_the_current_one() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let mut next = first.next();
    next.members.push(l.listed(tally_ring::Standing::Full));
    let next = signed(&next.in_order(), &[&l]);
    let current = signed(&first, &[&b, &g]);
    assert_eq!(Invitation::new(next.clone(), None, []), Err(InvitationError::WrongParent));
    let partial = signed(&first, &[&b]);
    assert_eq!(Invitation::new(next.clone(), Some(partial), []), Err(InvitationError::WrongParent));
    let invitation = Invitation::new(next, Some(current), [l.card()]).unwrap();
    assert_eq!(Invitation::from_text(&invitation.to_text()), Ok(invitation));
}

#[test]
fn a_forged_signature_is_told_apart_from_damage() {
    let (b, g) = (bexley(), greenwich());
    let invitation = invitation(&[&b, &g], &[&b]);
    let mut bytes = invitation.encode();
    // The signature stands once in the bytes; a forger sends his own in its place, with a fresh checksum.
    let signature = invitation.edition().signatures().next().unwrap().signature.0;
    let at = bytes.windows(64).position(|window| window == signature).unwrap();
    bytes[at] ^= 1;
    let error = Invitation::decode(&bytes).unwrap_err();
    assert_eq!(error, InvitationError::Edition(SignedEditionError::Forged { member: b.id() }));
    assert!(error.is_forgery());
}

#[test]
fn a_damaged_text_is_not_called_forged() {
    let (b, g) = (bexley(), greenwich());
    let text = invitation(&[&b, &g], &[&b]).to_text();
    let at = text.len() / 2;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    let error = Invitation::from_text(&format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap_err();
    assert_eq!(error, InvitationError::Armour(ArmourError::Damaged));
    assert!(!error.is_forgery());
}

#[test]
fn a_card_is_not_an_invitation() {
    let error = Invitation::from_text(&bexley().card().to_text()).unwrap_err();
    assert!(matches!(error, InvitationError::Armour(ArmourError::OtherKind { .. })));
    let text = invitation(&[&bexley()], &[&bexley()]).to_text();
    assert!(matches!(Card::from_text(&text), Err(CardError::Armour(ArmourError::OtherKind { .. }))));
}

#[test]
fn a_newer_form_is_told_apart() {
    let text = bexley().card().to_text().replace("CARD 1", "CARD 2");
    assert_eq!(Card::from_text(&text), Err(CardError::Armour(ArmourError::NewerVersion { version: 2 })));
}

/// Every character of an invitation, replaced by others: the whole text, no position left out.
#[test]
fn no_altered_character_passes() {
    let (b, g) = (bexley(), greenwich());
    let invitation = invitation(&[&b, &g], &[&b]);
    let text = invitation.to_text();
    let mut altered_texts = 0;
    for (at, c) in text.char_indices() {
        let neighbour = char::from(c as u8 ^ 1);
        for other in ['A', 'z', '7', '=', '-', '>', ' ', '\n', '\r', 'é', neighbour] {
            if other == c {
                continue;
            }
            altered_texts += 1;
            let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            let outside = at + 1 == text.len() && other.is_whitespace();
            let read = Invitation::from_text(&altered);
            assert!(read.is_err() || (outside && read.as_ref() == Ok(&invitation)), "{other:?} at {at}: {read:?}");
        }
    }
    assert!(altered_texts > 10 * text.len());
}
