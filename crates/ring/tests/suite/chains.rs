use tally_entry::{ActId, SigningKey};
use tally_ring::{
    Certificate, CertificateContent, CertificateError, CertificateTaken, Chain, ChainError, NodeAct, NodeName,
    NodeOffer, NodeStatus,
};

use crate::fixture::{Party, bexley, greenwich, key};

fn offer(party: &Party, seed: u8) -> NodeOffer {
    NodeOffer::sign(party.id(), &key(seed), &key(seed + 100), "age1qqqqqqqq", NodeName::new("another node").unwrap())
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

fn adds(party: &Party, previous: ActId) -> Vec<Certificate> {
    let add = |seed| act(party, 2, previous, NodeAct::Add(offer(party, seed)));
    let mut many: Vec<_> = (30..50).map(add).collect();
    many.sort_by_key(Certificate::id);
    many
}

#[test]
fn a_crowded_number_keeps_the_same_waiting_acts_in_any_order() {
    let party = bexley();
    let first = party.certificate();
    let many = adds(&party, first.id());
    let fold = |acts: Vec<&Certificate>| {
        let mut chain = Chain::new(party.root.public());
        let taken: Vec<_> = acts.into_iter().map(|act| chain.take(act.clone())).collect();
        assert!(taken.contains(&Err(ChainError::Crowded { number: 2 })) || chain.certificates().count() == 17);
        chain
    };
    let forwards = fold(many.iter().chain([&first]).collect());
    let backwards = fold(many.iter().rev().chain([&first]).collect());
    assert_eq!(forwards, backwards);
    assert_eq!(forwards.nodes().count(), 17);
}

#[test]
fn an_act_that_counts_is_never_crowded_out() {
    let party = bexley();
    let first = party.certificate();
    let many = adds(&party, first.id());
    let mut chain = chain(&party, &[&first]);
    // Those with the largest ids come first and count; each later one would come before all of them.
    for (n, add) in many.iter().rev().enumerate() {
        let crowded = Err(ChainError::Crowded { number: 2 });
        let expected = if n < 16 { Ok(CertificateTaken::Counted) } else { crowded };
        assert_eq!(chain.take(add.clone()), expected, "act {n}");
    }
    for add in &many[4..] {
        assert!(chain.node(add.offer().unwrap().node()).is_some());
    }
}

#[test]
fn an_act_that_counts_takes_the_place_of_one_that_does_not() {
    let party = bexley();
    let first = party.certificate();
    let mut strays = adds(&party, ActId::from_bytes([9; 32]));
    strays.truncate(16);
    let mut chain = chain(&party, &strays.iter().chain([&first]).collect::<Vec<_>>());
    for add in adds(&party, first.id()).iter().take(16) {
        assert_eq!(chain.take(add.clone()), Ok(CertificateTaken::Counted));
    }
    assert_eq!((chain.nodes().count(), chain.certificates().count()), (17, 17));
}

#[test]
fn the_first_certificate_of_a_member_is_not_withdrawn_by_others_at_its_number() {
    let party = bexley();
    let mut chain = chain(&party, &[&party.certificate()]);
    for seed in 30..90 {
        let _ = chain.take(Certificate::first(offer(&party, seed), &party.root).unwrap());
    }
    assert!(chain.node(party.node_id()).is_some());
}

#[test]
fn additions_do_not_crowd_out_a_revocation_or_a_second_rotation() {
    let party = bexley();
    let first = party.certificate();
    let mut chain = chain(&party, &[&first]);
    for add in adds(&party, first.id()) {
        let _ = chain.take(add);
    }
    let revoke = act(&party, 2, first.id(), NodeAct::Revoke(node(30)));
    assert_eq!(chain.take(revoke), Ok(CertificateTaken::Counted));
    let replace = |seed| NodeAct::Replace { old: party.node_id(), new: offer(&party, seed) };
    assert_eq!(chain.take(act(&party, 2, first.id(), replace(60))), Ok(CertificateTaken::Counted));
    assert_eq!(chain.take(act(&party, 2, first.id(), replace(61))), Ok(CertificateTaken::Waiting));
    assert_eq!(chain.stopped(), Some(2));
}

#[test]
fn rotations_that_link_to_nothing_do_not_undo_a_stop() {
    let party = bexley();
    let first = party.certificate();
    let replace = |seed| NodeAct::Replace { old: party.node_id(), new: offer(&party, seed) };
    let two = [60, 61].map(|seed| act(&party, 2, first.id(), replace(seed)));
    let mut chain = chain(&party, &[&first, &two[0], &two[1]]);
    for seed in 1..100 {
        let _ = chain.take(act(&party, 2, ActId::from_bytes([seed; 32]), replace(62)));
    }
    assert_eq!(chain.stopped(), Some(2));
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
