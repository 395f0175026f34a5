use super::*;

const THREE: [&str; 3] = ["bexley", "greenwich", "lewisham"];

fn said(member: &'static str, word: &str, version: u32) -> Said<&'static str, u32> {
    Said { member, seat: Some("dcs".to_owned()), sector: None, votes: true, word: word.to_owned(), version }
}

fn by(seat: &str, sector: &str, said: Said<&'static str, u32>) -> Said<&'static str, u32> {
    Said { seat: Some(seat.to_owned()), sector: Some(sector.to_owned()), ..said }
}

fn compute(statements: &[Said<&'static str, u32>], current: u32) -> Agreed<&'static str, u32> {
    Agreed::compute(&BTreeSet::from(THREE), &BTreeMap::new(), statements, &current)
}

fn all_approve(version: u32) -> Vec<Said<&'static str, u32>> {
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
    let agreed = Agreed::compute(&BTreeSet::new(), &BTreeMap::new(), &all_approve(1), &1);
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
    let members = BTreeSet::from(THREE);
    let Adoption::Partly { awaiting, .. } =
        Agreed::compute(&members, &rules, &statements, &1).adoption["bexley"].clone()
    else {
        panic!("two sectors of three are not all");
    };
    assert_eq!(awaiting.into_iter().collect::<Vec<_>>(), ["police"]);
    statements.push(by("bcu", "police", said("bexley", "adopt", 1)));
    assert_eq!(Agreed::compute(&members, &rules, &statements, &1).adoption["bexley"], Adoption::Adopted { version: 1 });
}
