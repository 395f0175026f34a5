//! A ring ends the same, whatever the order in which it is offered a set of acts.

use std::collections::BTreeSet;

use tally_entry::{ActId, EditionId, MemberId, NodeId, RingId, SigningKey, Time};
use tally_ring::{
    ActState, Certificate, CertificateContent, Chain, ControlAct, Cut, Edition, NodeAct, NodeCertificate, NodeName,
    NodeOffer, Notice, Ring, RootMemory, SignedEdition, Standing,
};

use crate::fixture::{
    Party, bexley, first_edition, greenwich, judged_by, key, lewisham, log_of, party, position, signed,
};

/// A set of acts, and whose nodes look at it.
struct Recorded {
    name: &'static str,
    ring: RingId,
    acts: Vec<ControlAct>,
}

fn edition(edition: &Edition, parties: &[&Party]) -> ControlAct {
    ControlAct::Edition(signed(edition, parties))
}

fn named(name: &str, edition: Edition) -> Edition {
    Edition { name: name.to_owned(), ..edition }
}

fn with(mut draft: Edition, newcomer: &Party) -> Edition {
    draft.members.push(newcomer.listed(Standing::Full));
    draft.in_order()
}

fn without(mut draft: Edition, gone: &Party) -> Edition {
    draft.members.retain(|listed| listed.member != gone.id());
    draft
}

fn under(mut draft: Edition, who: &Party, root: &SigningKey) -> Edition {
    draft.members.iter_mut().find(|listed| listed.member == who.id()).unwrap().root = root.public();
    draft
}

fn as_root(root: &SigningKey) -> Party {
    Party { root: root.clone(), ..lewisham() }
}

fn first_of(party: &Party) -> ControlAct {
    ControlAct::Certificate(party.certificate())
}

fn offer(party: &Party, seed: u8) -> NodeOffer {
    NodeOffer::sign(party.id(), &key(seed), &key(seed + 100), "age1qqqqqqqq", NodeName::new("another node").unwrap())
}

fn certificate(party: &Party, root: &SigningKey, number: u64, previous: ActId, act: NodeAct) -> Certificate {
    let content = CertificateContent { member: party.id(), number, previous: Some(previous), act };
    Certificate::sign(content, root).unwrap()
}

fn notice(at: i64, key: &SigningKey) -> ControlAct {
    ControlAct::Notice(Notice::sign(Time(at), vec![format!("/ip4/10.0.0.{at}/tcp/1")], key).unwrap())
}

fn recorded(name: &'static str, acts: Vec<ControlAct>) -> Recorded {
    assert!(acts.len() <= 6, "{name}: every order of {} acts takes too long", acts.len());
    Recorded { name, ring: first_edition(&[&bexley()]).ring, acts }
}

fn editions() -> Vec<Recorded> {
    let (b, g, l, stranger) = (bexley(), greenwich(), lewisham(), party(9, "Stranger"));
    let first = first_edition(&[&b, &g]);
    let second = named("Second", first.next());
    let third = named("Third", second.next());
    let three = first_edition(&[&b, &g, &l]);
    let opened = with(first.next(), &l);
    let closed = Edition { members: first.members.clone(), ..opened.replacement() };
    let gone = without(first.next(), &g);
    let undo = Edition { instead_of: vec![three.id()], ..first_edition(&[&b, &stranger]) };
    let with_cut = |sequence| {
        let mut one = SignedEdition::draft(first.clone().cleared().unwrap()).unwrap();
        let cut = Cut { log: log_of(&g, first.ring), position: Some(position(sequence)) };
        one.sign_with_cuts(&b.root, &mut RootMemory::default(), vec![cut]).unwrap();
        one.merge(&signed(&first, &[&g])).unwrap();
        ControlAct::Edition(one)
    };
    let all = [&b, &g];
    vec![
        recorded(
            "a chain of editions with nodes",
            vec![
                edition(&first, &all),
                edition(&second, &all),
                edition(&third, &all),
                first_of(&g),
                notice(1, &g.node),
                notice(2, &g.node),
            ],
        ),
        recorded(
            "replaced editions, one with a successor, one late",
            vec![
                edition(&first, &all),
                edition(&second, &all),
                edition(&third, &all),
                edition(&named("Late", first.replacement()), &all),
                edition(&named("Instead of the second", second.replacement()), &all),
                edition(&named("Rival", first.next()), &all),
            ],
        ),
        recorded(
            "a replaced edition that had opened the ring to a third",
            vec![
                edition(&first, &all),
                edition(&opened, &[&b, &g, &l]),
                edition(&closed, &all),
                edition(&named("After", opened.next()), &[&b, &g, &l]),
                first_of(&l),
                notice(1, &l.node),
            ],
        ),
        recorded(
            "two groups that part, and one member in both",
            vec![
                edition(&three, &[&b, &g, &l]),
                edition(&without(three.next(), &l), &[&b, &g]),
                edition(&without(three.next(), &g), &[&b, &l]),
                first_of(&b),
                first_of(&g),
                first_of(&l),
            ],
        ),
        recorded(
            "a member that leaves and comes back",
            vec![
                edition(&first, &all),
                edition(&gone, &[&b]),
                edition(&Edition { members: first.members.clone(), ..gone.next() }, &all),
                first_of(&g),
                notice(1, &g.node),
            ],
        ),
        recorded(
            "what one with a stranger would undo",
            vec![
                edition(&three, &[&b, &g, &l]),
                edition(&undo, &[&b, &stranger]),
                edition(&three.next(), &[&b, &g, &l]),
                first_of(&stranger),
                first_of(&l),
            ],
        ),
        recorded(
            "copies with different signatures of one member",
            vec![with_cut(1), with_cut(2), edition(&first, &all)],
        ),
    ]
}

fn certificates() -> Vec<Recorded> {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let founding = edition(&first, &[&b, &g]);
    let one = g.certificate();
    let add = certificate(&g, &g.root, 2, one.id(), NodeAct::Add(offer(&g, 50)));
    let revoke = certificate(&g, &g.root, 2, one.id(), NodeAct::Revoke(g.node_id()));
    let later = certificate(&g, &g.root, 3, add.id(), NodeAct::Revoke(NodeId::of(&key(50).public())));
    let rotate = |seed| NodeAct::Replace { old: g.node_id(), new: offer(&g, seed) };
    let rotations = [51, 52].map(|seed| certificate(&g, &g.root, 2, one.id(), rotate(seed)));
    let after = certificate(&g, &g.root, 3, rotations[0].id(), NodeAct::Add(offer(&g, 53)));
    let renewed = under(first.next(), &g, &g.next);
    let by_next = certificate(&g, &g.next, 2, one.id(), NodeAct::Add(offer(&g, 54)));
    let made_up = key(99);
    let forged = under(first.next(), &g, &made_up);
    let strange = certificate(&g, &made_up, 2, one.id(), NodeAct::Add(offer(&g, 55)));
    let taker = (5..60).map(|n| party(n, "Taker")).find(|one| one.id() < g.id()).unwrap();
    let takes = NodeOffer::sign(taker.id(), &g.node, &g.transport, "age1qqqqqqqq", NodeName::new("main node").unwrap());
    vec![
        recorded(
            "additions and revocations",
            vec![
                founding.clone(),
                ControlAct::Certificate(one.clone()),
                ControlAct::Certificate(add),
                ControlAct::Certificate(revoke),
                ControlAct::Certificate(later),
                notice(1, &key(50)),
            ],
        ),
        recorded(
            "two rotations, and a node certified after one of them",
            vec![
                founding.clone(),
                ControlAct::Certificate(one.clone()),
                ControlAct::Certificate(rotations[0].clone()),
                ControlAct::Certificate(rotations[1].clone()),
                ControlAct::Certificate(after),
                notice(1, &key(53)),
            ],
        ),
        recorded(
            "a new root",
            vec![
                founding.clone(),
                edition(&renewed, &[&b, &as_root(&g.next)]),
                edition(&renewed.next(), &[&b, &as_root(&g.next)]),
                ControlAct::Certificate(one.clone()),
                ControlAct::Certificate(by_next),
                notice(1, &key(54)),
            ],
        ),
        recorded(
            "a root that another made up",
            vec![
                founding.clone(),
                edition(&forged, &[&b, &as_root(&made_up)]),
                edition(&forged.next(), &[&b, &as_root(&made_up)]),
                ControlAct::Certificate(one.clone()),
                ControlAct::Certificate(strange),
                notice(1, &key(55)),
            ],
        ),
        recorded(
            "a node that two members certify",
            vec![
                founding,
                edition(&with(first.next(), &taker), &[&b, &g, &taker]),
                ControlAct::Certificate(one),
                ControlAct::Certificate(Certificate::first(takes, &taker.root).unwrap()),
                notice(1, &g.node),
                first_of(&l),
            ],
        ),
    ]
}

/// What a ring says, of everything that the acts name.
#[derive(Debug, PartialEq)]
struct RingAnswers {
    acts: Vec<ControlAct>,
    undecided: Vec<EditionId>,
    current: Option<EditionId>,
    judged_by: Vec<Option<EditionId>>,
    older: Vec<bool>,
    chains: Vec<Option<Chain>>,
    acting: Vec<Vec<NodeId>>,
    nodes: Vec<(Option<NodeCertificate>, Option<MemberId>, Vec<String>)>,
}

fn said(ring: &Ring, acts: &[ControlAct]) -> RingAnswers {
    let (mut editions, mut members, mut nodes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for act in acts {
        match act {
            ControlAct::Edition(edition) => {
                editions.insert(edition.id());
                members.extend(edition.edition().members.iter().map(|listed| listed.member));
            }
            ControlAct::Certificate(certificate) => {
                nodes.extend(certificate.offer().map(NodeOffer::node));
            }
            ControlAct::Notice(notice) => {
                nodes.insert(notice.content().node);
            }
            _ => {}
        }
    }
    let pairs = editions.iter().flat_map(|a| editions.iter().map(move |b| (*a, *b)));
    RingAnswers {
        acts: ring.acts().collect(),
        undecided: ring.undecided().map(SignedEdition::id).collect(),
        current: ring.current_id(),
        judged_by: editions.iter().map(|id| judged_by(ring, *id)).collect(),
        older: pairs.map(|(a, b)| ring.is_older(a, b)).collect(),
        chains: members.iter().map(|member| ring.chain(*member).cloned()).collect(),
        acting: members.iter().map(|member| ring.nodes_of(*member).map(|node| node.node).collect()).collect(),
        nodes: nodes
            .iter()
            .map(|node| (ring.node(*node).cloned(), ring.member_of(*node), ring.addresses(*node).to_vec()))
            .collect(),
    }
}

/// Offers the acts in this order, again until nothing is news.
fn offered(own: Option<MemberId>, of: &Recorded, order: &[usize]) -> Ring {
    let mut ring = own.map_or_else(|| Ring::new(of.ring), |own| Ring::seen_by(own, of.ring));
    let mut number = 0;
    loop {
        let mut news = 0;
        for at in order {
            news += ring.take(of.acts[*at].clone()).map_or(0, |taken| taken.news.len());
            let now = ring.current().map_or(0, |edition| edition.number);
            assert!(now >= number, "{} in order {order:?}: it went back from edition {number} to {now}", of.name);
            number = now;
        }
        if news == 0 {
            return ring;
        }
    }
}

/// Calls `each` with every order of `0..count`.
fn every_order(count: usize, each: &mut impl FnMut(&[usize])) {
    fn extend(order: &mut Vec<usize>, count: usize, each: &mut impl FnMut(&[usize])) {
        if order.len() == count {
            return each(order);
        }
        for next in 0..count {
            if !order.contains(&next) {
                order.push(next);
                extend(order, count, each);
                order.pop();
            }
        }
    }
    extend(&mut Vec::new(), count, each);
}

fn viewpoints() -> [Option<MemberId>; 4] {
    [None, Some(bexley().id()), Some(greenwich().id()), Some(lewisham().id())]
}

fn ends_the_same(all: &[Recorded]) {
    for of in all {
        for own in viewpoints() {
            let straight: Vec<usize> = (0..of.acts.len()).collect();
            let expected = said(&offered(own, of, &straight), &of.acts);
            every_order(of.acts.len(), &mut |order| {
                let found = said(&offered(own, of, order), &of.acts);
                assert!(found == expected, "{} in order {order:?}:\n{found:#?}\nand not\n{expected:#?}", of.name);
            });
        }
    }
}

#[test]
fn editions_end_the_same_in_every_order() {
    ends_the_same(&editions());
}

#[test]
fn certificates_and_notices_end_the_same_in_every_order() {
    ends_the_same(&certificates());
}

#[test]
fn acts_can_be_taken_again_in_the_order_in_which_a_ring_gives_them() {
    for of in editions().iter().chain(&certificates()) {
        for own in viewpoints() {
            let order: Vec<usize> = (0..of.acts.len()).rev().collect();
            let ring = offered(own, of, &order);
            let mut again = own.map_or_else(|| Ring::new(of.ring), |own| Ring::seen_by(own, of.ring));
            for act in ring.acts() {
                let taken = again.take(act.clone()).unwrap();
                assert_eq!(taken.news, [act], "{}", of.name);
                assert!(!matches!(taken.state, ActState::Early | ActState::Draft | ActState::Known), "{}", of.name);
            }
            assert_eq!(said(&again, &of.acts), said(&ring, &of.acts), "{}", of.name);
        }
    }
}

#[test]
fn nothing_that_was_taken_is_given_up() {
    for of in editions().iter().chain(&certificates()) {
        every_order(of.acts.len().min(4), &mut |order| {
            let mut ring = Ring::seen_by(bexley().id(), of.ring);
            let mut held = BTreeSet::new();
            for at in order {
                let _ = ring.take(of.acts[*at].clone());
                // Of copies and of notices the newer one is held, so names are compared, not bytes.
                let now: BTreeSet<String> = ring.acts().map(|act| name(&act)).collect();
                assert!(held.is_subset(&now), "{}: {held:?} and then {now:?}", of.name);
                held = now;
            }
        });
    }
}

fn name(act: &ControlAct) -> String {
    match act {
        ControlAct::Edition(edition) => edition.id().to_string(),
        ControlAct::Certificate(certificate) => certificate.id().to_string(),
        ControlAct::Notice(notice) => notice.content().node.to_string(),
        other => other.id().to_string(),
    }
}
