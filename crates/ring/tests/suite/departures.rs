use tally_ring::{Edition, EditionRefused, EditionTaken, Ring, Standing};

use crate::fixture::{bexley, first_edition, greenwich, lewisham, party, signed};

#[test]
fn what_others_sign_without_us_changes_nothing_here() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let stranger = party(9, "Stranger");
    let first = first_edition(&[&b, &g, &l]);
    let mut coup = first.next();
    coup.members.retain(|listed| listed.member == l.id());
    coup.members.push(stranger.listed(Standing::Full));
    let coup = coup.in_order();
    let mut ring = Ring::new(first.ring);
    ring.stand_as(b.id());
    ring.take_edition(signed(&first, &[&b, &g, &l])).unwrap();
    let taken = ring.take_edition(signed(&coup, &[&l, &stranger]));
    assert_eq!(taken, Ok(EditionTaken::Complete { in_force: false }));
    assert_eq!(ring.current(), Some(&first));
    assert_eq!(ring.departures(), [coup.id()]);
    assert_eq!(ring.standing(stranger.id(), coup.id()), None);
    assert_eq!(ring.standing(l.id(), first.id()), Some(Standing::Full));
}

#[test]
fn editions_that_others_heap_up_are_bounded() {
    let (b, l) = (bexley(), lewisham());
    let first = first_edition(&[&b, &l]);
    let mut ring = Ring::new(first.ring);
    ring.stand_as(b.id());
    ring.take_edition(signed(&first, &[&b, &l])).unwrap();
    let alone = |n: usize| {
        let mut edition = Edition { name: format!("Alone {n}"), ..first.next() };
        edition.members.retain(|listed| listed.member == l.id());
        signed(&edition, &[&l])
    };
    for n in 0..64 {
        ring.take_edition(alone(n)).unwrap();
    }
    assert_eq!(ring.take_edition(alone(64)), Err(EditionRefused::TooManyDrafts));
    // What this member signed is taken all the same.
    let second = first.next();
    ring.take_edition(signed(&second, &[&b])).unwrap();
    ring.take_edition(signed(&second, &[&l])).unwrap();
    assert_eq!(ring.current(), Some(&second));
}
