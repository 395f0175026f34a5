//! Seats say their words, and what follows from them.

use tally_control::{Approval, Made, Refusal, Respond};

use crate::memory::{BEXLEY, Node, World};

fn word(id: &str, word: &str) -> Respond {
    Respond { id: id.into(), word: word.into(), note: None, authority: None, version: None }
}

async fn approve(node: &Node, id: &str) -> Made {
    node.ask_as("chair", word(id, "approve")).await.unwrap()
}

#[tokio::test]
async fn a_word_is_of_the_version_it_was_said_on() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = bexley.shared("One").await.id;
    let made = approve(&bexley, &id).await;
    assert!(made.statement.is_some());
    assert!(made.message().starts_with("Bexley says: approve."), "{}", made.message());
    let [said] = greenwich.shown(&id).await.statements.try_into().unwrap();
    assert_eq!((said.member.as_deref(), said.seat.as_deref()), (Some("Bexley"), Some("chair")));
    assert!(said.current);
    greenwich.set(&id, "ends", "2020").await.unwrap();
    assert!(!bexley.shown(&id).await.statements[0].current);
}

#[tokio::test]
async fn what_everybody_approved_is_agreed_and_stays_in_force() {
    let world = World::new();
    let nodes = world.nodes().await;
    let id = nodes[0].shared("One").await.id;
    for node in &nodes {
        approve(node, &id).await;
    }
    let shown = nodes[1].shown(&id).await;
    let agreed = shown.agreed.unwrap();
    assert!(agreed.agreed && agreed.outstanding.is_empty());
    assert_eq!(shown.people_state, "agreed");
    nodes[2].set(&id, "ends", "2020").await.unwrap();
    let later = nodes[1].shown(&id).await.agreed.unwrap();
    assert!(later.changed_since);
    assert_eq!(later.in_force, agreed.in_force);
}

#[tokio::test]
async fn who_has_not_answered_is_named() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let id = node.shared("One").await.id;
    approve(&node, &id).await;
    let agreed = node.shown(&id).await.agreed.unwrap();
    assert_eq!(agreed.outstanding, ["Greenwich", "Lewisham"]);
    assert_eq!(agreed.approvals["Bexley"], Approval::Approved);
}

#[tokio::test]
async fn an_earlier_version_can_be_meant() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let first = node.shared("One").await;
    node.set(&first.id, "ends", "2020").await.unwrap();
    let ask = Respond { version: Some(first.version.clone()), ..word(&first.id, "approve") };
    assert_eq!(node.ask_as("chair", ask).await.unwrap().version, first.version);
}

#[tokio::test]
async fn nobody_speaks_without_a_seat() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    assert_eq!(node.ask(word(&id, "noted")).await.unwrap_err(), Refusal::SeatNeeded);
}

#[tokio::test]
async fn a_seat_without_a_vote_comments_and_does_not_approve() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let refusal = node.ask_as("support", word(&id, "approve")).await.unwrap_err();
    let Refusal::NeedsVote { seat, standing, .. } = refusal else { panic!("{refusal}") };
    assert_eq!((seat.as_str(), standing.as_str()), ("support", "non_voting"));
    let comment = Respond { note: Some("Too soon.".into()), ..word(&id, "Comment") };
    node.ask_as("support", comment).await.unwrap();
}

#[tokio::test]
async fn a_word_that_means_nothing_alone_needs_a_note() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    for note in [None, Some("  ".to_owned())] {
        let refusal = node.ask_as("chair", Respond { note, ..word(&id, "object") }).await.unwrap_err();
        assert_eq!(refusal, Refusal::NeedsNote { word: "object".into() });
    }
}

#[tokio::test]
async fn an_unknown_word_is_told_with_those_there_are() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let refusal = node.ask_as("chair", word(&id, "aprove")).await.unwrap_err();
    assert!(matches!(&refusal, Refusal::UnknownWord { known, .. } if known.contains(&"approve".into())), "{refusal}");
}

#[tokio::test]
async fn nobody_responds_to_a_local_record() {
    let node = World::new().node(BEXLEY).await;
    let id = node.kept("Own").await.id;
    assert_eq!(node.ask_as("chair", word(&id, "noted")).await.unwrap_err(), Refusal::Local);
}
