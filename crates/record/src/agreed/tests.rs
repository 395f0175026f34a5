use super::*;

const THREE: [&str; 3] = ["bexley", "greenwich", "lewisham"];

type Word = CountedStatement<&'static str, &'static str, u32>;

fn said(member: &'static str, word: &str, version: u32) -> Word {
    let place = StatementPlace { node: member, incarnation: 1, again: false, sequence: 0 };
    let seat = Some("dcs".to_owned());
    CountedStatement { place, member, seat, sector: None, votes: true, word: word.to_owned(), version }
}

fn by(seat: &str, sector: &str, said: Word) -> Word {
    CountedStatement { seat: Some(seat.to_owned()), sector: Some(sector.to_owned()), ..said }
}

fn at(node: &'static str, incarnation: u32, sequence: u64, said: Word) -> Word {
    CountedStatement { place: StatementPlace { node, incarnation, sequence, again: false }, ..said }
}

/// Agreement on statements of one node for each member, in the order of its log; every version follows the one before.
fn compute(statements: &[Word], current: u32) -> Agreed<&'static str, u32> {
    let mut statements = statements.to_vec();
    for (said, sequence) in statements.iter_mut().zip(1..) {
        said.place.sequence = sequence;
    }
    Agreed::compute(&BTreeSet::from(THREE), &BTreeMap::new(), &statements, &current, |a, b| a >= b)
}

/// Agreement on statements that say their places; a version has seen those whose bits it has.
fn apart(statements: &[Word], current: u32) -> Agreed<&'static str, u32> {
    Agreed::compute(&BTreeSet::from(THREE), &BTreeMap::new(), statements, &current, |a, b| a & b == *b)
}

fn all_approve(version: u32) -> Vec<Word> {
    THREE.iter().map(|m| said(m, "approve", version)).collect()
}

#[test]
fn nothing_is_agreed_until_every_member_approved() {
    let agreed = compute(&all_approve(1)[..2], 1);
    assert!(!agreed.is_agreed());
    assert_eq!(agreed.outstanding().copied().collect::<Vec<_>>(), ["lewisham"]);
}

#[test]
fn all_approvals_of_one_version_agree_it() {
    assert!(compute(&all_approve(1), 1).is_agreed());
}

#[test]
fn approvals_of_different_versions_agree_nothing() {
    let statements = [said("bexley", "approve", 1), said("greenwich", "approve", 2), said("lewisham", "approve", 1)];
    assert_eq!(compute(&statements, 2).in_force, None);
}

#[test]
fn a_later_word_is_a_change_since_agreed_and_the_text_stays_in_force() {
    let agreed = compute(&all_approve(1), 2);
    assert_eq!((agreed.in_force, agreed.changed_since), (Some(1), true));
    assert_eq!(agreed.approvals["bexley"], Approval::Outstanding);
}

#[test]
fn approving_a_later_draft_does_not_end_the_text_in_force() {
    let mut statements = all_approve(1);
    statements.push(said("bexley", "approve", 2));
    assert_eq!(compute(&statements, 2).in_force, Some(1));
}

#[test]
fn the_newest_text_that_all_approve_is_in_force() {
    let mut statements = all_approve(1);
    statements.extend(all_approve(2));
    assert_eq!(compute(&statements, 2).in_force, Some(2));
}

#[test]
fn going_back_on_an_approval_ends_it() {
    let mut statements = all_approve(1);
    statements.push(said("greenwich", "object", 1));
    let agreed = compute(&statements, 1);
    assert_eq!((agreed.in_force, agreed.approvals["greenwich"]), (None, Approval::Objected));
}

#[test]
fn one_seat_that_objects_holds_its_member_back() {
    let mut statements = all_approve(1);
    statements.push(by("health", "health", said("bexley", "object", 1)));
    assert_eq!(compute(&statements, 1).approvals["bexley"], Approval::Objected);
}

#[test]
fn an_abstention_is_not_an_approval() {
    let statements = [said("bexley", "approve", 1), said("greenwich", "approve", 1), said("lewisham", "abstain", 1)];
    assert_eq!(compute(&statements, 1).in_force, None);
}

#[test]
fn an_observers_approval_counts_for_nothing() {
    let mut statements = all_approve(1);
    statements[2].votes = false;
    assert_eq!(compute(&statements, 1).approvals["lewisham"], Approval::Outstanding);
}

#[test]
fn a_stranger_cannot_complete_an_agreement() {
    let mut statements = all_approve(1)[..2].to_vec();
    statements.push(said("bedfordshire", "approve", 1));
    assert!(!compute(&statements, 1).is_agreed());
}

#[test]
fn without_members_nothing_is_agreed() {
    let agreed = Agreed::compute(&BTreeSet::new(), &BTreeMap::new(), &all_approve(1), &1, |a, b| a >= b);
    assert!(!agreed.is_agreed());
}

#[test]
fn arriving_adopts_nothing() {
    assert_eq!(compute(&all_approve(1), 1).adoption["bexley"], Adoption::Awaiting);
}

#[test]
fn one_seat_adopts_for_its_member_alone() {
    let agreed = compute(&[said("bexley", "adopt", 1)], 1);
    assert_eq!(agreed.adoption["bexley"], Adoption::Adopted { version: 1 });
    assert_eq!(agreed.adoption["greenwich"], Adoption::Awaiting);
}

#[test]
fn declining_later_replaces_the_same_seats_adoption() {
    let agreed = compute(&[said("bexley", "adopt", 1), said("bexley", "decline", 2)], 2);
    assert_eq!(agreed.adoption["bexley"], Adoption::Declined);
}

#[test]
fn adopting_after_declining_adopts() {
    let agreed = compute(&[said("bexley", "decline", 1), said("bexley", "adopt", 2)], 2);
    assert_eq!(agreed.adoption["bexley"], Adoption::Adopted { version: 2 });
}

#[test]
fn a_member_that_asks_each_sector_is_adopted_in_parts() {
    let sectors = ["council", "health", "police"].map(str::to_owned);
    let rules = BTreeMap::from([("bexley", AdoptionRule::EachSector(BTreeSet::from(sectors)))]);
    let mut statements =
        vec![by("dcs", "council", said("bexley", "adopt", 1)), by("nurse", "health", said("bexley", "adopt", 1))];
    let adoption = |statements: &[Word]| {
        Agreed::compute(&BTreeSet::from(THREE), &rules, statements, &1, |a, b| a >= b).adoption["bexley"].clone()
    };
    let Adoption::Partly { awaiting, .. } = adoption(&statements) else {
        panic!("two sectors of three are not all");
    };
    assert_eq!(awaiting.into_iter().collect::<Vec<_>>(), ["police"]);
    statements.push(by("bcu", "police", said("bexley", "adopt", 1)));
    assert_eq!(adoption(&statements), Adoption::Adopted { version: 1 });
}

#[test]
fn the_later_word_of_one_log_stands_wherever_it_is_in_the_list() {
    let statements = [at("a", 1, 9, said("bexley", "object", 1)), at("a", 1, 4, said("bexley", "approve", 1))];
    assert_eq!(apart(&statements, 1).approvals["bexley"], Approval::Objected);
    let statements = [at("a", 1, 9, said("bexley", "approve", 1)), at("a", 1, 4, said("bexley", "object", 1))];
    assert_eq!(apart(&statements, 1).approvals["bexley"], Approval::Approved);
}

#[test]
fn a_later_incarnation_speaks_after_an_earlier_one() {
    let statements = [at("a", 2, 1, said("bexley", "object", 1)), at("a", 1, 70, said("bexley", "approve", 1))];
    assert_eq!(apart(&statements, 1).approvals["bexley"], Approval::Objected);
}

#[test]
fn a_word_written_again_does_not_outlive_one_said_since() {
    let mut old = at("a", 2, 8, said("bexley", "approve", 1));
    old.place.again = true;
    let new = at("a", 2, 3, said("bexley", "object", 1));
    assert_eq!(apart(&[new, old], 1).approvals["bexley"], Approval::Objected);
}

#[test]
fn two_nodes_of_a_member_that_differ_on_one_version_do_not_approve_it() {
    for (first, second) in [("approve", "object"), ("object", "approve")] {
        let statements = [at("a", 1, 1, said("bexley", first, 1)), at("b", 1, 9, said("bexley", second, 1))];
        assert_eq!(apart(&statements, 1).approvals["bexley"], Approval::Objected, "{first} then {second}");
    }
    let statements = [at("a", 1, 1, said("bexley", "abstain", 1)), at("b", 1, 9, said("bexley", "approve", 1))];
    assert_eq!(apart(&statements, 1).approvals["bexley"], Approval::Abstained);
}

#[test]
fn between_two_nodes_the_word_on_the_later_version_stands() {
    let statements = [at("a", 1, 9, said("bexley", "adopt", 3)), at("b", 1, 1, said("bexley", "decline", 1))];
    assert_eq!(apart(&statements, 3).adoption["bexley"], Adoption::Adopted { version: 3 });
    let statements = [at("b", 1, 1, said("bexley", "decline", 3)), at("a", 1, 9, said("bexley", "adopt", 1))];
    assert_eq!(apart(&statements, 3).adoption["bexley"], Adoption::Declined);
}

#[test]
fn between_two_nodes_a_refusal_of_a_version_written_apart_stands() {
    let statements = [at("b", 1, 1, said("bexley", "decline", 2)), at("a", 1, 9, said("bexley", "adopt", 1))];
    assert_eq!(apart(&statements, 3).adoption["bexley"], Adoption::Declined);
}

#[test]
fn what_a_node_took_back_itself_does_not_bind_its_member() {
    let statements = [
        at("a", 1, 1, said("bexley", "decline", 1)),
        at("a", 1, 2, said("bexley", "adopt", 1)),
        at("b", 1, 1, said("bexley", "adopt", 1)),
    ];
    assert_eq!(apart(&statements, 1).adoption["bexley"], Adoption::Adopted { version: 1 });
}

#[test]
fn no_order_of_approvals_brings_an_older_text_back_into_force() {
    let mut statements = all_approve(3);
    statements.extend(all_approve(1));
    assert_eq!(apart(&statements, 3).in_force, Some(3));
    statements.reverse();
    assert_eq!(apart(&statements, 3).in_force, Some(3));
}

#[test]
fn of_two_texts_agreed_apart_the_same_one_is_in_force_in_every_order() {
    let mut statements = all_approve(2);
    statements.extend(all_approve(1));
    assert_eq!(apart(&statements, 3).in_force, Some(1));
    statements.reverse();
    assert_eq!(apart(&statements, 3).in_force, Some(1));
}

#[test]
fn a_member_has_adopted_the_later_of_two_texts_that_its_seats_adopted() {
    let statements = [
        by("dcs", "council", at("a", 1, 1, said("bexley", "adopt", 3))),
        by("nurse", "health", at("a", 1, 2, said("bexley", "adopt", 1))),
    ];
    assert_eq!(apart(&statements, 3).adoption["bexley"], Adoption::Adopted { version: 3 });
}
