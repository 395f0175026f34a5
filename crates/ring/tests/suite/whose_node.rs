//! For which member a node counts.

use tally_ring::{Certificate, Edition, NodeName, NodeOffer, Ring, SignedEdition, Standing};

use crate::fixture::{Offer, Party, bexley, first_edition, greenwich, lewisham, party, signed};

/// A party whose id is smaller than that of another.
fn before(other: &Party) -> Party {
    (5..60).map(|number| party(number, "Before")).find(|one| one.id() < other.id()).unwrap()
}

/// The certificate by which a member takes the node of another, which offers it.
fn takes(member: &Party, of: &Party) -> Certificate {
    let offer =
        NodeOffer::sign(member.id(), &of.node, &of.transport, "age1qqqqqqqq", NodeName::new("main node").unwrap());
    Certificate::first(offer, &member.root).unwrap()
}

fn with(draft: Edition, newcomer: &Party) -> Edition {
    let mut draft = draft;
    draft.members.push(newcomer.listed(Standing::Full));
    draft.in_order()
}

fn ring_of(own: &Party, editions: &[&SignedEdition], certificates: &[&Certificate]) -> Ring {
    let mut ring = Ring::seen_by(own.id(), editions[0].edition().ring);
    for edition in editions {
        ring.take_edition((*edition).clone()).unwrap();
    }
    for certificate in certificates {
        ring.take_certificate((*certificate).clone()).unwrap();
    }
    ring
}

#[test]
fn a_draft_takes_no_node_from_its_member() {
    let (b, m) = (bexley(), greenwich());
    let invented = before(&m);
    let first = first_edition(&[&b, &m]);
    let draft = signed(&with(first.next(), &invented), &[&m, &invented]);
    let first = signed(&first, &[&b, &m]);
    let (rightful, other) = (m.certificate(), takes(&invented, &m));
    for editions in [[&first, &draft], [&draft, &first]] {
        for certificates in [[&rightful, &other], [&other, &rightful]] {
            let ring = ring_of(&b, &editions, &certificates);
            assert_eq!(ring.member_of(m.node_id()), Some(m.id()));
            assert_eq!(ring.node(m.node_id()).map(|node| node.member), Some(m.id()));
        }
    }
}

#[test]
fn the_member_listed_first_keeps_the_node() {
    let (b, m) = (bexley(), greenwich());
    let later = before(&m);
    let first = first_edition(&[&b, &m]);
    let second = signed(&with(first.next(), &later), &[&b, &m, &later]);
    let first = signed(&first, &[&b, &m]);
    let (rightful, other) = (m.certificate(), takes(&later, &m));
    for editions in [[&first, &second], [&second, &first]] {
        for certificates in [[&rightful, &other], [&other, &rightful]] {
            let ring = ring_of(&b, &editions, &certificates);
            assert_eq!(ring.current(), Some(second.edition()));
            assert_eq!(ring.member_of(m.node_id()), Some(m.id()));
            assert_eq!(ring.nodes_of(later.id()).count(), 0);
        }
    }
}

#[test]
fn a_newcomers_node_counts_once_the_edition_is_in_force() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let second = with(first.next(), &l);
    let mut ring = ring_of(&b, &[&signed(&first, &[&b, &g]), &signed(&second, &[&g, &l])], &[]);
    // The certificate is kept and passed on before it counts.
    ring.take_certificate(l.certificate()).unwrap();
    ring.take_card(l.card());
    assert_eq!((ring.member_of(l.node_id()), ring.nodes_of(l.id()).count()), (None, 0));
    ring.take_edition(signed(&second, &[&b])).unwrap();
    assert_eq!((ring.member_of(l.node_id()), ring.nodes_of(l.id()).count()), (Some(l.id()), 1));
}

#[test]
fn those_who_found_a_ring_or_join_one_know_each_others_nodes() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let all = [b.certificate(), g.certificate()];
    let founding = ring_of(&b, &[&signed(&first, &[&b])], &all.each_ref());
    assert_eq!((founding.current(), founding.member_of(g.node_id())), (None, Some(g.id())));
    let second = with(first.next(), &l);
    let joining = ring_of(&l, &[&signed(&first, &[&b, &g]), &signed(&second, &[&g])], &all.each_ref());
    assert_eq!((joining.current(), joining.member_of(g.node_id())), (None, Some(g.id())));
}

#[test]
fn editions_beside_the_one_in_force_index_nobody() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let mut beside = with(first.next(), &l);
    beside.members.retain(|listed| listed.member != b.id());
    let mut ring = ring_of(&b, &[&signed(&first, &[&b, &g]), &signed(&beside, &[&g, &l])], &[]);
    ring.take_certificate(l.certificate()).unwrap();
    assert!(ring.signed_edition(beside.id()).is_some());
    assert_eq!(ring.member_of(l.node_id()), None);
}
