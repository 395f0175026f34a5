//! What a node knows of itself, its partners, its rings and its logs.

use tally_control::{
    Because, Health, Link, LogList, LogShow, LogVerify, Peers, Problem, Refusal, RingList, RingState, RingTake, Status,
    Thing, Unreachable, Verdict, Why,
};

use crate::memory::{BEXLEY, GREENWICH, RING, World, invitation};

fn why(member: &str, record: Option<&str>) -> Why {
    Why { member: member.into(), record: record.map(str::to_owned) }
}

#[tokio::test]
async fn a_node_with_all_its_partners_is_well() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    node.shared("One").await;
    world.minute();
    let status = node.ask(Status {}).await.unwrap();
    assert_eq!((status.verdict, status.problems), (Health::Ok, Vec::new()));
    assert_eq!((status.members_connected, status.members_total, status.records_behind), (2, 2, 0));
}

#[tokio::test]
async fn a_silent_member_is_a_problem_that_says_what_it_lacks() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    world.disconnect();
    node.shared("One").await;
    let status = node.ask(Status {}).await.unwrap();
    assert_eq!((status.verdict, status.members_connected, status.records_behind), (Health::NeedsAttention, 0, 1));
    let silent = Problem::Unreachable { member: "Greenwich".into(), behind: 1 };
    assert!(status.problems.contains(&silent), "{:?}", status.problems);
}

#[tokio::test]
async fn open_answers_are_a_problem_with_its_remedy() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    bexley.shared("One").await;
    world.disconnect();
    bexley.set("TB-P1", "ends", "2020-10").await.unwrap();
    greenwich.set("TB-P1", "ends", "2020-12").await.unwrap();
    world.connect();
    let status = bexley.ask(Status {}).await.unwrap();
    let remedies: Vec<_> = status.problems.iter().map(Problem::remedy).collect();
    assert!(remedies.contains(&"tally record settle TB-P1 ends --keep MEMBER".to_owned()), "{remedies:?}");
}

#[tokio::test]
async fn a_full_disk_is_a_problem() {
    let node = World::new().node(BEXLEY).await;
    node.condition.with(|condition| condition.low_space = Some("3 MiB are free".into()));
    let problems = node.ask(Status {}).await.unwrap().problems;
    assert_eq!(problems, [Problem::LowSpace { low: "3 MiB are free".into() }]);
}

#[tokio::test]
async fn partners_are_listed_with_how_they_are_reached() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let peers = node.ask(Peers {}).await.unwrap().peers;
    assert_eq!(peers.iter().map(|peer| peer.member.as_str()).collect::<Vec<_>>(), ["Greenwich", "Lewisham"]);
    assert!(peers.iter().all(|peer| peer.state == Link::Connected));
    world.disconnect();
    let greenwich = world.node_id(GREENWICH);
    let contact = |why| tally_service::Contact { why: Some(why), ..tally_service::Contact::default() };
    node.condition.with(|condition| condition.contacts.insert(greenwich, contact(Unreachable::OtherPeer)));
    let peers = node.ask(Peers {}).await.unwrap().peers;
    assert_eq!(peers[0].state, Link::Unreachable);
    assert_eq!((&peers[0].address, &peers[0].why), (&None, &Some(Unreachable::OtherPeer)));
}

#[tokio::test]
async fn the_cause_names_what_can_be_done_here_first() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    node.shared("One").await;
    world.minute();
    let cause = node.ask(why("Greenwich", Some("TB-P1"))).await.unwrap();
    assert!(matches!(cause.because, Because::Confirmed { .. }), "{cause:?}");
    world.disconnect();
    node.set("TB-P1", "ends", "2020").await.unwrap();
    let greenwich = world.node_id(GREENWICH);
    let contact = tally_service::Contact { why: Some(Unreachable::NoAddress), ..tally_service::Contact::default() };
    node.condition.with(|condition| condition.contacts.insert(greenwich, contact));
    let cause = node.ask(why("Greenwich", Some("TB-P1"))).await.unwrap();
    assert!(cause.remedy().contains("card with an address"), "{cause:?}");
    node.condition.with(|condition| condition.low_space = Some("3 MiB are free".into()));
    let cause = node.ask(why("greenwich", None)).await.unwrap();
    assert_eq!(cause.because, Because::LowSpace { low: "3 MiB are free".into() });
}

#[tokio::test]
async fn why_knows_local_records_and_unknown_members() {
    let node = World::new().node(BEXLEY).await;
    node.kept("Own").await;
    assert_eq!(node.ask(why("Greenwich", Some("P1"))).await.unwrap().because, Because::Local);
    let refusal = node.ask(why("Croydon", None)).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NoSuch { thing: Thing::Member, .. }), "{refusal}");
}

#[tokio::test]
async fn a_ring_is_found_by_its_name_or_the_beginning_of_its_id() {
    let node = World::new().node(BEXLEY).await;
    let all = node.ask(RingList { ring: None }).await.unwrap().rings;
    assert_eq!((all[0].name.as_str(), all[0].state), (RING, RingState::Complete));
    assert_eq!(all[0].signed_by.len(), 3);
    for given in [RING.to_lowercase(), all[0].ring[..8].to_owned()] {
        assert_eq!(node.ask(RingList { ring: Some(given) }).await.unwrap().rings, all);
    }
    let refusal = node.ask(RingList { ring: Some(all[0].ring[..3].to_owned()) }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NoSuch { thing: Thing::Ring, .. }), "{refusal}");
}

#[tokio::test]
async fn an_invitation_completes_with_the_signatures_of_all() {
    let world = World::unfounded();
    let node = world.node(BEXLEY).await;
    let taken = node.ask(RingTake { invitation: invitation(1).to_text() }).await.unwrap();
    assert_eq!((taken.ring.state, taken.ring.awaiting.len()), (RingState::Awaiting, 2));
    let taken = node.ask(RingTake { invitation: invitation(3).to_text() }).await.unwrap();
    assert_eq!((taken.ring.state, taken.ring.awaiting.len()), (RingState::Complete, 0));
    assert_eq!(node.shared("One").await.audience.ring.as_deref(), Some(RING));
}

#[tokio::test]
async fn words_that_are_no_invitation_are_refused() {
    let node = World::unfounded().node(BEXLEY).await;
    let refusal = node.ask(RingTake { invitation: "Come and join us".into() }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invitation { forged: false, .. }), "{refusal}");
}

#[tokio::test]
async fn entries_are_listed_and_shown_by_the_beginning_of_their_id() {
    let node = World::new().node(BEXLEY).await;
    let entry = node.shared("One").await.entry.unwrap();
    let logs = node.ask(LogList {}).await.unwrap();
    assert_eq!((logs.logs[0].head.as_deref(), logs.entries.len()), (Some(entry.as_str()), 1));
    let shown = node.ask(LogShow { entry: entry[..8].to_owned() }).await.unwrap();
    assert_eq!((shown.entry, shown.kind.as_str(), shown.verdict), (entry, "birth", Verdict::Standing));
    let refusal = node.ask(LogShow { entry: "ffffffff".into() }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NoSuch { thing: Thing::Entry, .. }), "{refusal}");
}

#[tokio::test]
async fn a_check_counts_what_is_whole_and_names_what_is_not() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    node.shared("One").await;
    let verified = node.ask(LogVerify {}).await.unwrap();
    assert_eq!((verified.entries, verified.logs, verified.faults), (1, 1, Vec::new()));
    world.spoil(BEXLEY);
    assert!(!node.ask(LogVerify {}).await.unwrap().faults.is_empty());
}
