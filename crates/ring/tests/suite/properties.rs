use proptest::prelude::*;
use tally_entry::SigningKey;
use tally_ring::{
    Card, Certificate, Chain, ControlAct, CutAct, Edition, ErasureOrder, ErasureReceipt, Finality, ForkProof,
    Invitation, Notice, Receipt, Ring, RootMemory, SignedEdition,
};

use crate::acts::every_act;
use crate::fixture::{Offer, Party, bexley, first_edition, greenwich, judged_by, lewisham, signed};

/// Reads the bytes as everything there is; what is read must be written as it was.
fn decode_as_everything(bytes: &[u8]) {
    macro_rules! each {
        ($($format:ty),*) => { $(if let Ok(value) = <$format>::decode(bytes) {
            assert_eq!(value.encode(), bytes, stringify!($format));
        })* };
    }
    each!(
        Card,
        Certificate,
        ControlAct,
        CutAct,
        ErasureOrder,
        ErasureReceipt,
        Finality,
        ForkProof,
        Invitation,
        Notice,
        Receipt,
        RootMemory,
        SignedEdition
    );
}

/// Honest bytes of every format.
fn honest() -> Vec<Vec<u8>> {
    let (b, g) = (bexley(), greenwich());
    let edition = signed(&first_edition(&[&b, &g]), &[&b]);
    let invitation = Invitation::new(edition, None, [b.card(), g.card()]).unwrap();
    let mut all = vec![b.card().encode(), invitation.encode()];
    for (_, act) in every_act() {
        all.push(act.encode());
        match &act {
            ControlAct::Edition(edition) => all.push(edition.encode()),
            ControlAct::Certificate(certificate) => all.push(certificate.encode()),
            ControlAct::Cut(cut) => all.push(cut.encode()),
            ControlAct::Fork(proof) => all.push(proof.encode()),
            ControlAct::Finality(finality) => all.push(finality.encode()),
            _ => {}
        }
    }
    all
}

fn parties() -> [Party; 3] {
    [bexley(), greenwich(), lewisham()]
}

fn signed_by(edition: &Edition, bits: u8) -> SignedEdition {
    let parties = parties();
    let signers: Vec<&Party> = (0..3).filter(|n| bits & (1 << n) != 0).map(|n| &parties[n]).collect();
    signed(edition, &signers)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        decode_as_everything(&bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}", inner in "[A-Za-z0-9+/=\\n >-]{0,200}") {
        let _ = Card::from_text(&text);
        let framed = format!("-----BEGIN TALLYSTICK CARD 1-----\n{inner}\n-----END TALLYSTICK CARD 1-----");
        prop_assert!(Card::from_text(&framed).is_err());
        prop_assert!(Invitation::from_text(&framed).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_bytes_never_panic(edits in proptest::collection::vec((any::<usize>(), any::<u8>(), 0..4_u8), 1..6)) {
        for mut bytes in honest() {
            for (at, byte, how) in &edits {
                let at = at % bytes.len().max(1);
                match how {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    2 if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            decode_as_everything(&bytes);
        }
    }

    #[test]
    fn an_edition_is_complete_exactly_when_all_signed(bits in 0..8_u8) {
        let edition = first_edition(&parties().each_ref());
        let signed = signed_by(&edition, bits);
        prop_assert_eq!(signed.is_complete(), bits == 7);
        prop_assert_eq!(signed.awaiting().len() as u32, 3 - bits.count_ones());
    }

    #[test]
    fn merging_has_no_order(a in 0..8_u8, b in 0..8_u8, c in 0..8_u8) {
        let edition = first_edition(&parties().each_ref());
        let [a, b, c] = [a, b, c].map(|bits| signed_by(&edition, bits));
        let merged = |parts: &[&SignedEdition]| {
            let mut all = parts[0].clone();
            for part in parts {
                all.merge(part).unwrap();
            }
            all
        };
        prop_assert_eq!(merged(&[&a, &b]), merged(&[&b, &a]));
        prop_assert_eq!(merged(&[&merged(&[&a, &b]), &c]), merged(&[&a, &merged(&[&b, &c])]));
        prop_assert_eq!(merged(&[&a, &a]), a);
    }

    #[test]
    fn a_ring_depends_on_the_set_of_editions_alone(
        order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
        twice in 0..12_usize,
    ) {
        let first = first_edition(&parties().each_ref());
        let second = first.next();
        let instead = second.replacement();
        let third = Edition { name: "Third".to_owned(), ..instead.next() };
        let editions = [&first, &second, &instead, &third];
        // Every edition comes in three copies with one signature each.
        let copies: Vec<_> = (0..12).map(|n| signed_by(editions[n / 3], 1 << (n % 3))).collect();
        let mut ring = Ring::new(first.ring);
        for n in order.iter().chain([&twice]) {
            ring.take_edition(copies[*n].clone()).unwrap();
        }
        prop_assert_eq!(ring.current(), Some(&third));
        prop_assert_eq!(judged_by(&ring, second.id()), Some(first.id()));
        prop_assert!(ring.is_older(first.id(), instead.id()) && ring.is_older(second.id(), third.id()));
    }

    #[test]
    fn the_edition_in_force_never_goes_back(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let first = first_edition(&parties().each_ref());
        let named = |name: &str, edition: Edition| Edition { name: name.to_owned(), ..edition };
        let second = first.next();
        let third = second.next();
        let all = [
            named("instead", first.replacement()),
            named("rival", first.next()),
            named("late", second.replacement()),
            first,
            second,
            third,
        ];
        let mut ring = Ring::new(all[0].ring);
        let mut number = 0;
        for n in order {
            ring.take_edition(signed_by(&all[n], 7)).unwrap();
            let now = ring.current().map_or(0, |edition| edition.number);
            prop_assert!(now >= number);
            number = now;
        }
    }

    #[test]
    fn a_card_of_any_fields_reads_back(name in "[A-Za-z][A-Za-z' ]{0,80}", seed in any::<[u8; 32]>(), newest in 1..100_u64) {
        let party = Party { root: SigningKey::from_seed(seed), ..bexley() };
        let mut content = party.card_content();
        content.name = name;
        content.newest = newest;
        let card = Card::sign(content.cleared().unwrap(), &party.root).unwrap();
        prop_assert_eq!(Card::decode(&card.encode()), Ok(card.clone()));
        prop_assert_eq!(Card::from_text(&card.to_text()), Ok(card.clone()));
        let mut chain = Chain::new(party.root.public());
        chain.take(card.content().certificate.clone()).unwrap();
        prop_assert_eq!(chain.nodes().count(), 1);
    }
}
