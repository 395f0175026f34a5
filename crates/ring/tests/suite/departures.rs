use tally_ring::{ActRefused, ActState, Edition, Ring, SignedEdition, Standing};

use crate::fixture::{Offer, bexley, first_edition, greenwich, judged_by, lewisham, party, signed, standing};

#[test]
fn what_others_sign_without_us_changes_nothing_here() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let stranger = party(9, "Stranger");
    let first = first_edition(&[&b, &g, &l]);
    let mut coup = first.next();
    coup.members.retain(|listed| listed.member == l.id());
    coup.members.push(stranger.listed(Standing::Full));
    let coup = coup.in_order();
    let mut ring = Ring::seen_by(b.id(), first.ring);
    ring.take_edition(signed(&first, &[&b, &g, &l])).unwrap();
    let taken = ring.take_edition(signed(&coup, &[&l, &stranger]));
    assert_eq!(taken, Ok(ActState::Counts));
    assert_eq!(ring.current(), Some(&first));
    assert_eq!(ring.signed_edition(coup.id()).map(SignedEdition::edition), Some(&coup));
    assert_eq!((judged_by(&ring, coup.id()), standing(&ring, stranger.id(), coup.id())), (None, None));
    assert_eq!(standing(&ring, l.id(), first.id()), Some(Standing::Full));
}

#[test]
fn editions_that_others_heap_up_are_bounded() {
    let (b, l) = (bexley(), lewisham());
    let first = first_edition(&[&b, &l]);
    let mut ring = Ring::seen_by(b.id(), first.ring);
    ring.take_edition(signed(&first, &[&b, &l])).unwrap();
    let alone = |n: usize| {
        let mut edition = Edition { name: format!("Alone {n}"), ..first.next() };
        edition.members.retain(|listed| listed.member == l.id());
        signed(&edition, &[&l])
    };
    for n in 0..64 {
        ring.take_edition(alone(n)).unwrap();
    }
    assert_eq!(ring.take_edition(alone(64)), Err(ActRefused::TooManyEditions));
    // What this member signed is taken all the same.
    let second = first.next();
    ring.take_edition(signed(&second, &[&b])).unwrap();
    ring.take_edition(signed(&second, &[&l])).unwrap();
    assert_eq!(ring.current(), Some(&second));
}

#[test]
fn what_a_member_needs_is_taken_though_others_heaped_up_more_than_is_kept() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let mut without = Edition { name: "Without Greenwich".to_owned(), ..first.next() };
    without.members.retain(|listed| listed.member != g.id());
    let back = Edition { members: first.members.clone(), ..without.next() };
    let mut ring = Ring::seen_by(g.id(), first.ring);
    ring.take_edition(signed(&first, &[&b, &g])).unwrap();
    for n in 0..64 {
        ring.take_edition(signed(&Edition { name: format!("Alone {n}"), ..without.clone() }, &[&b])).unwrap();
    }
    let without = signed(&without, &[&b]);
    assert_eq!(ring.take_edition(without.clone()), Err(ActRefused::TooManyEditions));
    assert_eq!(ring.take_edition(signed(&back, &[&b, &g])), Ok(ActState::Waiting));
    assert_eq!(ring.take_edition(without), Ok(ActState::Counts));
    // Whoever left and signs again follows from then on, whatever was agreed meanwhile.
    assert_eq!(ring.current(), Some(&back));
}
