use tally_entry::{ActId, SigningKey};
use tally_ring::{
    Certificate, CertificateContent, CertificateError, CertificateTaken, Chain, ChainError, NodeAct, NodeOffer,
    NodeStatus,
};

use crate::fixture::{Party, bexley, greenwich, key};

fn offer(party: &Party, seed: u8) -> NodeOffer {
    NodeOffer::sign(party.id(), &key(seed), &key(seed + 100), "age1qqqqqqqq", "another node")
}

fn act(party: &Party, number: u64, previous: ActId, act: NodeAct) -> Certificate {
    let content = CertificateContent { member: party.id(), number, previous: Some(previous), act };
    Certificate::sign(content, &party.root).unwrap()
}

fn node(seed: u8) -> tally_entry::NodeId {
    tally_entry::NodeId::of(&key(seed).public())
}

fn chain(party: &Party, certificates: &[&Certificate]) -> Chain {
    let mut chain = Chain::new(party.root.public());
    for certificate in certificates {
        chain.take((*certificate).clone()).unwrap();
    }
    chain
}

#[test]
fn the_first_certificate_makes_a_node() {
    let party = bexley();
    let chain = chain(&party, &[&party.certificate()]);
    let found = chain.node(party.node_id()).unwrap();
    assert_eq!((found.member, found.key, found.status), (party.id(), party.node.public(), NodeStatus::Current));
}

#[test]
fn a_certificate_taken_twice_is_known() {
    let party = bexley();
    let mut chain = chain(&party, &[&party.certificate()]);
    assert_eq!(chain.take(party.certificate()), Ok(CertificateTaken::Known));
}

#[test]
fn a_certificate_of_another_root_is_forged() {
    let party = bexley();
    let content = party.certificate().content().clone();
    let forged = Certificate::sign(content, &greenwich().root).unwrap();
    let error = ChainError::Certificate(CertificateError::Forged { member: party.id() });
    assert_eq!(Chain::new(party.root.public()).take(forged), Err(error));
}

#[test]
fn a_certificate_of_another_member_is_refused() {
    let error = ChainError::OtherMember { expected: bexley().id(), found: greenwich().id() };
    assert_eq!(Chain::new(bexley().root.public()).take(greenwich().certificate()), Err(error));
}

#[test]
fn a_certificate_waits_for_the_one_before() {
    let party = bexley();
    let first = party.certificate();
    let second = act(&party, 2, first.id(), NodeAct::Add(offer(&party, 50)));
    let mut chain = Chain::new(party.root.public());
    assert_eq!(chain.take(second), Ok(CertificateTaken::Waiting));
    assert_eq!(chain.nodes().count(), 0);
    assert_eq!(chain.take(first), Ok(CertificateTaken::Counted));
    assert_eq!((chain.nodes().count(), chain.newest()), (2, 2));
}

#[test]
fn a_certificate_that_links_to_another_act_never_counts() {
    let party = bexley();
    let stray = act(&party, 2, ActId::from_bytes([9; 32]), NodeAct::Add(offer(&party, 50)));
    let chain = chain(&party, &[&party.certificate(), &stray]);
    assert_eq!(chain.newest(), 1);
}

#[test]
fn two_additions_at_one_number_both_count() {
    let party = bexley();
    let first = party.certificate();
    let two = [50, 51].map(|seed| act(&party, 2, first.id(), NodeAct::Add(offer(&party, seed))));
    let third = act(&party, 3, two[1].id(), NodeAct::Add(offer(&party, 52)));
    let chain = chain(&party, &[&first, &two[0], &two[1], &third]);
    assert_eq!((chain.nodes().count(), chain.newest(), chain.stopped()), (4, 3, None));
}

#[test]
fn a_revocation_beside_an_addition_counts() {
    let party = bexley();
    let first = party.certificate();
    let add = act(&party, 2, first.id(), NodeAct::Add(offer(&party, 50)));
    let revoke = act(&party, 2, first.id(), NodeAct::Revoke(party.node_id()));
    let chain = chain(&party, &[&first, &add, &revoke]);
    assert_eq!(chain.node(party.node_id()).unwrap().status, NodeStatus::Revoked { by: revoke.id() });
    assert_eq!(chain.nodes().map(|node| node.node).collect::<Vec<_>>(), [node(50)]);
}

#[test]
fn a_revoked_node_does_not_come_back() {
    let party = bexley();
    let first = party.certificate();
    let revoke = act(&party, 2, first.id(), NodeAct::Revoke(party.node_id()));
    let again = act(&party, 3, revoke.id(), NodeAct::Add(party.offer()));
    let chain = chain(&party, &[&first, &revoke, &again]);
    assert_eq!(chain.nodes().count(), 0);
}

#[test]
fn a_replaced_node_is_still_known() {
    let party = bexley();
    let first = party.certificate();
    let replace = act(&party, 2, first.id(), NodeAct::Replace { old: party.node_id(), new: offer(&party, 50) });
    let chain = chain(&party, &[&first, &replace]);
    assert_eq!(chain.node(party.node_id()).unwrap().status, NodeStatus::Replaced { by: node(50) });
    assert_eq!(chain.nodes().map(|node| node.node).collect::<Vec<_>>(), [node(50)]);
}

#[test]
fn two_rotations_at_one_number_stop_the_chain() {
    let party = bexley();
    let first = party.certificate();
    let replace = |seed| NodeAct::Replace { old: party.node_id(), new: offer(&party, seed) };
    let two = [50, 51].map(|seed| act(&party, 2, first.id(), replace(seed)));
    let after = act(&party, 3, two[0].id(), NodeAct::Add(offer(&party, 52)));
    let before = chain(&party, &[&first, &two[0], &after]);
    assert_eq!((before.newest(), before.stopped()), (3, None));
    let chain = chain(&party, &[&first, &two[0], &after, &two[1]]);
    assert_eq!(chain.stopped(), Some(2));
    // Neither rotation counts, nor what came after one of them.
    assert_eq!(chain.nodes().map(|node| node.node).collect::<Vec<_>>(), [party.node_id()]);
}

#[test]
fn the_order_of_arrival_makes_no_difference() {
    let party = bexley();
    let first = party.certificate();
    let add = act(&party, 2, first.id(), NodeAct::Add(offer(&party, 50)));
    let replace = |seed: u8| NodeAct::Replace { old: party.node_id(), new: offer(&party, seed) };
    let rotations = [51, 52].map(|seed| act(&party, 2, first.id(), replace(seed)));
    let third = act(&party, 3, add.id(), NodeAct::Revoke(node(50)));
    let all = [&first, &add, &rotations[0], &rotations[1], &third];
    let straight = chain(&party, &all);
    for turn in 0..all.len() {
        let mut turned = all;
        turned.rotate_left(turn);
        assert_eq!(chain(&party, &turned), straight);
        turned.reverse();
        assert_eq!(chain(&party, &turned), straight);
    }
}

#[test]
fn a_crowded_number_keeps_the_same_acts_in_any_order() {
    let party = bexley();
    let first = party.certificate();
    let many: Vec<_> = (30..50).map(|seed| act(&party, 2, first.id(), NodeAct::Add(offer(&party, seed)))).collect();
    let fold = |acts: Vec<&Certificate>| {
        let mut chain = Chain::new(party.root.public());
        let taken: Vec<_> = acts.into_iter().map(|act| chain.take(act.clone())).collect();
        assert!(taken.contains(&Err(ChainError::Crowded { number: 2 })) || chain.certificates().count() == 17);
        chain
    };
    let forwards = fold(std::iter::once(&first).chain(&many).collect());
    let backwards = fold(many.iter().rev().chain([&first]).collect());
    assert_eq!(forwards, backwards);
    assert_eq!(forwards.nodes().count(), 17);
}

#[test]
fn number_and_link_go_together() {
    let party = bexley();
    let root: &SigningKey = &party.root;
    for (number, previous) in [(0, None), (1, Some(ActId::from_bytes([1; 32]))), (2, None), (5_000, None)] {
        let act = NodeAct::Add(party.offer());
        let content = CertificateContent { member: party.id(), number, previous, act };
        assert_eq!(Certificate::sign(content, root), Err(CertificateError::BadLink { number }));
    }
}

#[test]
fn a_root_named_by_an_edition_signs_on() {
    let party = bexley();
    let first = party.certificate();
    let content = CertificateContent {
        member: party.id(),
        number: 2,
        previous: Some(first.id()),
        act: NodeAct::Add(offer(&party, 50)),
    };
    let second = Certificate::sign(content, &party.next).unwrap();
    let mut chain = chain(&party, &[&first]);
    assert!(chain.take(second.clone()).is_err());
    chain.add_root(party.next.public());
    assert_eq!(chain.take(second), Ok(CertificateTaken::Counted));
}
