use tally_entry::{MemberId, RingId};
use tally_ring::{
    AlreadySigned, Cut, CutError, Edition, EditionError, RootMemory, SignError, SignedEdition, SignedEditionError,
    Standing,
};

use crate::fixture::{bexley, first_edition, greenwich, key, lewisham, log_of, party, position, signed};

#[test]
fn a_good_first_edition_stands() {
    assert_eq!(first_edition(&[&bexley(), &greenwich()]).check(), Ok(()));
}

#[test]
fn it_is_complete_exactly_when_all_have_signed() {
    let mut parties = [bexley(), greenwich(), lewisham()];
    let [b, g, l] = &parties;
    let mut edition = SignedEdition::draft(first_edition(&[b, g, l]).cleared().unwrap()).unwrap();
    for (n, party) in parties.iter_mut().enumerate() {
        assert!(!edition.is_complete());
        assert_eq!(edition.awaiting().len(), 3 - n);
        assert_eq!(edition.sign(&party.root, &mut party.memory), Ok(party.id()));
    }
    assert!(edition.is_complete());
    assert_eq!(edition.awaiting(), []);
}

#[test]
fn an_observer_signs_too() {
    let (b, g) = (bexley(), greenwich());
    let mut edition = first_edition(&[&b, &g]);
    edition.members.iter_mut().find(|listed| listed.member == g.id()).unwrap().standing = Standing::Observer;
    assert_eq!(signed(&edition, &[&b]).awaiting(), [g.id()]);
}

#[test]
fn a_stranger_cannot_sign() {
    let edition = first_edition(&[&bexley(), &greenwich()]);
    let mut signed = SignedEdition::draft(edition.cleared().unwrap()).unwrap();
    assert_eq!(signed.sign(&lewisham().root, &mut RootMemory::default()), Err(SignError::NotListed));
}

#[test]
fn two_copies_merge_to_the_union() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let edition = first_edition(&[&b, &g, &l]);
    let mut one = signed(&edition, &[&b, &l]);
    assert_eq!(one.merge(&signed(&edition, &[&g, &l])), Ok(true));
    assert!(one.is_complete());
    assert_eq!(one.merge(&signed(&edition, &[&g])), Ok(false));
}

#[test]
fn copies_of_different_editions_do_not_merge() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let mut one = signed(&edition, &[&b]);
    assert!(one.merge(&signed(&edition.replacement(), &[&g])).is_err());
}

#[test]
fn a_signature_under_anothers_name_is_named() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let good = signed(&edition, &[&b, &g]);
    let mut bytes = good.encode();
    // The signature of the last member stands at the very end.
    *bytes.last_mut().unwrap() ^= 1;
    let member = good.signed_by()[1];
    assert_eq!(SignedEdition::decode(&bytes), Err(SignedEditionError::Forged { member }));
}

#[test]
fn terms_altered_after_signing_are_found() {
    let (b, g) = (bexley(), greenwich());
    let mut bytes = signed(&first_edition(&[&b, &g]), &[&b, &g]).encode();
    let at = bytes.windows(8).position(|window| window == b"OFFICIAL").unwrap();
    bytes[at] = b'X';
    assert!(matches!(SignedEdition::decode(&bytes), Err(SignedEditionError::Forged { .. })));
}

#[test]
fn a_signature_with_other_cuts_does_not_verify() {
    let (mut b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let mut one = SignedEdition::draft(edition.clone().cleared().unwrap()).unwrap();
    let cut = Cut { log: log_of(&g, edition.ring), position: Some(position(7)) };
    one.sign_with_cuts(&b.root, &mut b.memory, vec![cut]).unwrap();
    let mut bytes = one.encode();
    assert_eq!(SignedEdition::decode(&bytes), Ok(one));
    // The entry of the cut is 32 times the byte 7.
    let at = bytes.windows(32).position(|window| window == [7; 32]).unwrap();
    bytes[at] = 8;
    assert_eq!(SignedEdition::decode(&bytes), Err(SignedEditionError::Forged { member: b.id() }));
}

#[test]
fn an_edition_names_no_subset_in_its_cuts() {
    let (mut b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let mut log = log_of(&g, edition.ring);
    log.audience = tally_ring::Audience::only(edition.ring, [b.id(), g.id()].into()).id();
    let mut one = SignedEdition::draft(edition.cleared().unwrap()).unwrap();
    let error = one.sign_with_cuts(&b.root, &mut b.memory, vec![Cut { log, position: None }]);
    assert_eq!(error, Err(SignError::Cut(CutError::Outside)));
}

#[test]
fn two_signatures_of_one_member_merge_the_same_way_round_and_back() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let with = |sequence| {
        let mut one = SignedEdition::draft(edition.clone().cleared().unwrap()).unwrap();
        let cut = Cut { log: log_of(&g, edition.ring), position: Some(position(sequence)) };
        one.sign_with_cuts(&b.root, &mut RootMemory::default(), vec![cut]).unwrap();
        one
    };
    let (mut one, mut two) = (with(1), with(2));
    one.merge(&with(2)).unwrap();
    two.merge(&with(1)).unwrap();
    assert_eq!(one, two);
}

#[test]
fn a_largest_ring_fits_with_all_signatures() {
    let roots: Vec<_> = (0..=255_u8).map(|n| tally_entry::SigningKey::from_seed([n; 32])).collect();
    let mut edition = first_edition(&[&bexley()]);
    let pattern = edition.members[0].clone();
    edition.members = roots
        .iter()
        .map(|root| tally_ring::Listed { member: MemberId::of(&root.public()), root: root.public(), ..pattern.clone() })
        .collect();
    let mut signed = SignedEdition::draft(edition.in_order().cleared().unwrap()).unwrap();
    for root in &roots {
        signed.sign(root, &mut RootMemory::default()).unwrap();
    }
    assert!(signed.is_complete());
    assert_eq!(SignedEdition::decode(&signed.encode()), Ok(signed));
}

#[test]
fn one_member_too_many_is_refused() {
    let mut edition = first_edition(&[&bexley()]);
    edition.members = vec![edition.members[0].clone(); 257];
    assert!(matches!(edition.check(), Err(EditionError::Malformed(_))));
}

fn spoilt(spoil: impl FnOnce(&mut Edition)) -> EditionError {
    let mut edition = first_edition(&[&bexley(), &greenwich()]);
    spoil(&mut edition);
    edition.check().unwrap_err()
}

#[test]
fn the_ring_follows_from_its_founder() {
    assert_eq!(spoilt(|edition| edition.nonce[0] ^= 1), EditionError::WrongRing);
    assert_eq!(spoilt(|edition| edition.ring = RingId::from_bytes([1; 32])), EditionError::WrongRing);
}

#[test]
fn number_and_parent_go_together() {
    assert_eq!(spoilt(|edition| edition.number = 2), EditionError::BadNumber { number: 2 });
    assert_eq!(spoilt(|edition| edition.number = 0), EditionError::BadNumber { number: 0 });
}

#[test]
fn the_founder_is_listed() {
    let error = spoilt(|edition| edition.members.retain(|listed| listed.member != bexley().id()));
    assert_eq!(error, EditionError::FounderMissing);
}

#[test]
fn a_member_listed_under_another_root_is_refused() {
    let error = spoilt(|edition| edition.members[0].root = key(99).public());
    assert!(matches!(error, EditionError::WrongRoot { .. }));
}

#[test]
fn members_out_of_order_are_refused() {
    assert!(matches!(spoilt(|edition| edition.members.reverse()), EditionError::Malformed(_)));
}

#[test]
fn somebody_is_a_full_member() {
    let error = spoilt(|edition| edition.members.iter_mut().for_each(|listed| listed.standing = Standing::Observer));
    assert_eq!(error, EditionError::NoFullMember);
}

#[test]
fn a_member_takes_part_only_with_sectors_of_the_ring() {
    let error = spoilt(|edition| edition.members[0].sectors = vec!["fire".to_owned()]);
    assert!(matches!(error, EditionError::UnknownSector { .. }));
}

#[test]
fn rules_have_a_version() {
    assert_eq!(spoilt(|edition| edition.rules = 0), EditionError::NoRules);
}

#[test]
fn a_root_signs_one_edition_on_a_parent() {
    let (mut b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    SignedEdition::draft(first.clone().cleared().unwrap()).unwrap().sign(&b.root, &mut b.memory).unwrap();
    let other = first_edition(&[&b, &l]);
    let error = SignedEdition::draft(other.cleared().unwrap()).unwrap().sign(&b.root, &mut b.memory);
    assert_eq!(error, Err(SignError::AlreadySigned(AlreadySigned::Another { edition: first.id() })));
}

#[test]
fn a_root_signs_the_replacement_of_what_it_signed() {
    let (mut b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    b.memory.remember(&first).unwrap();
    let second = Edition { name: "Three boroughs".to_owned(), ..first.replacement() };
    assert_eq!(b.memory.remember(&second), Ok(()));
    // And not the first way again by another draft that names only one of the two.
    let third = Edition { name: "Boroughs".to_owned(), ..first.replacement() };
    assert_eq!(b.memory.may_sign(&third), Err(AlreadySigned::Another { edition: second.id() }));
    assert_eq!(b.memory.may_sign(&second.replacement()), Ok(()));
}

#[test]
fn a_root_signs_the_same_edition_again() {
    let b = bexley();
    let first = first_edition(&[&b, &greenwich()]);
    let mut memory = RootMemory::default();
    memory.remember(&first).unwrap();
    assert_eq!(memory.remember(&first), Ok(()));
    assert_eq!(memory.signed().len(), 1);
}

#[test]
fn a_root_signs_the_next_edition() {
    let b = bexley();
    let first = first_edition(&[&b, &greenwich()]);
    let mut memory = RootMemory::default();
    memory.remember(&first).unwrap();
    assert_eq!(memory.remember(&first.next()), Ok(()));
}

#[test]
fn a_root_does_not_replace_what_it_built_on() {
    let b = bexley();
    let first = first_edition(&[&b, &greenwich()]);
    let mut memory = RootMemory::default();
    memory.remember(&first).unwrap();
    let next = first.next();
    memory.remember(&next).unwrap();
    assert_eq!(memory.may_sign(&first.replacement()), Err(AlreadySigned::BuiltOn { edition: next.id() }));
}

#[test]
fn a_refused_edition_is_not_remembered_as_signed() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let mut memory = RootMemory::default();
    memory.remember(&first_edition(&[&b, &g])).unwrap();
    let before = memory.clone();
    assert!(memory.remember(&first_edition(&[&b, &l])).is_err());
    assert_eq!(memory, before);
}

#[test]
fn a_memory_reads_back() {
    let b = bexley();
    let mut memory = RootMemory::default();
    let first = first_edition(&[&b, &party(4, "Bromley")]);
    memory.remember(&first).unwrap();
    memory.remember(&first.next()).unwrap();
    assert_eq!(RootMemory::decode(&memory.encode()), Ok(memory));
}

#[test]
fn words_that_identify_a_person_are_not_drafted() {
    for change in [
        |edition: &mut Edition| edition.purpose = "about 943 476 5919".into(),
        |edition: &mut Edition| edition.name = "Programme of a.person@example.org".into(),
    ] {
        let mut edition = first_edition(&[&bexley(), &greenwich(), &lewisham()]);
        change(&mut edition);
        let refused = edition.cleared().unwrap_err();
        assert!(matches!(refused, EditionError::Guard(_)), "{refused}");
    }
}
