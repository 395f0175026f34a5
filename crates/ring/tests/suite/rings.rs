use tally_entry::{EditionId, MemberId, RingId, Time};
use tally_ring::{ActRefused, ActState, ControlAct, Edition, Invitation, Notice, Ring, SignedEdition, Standing};

use crate::acts::every_act;
use crate::fixture::{
    Offer, Party, bexley, first_edition, greenwich, judged_by, key, lewisham, party, signed, standing,
};

fn ring_of(editions: &[&SignedEdition]) -> Ring {
    let mut ring = Ring::new(editions[0].edition().ring);
    for edition in editions {
        ring.take_edition((*edition).clone()).unwrap();
    }
    ring
}

fn named(name: &str, draft: Edition) -> Edition {
    Edition { name: name.to_owned(), ..draft }
}

fn next(edition: &Edition, name: &str) -> Edition {
    named(name, edition.next())
}

#[test]
fn a_draft_comes_into_force_when_the_last_one_signed() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let mut ring = Ring::new(edition.ring);
    assert_eq!(ring.take_edition(signed(&edition, &[&b])), Ok(ActState::Draft));
    assert_eq!((ring.current(), ring.signed_edition(edition.id())), (None, None));
    let awaiting: Vec<_> = ring.drafts().map(SignedEdition::awaiting).collect();
    assert_eq!((ring.acts().count(), awaiting), (0, vec![vec![g.id()]]));
    assert_eq!(ring.take_edition(signed(&edition, &[&g])), Ok(ActState::Counts));
    assert_eq!((ring.current(), ring.drafts().count()), (Some(&edition), 0));
    assert_eq!(ring.take_edition(signed(&edition, &[&g])), Ok(ActState::Known));
    let whole = ControlAct::Edition(signed(&edition, &[&b, &g]));
    assert_eq!(ring.acts().collect::<Vec<_>>(), [whole]);
}

#[test]
fn an_edition_that_nobody_signed_is_refused() {
    let edition = first_edition(&[&bexley(), &greenwich()]);
    let draft = SignedEdition::draft(edition.clone().cleared().unwrap()).unwrap();
    assert_eq!(Ring::new(edition.ring).take_edition(draft), Err(ActRefused::Unsigned));
}

#[test]
fn an_edition_of_another_ring_is_refused() {
    let edition = first_edition(&[&bexley()]);
    let expected = RingId::from_bytes([5; 32]);
    let error = ActRefused::OtherRing { expected, found: edition.ring };
    assert_eq!(Ring::new(expected).take_edition(signed(&edition, &[&bexley()])), Err(error));
}

#[test]
fn a_later_edition_waits_for_the_one_before() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let second = next(&first, "Second");
    let mut ring = Ring::new(first.ring);
    assert_eq!(ring.take_edition(signed(&second, &[&b, &g])), Ok(ActState::Waiting));
    assert_eq!((ring.current(), ring.undecided().count(), ring.drafts().count()), (None, 1, 0));
    let taken = ring.take(ControlAct::Edition(signed(&first, &[&b, &g]))).unwrap();
    assert_eq!((taken.news.len(), taken.completed), (1, vec![first.id(), second.id()]));
    assert_eq!((ring.current(), ring.undecided().count()), (Some(&second), 0));
}

#[test]
fn a_removed_member_need_not_sign() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g, &l]);
    let mut second = first.next();
    second.members.retain(|listed| listed.member != l.id());
    let ring = ring_of(&[&signed(&first, &[&b, &g, &l]), &signed(&second, &[&b, &g])]);
    assert_eq!(ring.current(), Some(&second));
    assert_eq!(standing(&ring, l.id(), second.id()), None);
    assert_eq!(standing(&ring, l.id(), first.id()), Some(Standing::Full));
}

#[test]
fn a_number_that_does_not_follow_never_counts() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let third = Edition { number: 3, ..first.next() };
    let ring = ring_of(&[&signed(&first, &[&b, &g]), &signed(&third, &[&b, &g])]);
    assert_eq!(ring.current(), Some(&first));
}

#[test]
fn nobody_joins_under_the_id_of_another() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let mut second = first.next();
    // Lewisham's root would stand for a member id that it does not come from.
    second.members.push(tally_ring::Listed { member: MemberId::from_bytes([7; 32]), ..l.listed(Standing::Full) });
    let second = second.in_order();
    let ring = ring_of(&[&signed(&first, &[&b, &g]), &signed(&second, &[&b, &g, &l])]);
    assert_eq!(ring.current(), Some(&first));
}

#[test]
fn an_edition_names_the_new_root_of_a_member() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let mut second = first.next();
    second.members.iter_mut().find(|listed| listed.member == g.id()).unwrap().root = g.next.public();
    let renewed = Party { root: g.next.clone(), ..greenwich() };
    let old_root =
        SignedEdition::draft(second.clone().cleared().unwrap()).unwrap().sign(&g.root, &mut Default::default());
    assert!(old_root.is_err());
    let ring = ring_of(&[&signed(&first, &[&b, &g]), &signed(&second, &[&b, &renewed])]);
    assert_eq!(ring.current(), Some(&second));
}

#[test]
fn older_is_along_the_chain() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let second = next(&first, "Second");
    let third = next(&second, "Third");
    let ring = ring_of(&[&first, &second, &third].map(|edition| signed(edition, &[&b, &g])).each_ref());
    assert!(ring.is_older(first.id(), third.id()) && !ring.is_older(third.id(), first.id()));
    assert!(!ring.is_older(first.id(), first.id()));
    assert!(!ring.is_older(first.id(), EditionId::from_bytes([1; 32])));
}

#[test]
fn a_replaced_first_draft_leaves_the_ring_its_id() {
    let (b, g) = (bexley(), greenwich());
    let typo = named("Tri-bourough", first_edition(&[&b, &g]));
    let right = named("Tri-borough", typo.replacement());
    assert_eq!((typo.ring, right.check()), (right.ring, Ok(())));
    let ring = ring_of(&[&signed(&typo, &[&b]), &signed(&right, &[&b, &g])]);
    assert_eq!(ring.current(), Some(&right));
}

#[test]
fn the_replacement_stands_in_either_order() {
    let (b, g) = (bexley(), greenwich());
    let typo = named("Tri-bourough", first_edition(&[&b, &g]));
    let right = named("Tri-borough", typo.replacement());
    let [old, new] = [&typo, &right].map(|edition| signed(edition, &[&b, &g]));
    for order in [[&old, &new], [&new, &old]] {
        let ring = ring_of(&order);
        assert_eq!(ring.current(), Some(&right));
        // A first edition has no parent whose terms could count.
        assert_eq!(judged_by(&ring, typo.id()), Some(right.id()));
        assert_eq!(judged_by(&ring, right.id()), Some(right.id()));
    }
}

#[test]
fn entries_under_a_replaced_later_edition_count_as_under_its_parent() {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g]);
    let mut opened = first.next();
    opened.members.push(l.listed(Standing::Full));
    let opened = opened.in_order();
    let closed = Edition { members: first.members.clone(), ..opened.replacement() };
    let on_opened = next(&opened, "After");
    let all = [
        signed(&first, &[&b, &g]),
        signed(&opened, &[&b, &g, &l]),
        signed(&closed, &[&b, &g]),
        signed(&on_opened, &[&b, &g, &l]),
    ];
    let ring = ring_of(&[&all[0], &all[1], &all[2]]);
    assert_eq!(ring.current(), Some(&closed));
    assert_eq!(judged_by(&ring, opened.id()), Some(first.id()));
    assert_eq!(standing(&ring, l.id(), opened.id()), None);
    let ring = ring_of(&all.each_ref());
    assert_eq!(judged_by(&ring, on_opened.id()), Some(first.id()));
}

#[test]
fn nothing_is_judged_by_an_edition_that_is_not_complete() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    assert_eq!(judged_by(&ring_of(&[&signed(&first, &[&b])]), first.id()), None);
}

#[test]
fn a_replacement_of_a_replacement_stands() {
    let (b, g) = (bexley(), greenwich());
    let one = first_edition(&[&b, &g]);
    let two = named("Two", one.replacement());
    let three = named("Three", Edition { instead_of: vec![two.id()], ..one.clone() });
    let ring = ring_of(&[&one, &two, &three].map(|edition| signed(edition, &[&b, &g])).each_ref());
    assert_eq!(ring.current(), Some(&three));
    assert_eq!(judged_by(&ring, one.id()), Some(three.id()));
}

#[test]
fn replacing_works_only_on_one_parent() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let second = next(&first, "Second");
    let third = Edition { instead_of: vec![first.id()], ..next(&second, "Third") };
    let ring = ring_of(&[&first, &second, &third].map(|edition| signed(edition, &[&b, &g])).each_ref());
    assert_eq!(judged_by(&ring, first.id()), Some(first.id()));
}

fn parted() -> (Party, Party, Party, Edition, Edition, Edition) {
    let (b, g, l) = (bexley(), greenwich(), lewisham());
    let first = first_edition(&[&b, &g, &l]);
    let without = |gone: &Party| {
        let mut next = first.next();
        next.members.retain(|listed| listed.member != gone.id());
        next
    };
    let (one, two) = (without(&l), without(&g));
    (b, g, l, first, one, two)
}

#[test]
fn where_editions_part_each_follows_the_one_its_root_signed() {
    let (b, g, l, first, one, two) = parted();
    let all = [signed(&first, &[&b, &g, &l]), signed(&one, &[&b, &g]), signed(&two, &[&b, &l])];
    for (own, expected) in [(&g, &one), (&l, &two)] {
        let mut ring = Ring::seen_by(own.id(), first.ring);
        for edition in &all {
            ring.take_edition(edition.clone()).unwrap();
        }
        assert_eq!(ring.current(), Some(expected));
    }
}

#[test]
fn whoever_signed_both_follows_the_same_one_in_either_order() {
    let (b, g, l, first, one, two) = parted();
    let all = [signed(&first, &[&b, &g, &l]), signed(&one, &[&b, &g]), signed(&two, &[&b, &l])];
    for order in [[0, 1, 2], [0, 2, 1], [2, 1, 0]] {
        let mut ring = Ring::seen_by(b.id(), first.ring);
        for n in order {
            ring.take_edition(all[n].clone()).unwrap();
        }
        assert_eq!(ring.current_id(), Some(one.id().min(two.id())));
    }
}

#[test]
fn a_ring_never_goes_back_and_ends_where_every_order_ends() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let second = next(&first, "Second");
    let late = named("Late", first.replacement());
    let all = [&first, &second, &late].map(|edition| signed(edition, &[&b, &g]));
    for order in [[0, 1, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0]] {
        let ring = ring_of(&order.map(|n| &all[n]));
        assert_eq!(ring.current(), Some(&second));
        // What was written under the first still counts, though what replaces it is not on the way.
        assert_eq!(judged_by(&ring, first.id()), Some(first.id()));
    }
}

#[test]
fn drafts_are_bounded() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let mut ring = Ring::new(first.ring);
    for n in 0..64 {
        ring.take_edition(signed(&named(&format!("Draft {n}"), first.clone()), &[&b])).unwrap();
    }
    assert_eq!(ring.take_edition(signed(&first, &[&b])), Err(ActRefused::TooManyDrafts));
    // One that is complete is never turned away, and drafts left behind make room.
    ring.take_edition(signed(&first, &[&b, &g])).unwrap();
    assert_eq!(ring.current(), Some(&first));
    assert!(ring.take_edition(signed(&next(&first, "Next"), &[&b])).is_ok());
    assert_eq!(ring.drafts().count(), 64);
}

#[test]
fn an_invitation_brings_members_and_nodes() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let invitation = Invitation::new(signed(&edition, &[&b, &g]), None, [b.card(), g.card()]).unwrap();
    let mut ring = Ring::new(edition.ring);
    ring.take_edition(invitation.edition().clone()).unwrap();
    invitation.cards().for_each(|card| drop(ring.take_card(card.clone())));
    assert_eq!((ring.nodes_of(b.id()).count(), ring.nodes_of(g.id()).count()), (1, 1));
    assert_eq!(ring.member_of(g.node_id()), Some(g.id()));
    assert_eq!(ring.addresses(g.node_id()), ["/dns4/tally.example.org/tcp/443"]);
    assert!(ring.cards().any(|card| *card == b.card()));
}

#[test]
fn the_node_of_a_member_no_longer_listed_is_still_known() {
    let (b, g, l, first, one, _) = parted();
    let mut ring = ring_of(&[&signed(&first, &[&b, &g, &l]), &signed(&one, &[&b, &g])]);
    for party in [&b, &g, &l] {
        ring.take_certificate(party.certificate()).unwrap();
    }
    assert!(ring.current().unwrap().members.iter().all(|listed| listed.member != l.id()));
    // Its key is still known, to check what it wrote.
    assert_eq!(ring.node(l.node_id()).unwrap().member, l.id());
}

#[test]
fn what_cannot_be_checked_yet_is_taken_with_what_it_needs() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let notice = Notice::sign(Time(1), vec!["/ip4/10.0.0.1/tcp/1".to_owned()], &g.node).unwrap();
    let mut ring = Ring::new(first.ring);
    assert_eq!(ring.take_notice(notice.clone()), Ok(ActState::Early));
    assert_eq!(ring.take_certificate(g.certificate()), Ok(ActState::Early));
    assert_eq!((ring.acts().count(), ring.member_of(g.node_id())), (0, None));
    let edition = ControlAct::Edition(signed(&first, &[&b, &g]));
    let taken = ring.take(edition.clone()).unwrap();
    // What had waited is told of, so that it is kept on disk as well.
    let news = [edition, ControlAct::Certificate(g.certificate()), ControlAct::Notice(notice)];
    assert_eq!((taken.state, taken.news.as_slice()), (ActState::Counts, news.as_slice()));
    assert_eq!(ring.acts().collect::<Vec<_>>(), news);
    assert_eq!(ring.addresses(g.node_id()), ["/ip4/10.0.0.1/tcp/1"]);
}

#[test]
fn a_card_brings_in_what_waited_for_its_member() {
    let g = greenwich();
    let notice = Notice::sign(Time(1), vec!["/ip4/10.0.0.1/tcp/1".to_owned()], &g.node).unwrap();
    let mut ring = Ring::new(first_edition(&[&g]).ring);
    assert_eq!(ring.take_notice(notice.clone()), Ok(ActState::Early));
    assert_eq!(ring.take_card(g.card()), [ControlAct::Notice(notice)]);
    assert_eq!(ring.take_card(g.card()), []);
}

#[test]
fn what_nobody_can_check_is_bounded_and_can_be_offered_again() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let mut ring = ring_of(&[&signed(&first, &[&b, &g])]);
    let notice = Notice::sign(Time(1), Vec::new(), &g.node).unwrap();
    assert_eq!(ring.take_notice(notice.clone()), Ok(ActState::Early));
    for seed in 100..164 {
        let strange = Notice::sign(Time(1), Vec::new(), &key(seed)).unwrap();
        assert_eq!(ring.take_notice(strange), Ok(ActState::Early));
    }
    assert_eq!(ring.take(ControlAct::Certificate(g.certificate())).unwrap().news.len(), 1);
    assert_eq!((ring.take_notice(notice), ring.acts().count()), (Ok(ActState::Counts), 3));
}

#[test]
fn acts_about_an_audience_are_not_for_a_ring() {
    let ring = || ring_of(&[&signed(&first_edition(&[&bexley()]), &[&bexley()])]);
    for (name, act) in every_act() {
        let expected = match name {
            "edition" | "certificate" | "notice" => continue,
            "unknown" => Err(ActRefused::UnknownKind { kind: 99 }),
            _ => Err(ActRefused::OfAudience),
        };
        assert_eq!(ring().offer(act), expected, "{name}");
    }
}

#[test]
fn a_node_offered_to_two_members_counts_for_one() {
    let (b, g) = (bexley(), greenwich());
    let mut ring = ring_of(&[&signed(&first_edition(&[&b, &g]), &[&b, &g])]);
    ring.take_certificate(b.certificate()).unwrap();
    let both = Party { node: b.node.clone(), ..greenwich() };
    ring.take_certificate(both.certificate()).unwrap();
    assert_eq!(ring.nodes_of(b.id()).chain(ring.nodes_of(g.id())).count(), 1);
    assert_eq!(ring.member_of(b.node_id()), Some(b.id().min(g.id())));
}

#[test]
fn the_newest_notice_counts() {
    let b = bexley();
    let mut ring = ring_of(&[&signed(&first_edition(&[&b]), &[&b])]);
    let notice = |at, address: &str| Notice::sign(Time(at), vec![address.to_owned()], &b.node).unwrap();
    ring.take_certificate(b.certificate()).unwrap();
    assert_eq!(ring.take_notice(notice(2, "/ip4/10.0.0.2/tcp/1")), Ok(ActState::Counts));
    assert_eq!(ring.take_notice(notice(1, "/ip4/10.0.0.1/tcp/1")), Ok(ActState::Known));
    assert_eq!(ring.addresses(b.node_id()), ["/ip4/10.0.0.2/tcp/1"]);
}

#[test]
fn a_notice_by_another_key_is_forged() {
    let notice = Notice::sign(Time(1), Vec::new(), &bexley().node).unwrap();
    assert!(notice.verify(&bexley().node.public()).is_ok());
    assert!(notice.verify(&key(200).public()).is_err());
    let mut bytes = notice.encode();
    *bytes.last_mut().unwrap() ^= 1;
    assert!(Notice::decode(&bytes).unwrap().verify(&bexley().node.public()).is_err());
}

#[test]
fn an_attackers_draft_names_no_root_for_a_member() {
    let (b, g) = (bexley(), greenwich());
    let first = first_edition(&[&b, &g]);
    let thief = party(9, "Thief");
    let mut draft = first.next();
    draft.members.iter_mut().find(|listed| listed.member == g.id()).unwrap().root = thief.root.public();
    let mut ring = ring_of(&[&signed(&first, &[&b, &g])]);
    let as_g = Party { root: thief.root.clone(), ..greenwich() };
    ring.take_edition(signed(&draft, &[&as_g])).unwrap();
    let mut content = g.certificate().content().clone();
    content.number = 1;
    let forged = tally_ring::Certificate::sign(content, &thief.root).unwrap();
    assert_eq!(ring.take_certificate(forged), Ok(ActState::Early));
    assert_eq!(ring.node(g.node_id()), None);
}

#[test]
fn nobody_undoes_with_a_stranger_what_all_have_signed() {
    let (m, v, b, stranger) = (bexley(), greenwich(), lewisham(), party(9, "Bromley"));
    let first = first_edition(&[&m, &v, &b]);
    let agreed = signed(&first, &[&m, &v, &b]);
    let mut undo = first_edition(&[&m, &stranger]);
    undo.instead_of = vec![agreed.id()];
    let undo = signed(&undo, &[&m, &stranger]);
    for order in [[&agreed, &undo], [&undo, &agreed]] {
        let mut ring = Ring::seen_by(v.id(), first.ring);
        for edition in order {
            ring.take_edition(edition.clone()).unwrap();
        }
        assert_eq!(ring.current_id(), Some(agreed.id()));
        assert_eq!(ring.judged_by(agreed.id()), Some(agreed.edition()));
    }
}
