//! Under which root an edition may list a member.

use tally_entry::{NodeId, SigningKey};
use tally_ring::{
    ActRefused, ActState, Certificate, CertificateContent, Edition, Listed, NodeAct, NodeName, NodeOffer, Ring,
    SignedEdition, next_root_commitment,
};

use crate::fixture::{Offer, Party, bexley, first_edition, greenwich, key, lewisham, signed};

fn relisted(mut draft: Edition, who: &Party, relist: impl FnOnce(&mut Listed)) -> Edition {
    relist(draft.members.iter_mut().find(|listed| listed.member == who.id()).unwrap());
    draft
}

fn under(draft: Edition, who: &Party, root: &SigningKey) -> Edition {
    relisted(draft, who, |listed| listed.root = root.public())
}

fn only(draft: Edition, parties: &[&Party]) -> Edition {
    let listed = |one: &Listed| parties.iter().any(|party| party.id() == one.member);
    let members = draft.members.iter().filter(|one| listed(one)).cloned().collect();
    Edition { members, ..draft }
}

/// A party as somebody signs in its name with this root.
fn as_root(root: &SigningKey) -> Party {
    Party { root: root.clone(), ..lewisham() }
}

fn ring_as(own: Option<&Party>, editions: &[SignedEdition]) -> Ring {
    let id = editions[0].edition().ring;
    let mut ring = own.map_or_else(|| Ring::new(id), |own| Ring::seen_by(own.id(), id));
    for edition in editions {
        ring.take_edition(edition.clone()).unwrap();
    }
    ring
}

#[test]
fn a_root_that_another_made_up_never_stands_for_a_member() {
    let (m, v, b) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&m, &v, &b]);
    let made_up = key(99);
    let forged = under(only(first.next(), &[&m, &v]), &v, &made_up);
    let forged = signed(&forged, &[&m, &as_root(&made_up)]);
    assert!(forged.is_complete());
    let first = signed(&first, &[&m, &v, &b]);
    let content = CertificateContent {
        member: v.id(),
        number: 1,
        previous: None,
        act: NodeAct::Add(NodeOffer::sign(
            v.id(),
            &key(90),
            &key(91),
            "age1qqqqqqqq",
            NodeName::new("not its node").unwrap(),
        )),
    };
    let node = Certificate::sign(content, &made_up).unwrap();
    for own in [None, Some(&m), Some(&v), Some(&b)] {
        for order in [[&first, &forged], [&forged, &first]] {
            let mut ring = ring_as(own, &order.map(Clone::clone));
            assert_eq!(ring.current(), Some(first.edition()));
            assert_eq!(ring.signed_edition(forged.id()), None);
            assert_eq!(ring.take_certificate(node.clone()), Ok(ActState::Early));
            assert_eq!(ring.node(NodeId::of(&key(90).public())), None);
        }
    }
    let mut ring = ring_as(Some(&v), &[first]);
    assert_eq!(ring.take_edition(forged), Ok(ActState::Waiting));
}

#[test]
fn nothing_builds_on_an_edition_with_a_made_up_root() {
    let (m, v) = (bexley(), greenwich());
    let first = first_edition(&[&m, &v]);
    let made_up = key(99);
    let forged = under(first.next(), &v, &made_up);
    let after = forged.next();
    let all = [
        signed(&first, &[&m, &v]),
        signed(&forged, &[&m, &as_root(&made_up)]),
        signed(&after, &[&m, &as_root(&made_up)]),
    ];
    assert_eq!(ring_as(None, &all).current(), Some(&first));
}

#[test]
fn the_root_committed_to_last_is_the_one_that_counts() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let later = key(98);
    // With its new root the member commits to the one after.
    let second = relisted(first.next(), &g, |listed| {
        listed.root = g.next.public();
        listed.next_root = next_root_commitment(&later.public());
    });
    let third = under(second.next(), &g, &later);
    let stale = under(second.next(), &g, &g.root);
    let before = [signed(&first, &[&b, &g]), signed(&second, &[&b, &as_root(&g.next)])];
    let with = |last: SignedEdition| ring_as(Some(&g), &[before[0].clone(), before[1].clone(), last]);
    assert_eq!(with(signed(&third, &[&b, &as_root(&later)])).current(), Some(&third));
    // The root given up may be in other hands, so the id alone no longer vouches for it.
    assert_eq!(with(signed(&stale, &[&b, &g])).current(), Some(&second));
}

#[test]
fn a_member_that_comes_back_is_bound_by_the_last_edition_that_listed_it() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let second = only(first.next(), &[&b]);
    let back = Edition { members: first.members.clone(), ..second.next() };
    let before = [signed(&first, &[&b, &g]), signed(&second, &[&b])];
    let with = |root: &SigningKey| {
        let third = under(back.clone(), &g, root);
        let last = signed(&third, &[&b, &as_root(root)]);
        ring_as(Some(&b), &[before[0].clone(), before[1].clone(), last]).current() == Some(&third)
    };
    assert!(with(&g.root) && with(&g.next) && !with(&key(99)));
}

#[test]
fn drafts_signed_with_a_made_up_root_are_bounded_at_the_member_too() {
    let (m, v) = (bexley(), greenwich());
    let first = first_edition(&[&m, &v]);
    let mut ring = ring_as(Some(&v), &[signed(&first, &[&m, &v])]);
    let made_up = key(99);
    let forged = |n: usize| {
        let draft = Edition { name: format!("Draft {n}"), ..first.next() };
        signed(&under(draft, &v, &made_up), &[&as_root(&made_up)])
    };
    for n in 0..64 {
        ring.take_edition(forged(n)).unwrap();
    }
    assert_eq!(ring.take_edition(forged(64)), Err(ActRefused::TooManyDrafts));
    // What its own next root signed is taken all the same.
    let renewed = under(first.next(), &v, &v.next);
    ring.take_edition(signed(&renewed, &[&as_root(&v.next)])).unwrap();
    ring.take_edition(signed(&renewed, &[&m])).unwrap();
    assert_eq!(ring.current(), Some(&renewed));
}
