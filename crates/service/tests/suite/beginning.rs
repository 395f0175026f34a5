//! Records begin: at home, in a ring, or among some of its members.

use tally_control::{CoreFault, RecordNew, RecordShow, Refusal, Thing};

use crate::memory::{BEXLEY, GREENWICH, RING, World, new};

#[tokio::test]
async fn a_local_record_stays_with_its_member() {
    let world = World::new();
    let before = world.frames(BEXLEY);
    let made = world.node(BEXLEY).await.kept("Knife crime").await;
    assert_eq!((made.reference.as_str(), made.state.as_str()), ("P1", "proposed"));
    assert_eq!((&made.audience.members, made.audience.only), (&vec!["Bexley".to_owned()], true));
    assert_eq!((&made.entry, made.message().as_str()), (&None, "This stays in Bexley."));
    assert_eq!(world.frames(BEXLEY), before, "nothing of it is in the ring's log");
}

#[tokio::test]
async fn a_shared_record_reads_the_same_everywhere() {
    let world = World::new();
    let [bexley, greenwich, lewisham] = world.nodes().await;
    let made = bexley.shared("Adolescents at risk").await;
    assert_eq!((made.reference.as_str(), made.state.as_str()), ("TB-P1", "proposed"));
    assert!(made.entry.is_some());
    assert_eq!(made.message(), "Bexley, Greenwich and Lewisham get this now.");
    for other in [greenwich, lewisham] {
        let shown = other.shown("TB-P1").await;
        assert_eq!((shown.id, shown.title.as_str()), (made.id.clone(), "Adolescents at risk"));
        assert_eq!(shown.home, "Bexley");
    }
}

#[tokio::test]
async fn a_record_begins_with_the_marks_of_its_kind() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let shown = node.shown(&node.shared("One").await.id).await;
    let kind = tally_record::find("priority").unwrap();
    assert_eq!(shown.fields["handling"], kind.handling);
    assert_eq!(shown.fields["retention"], kind.retention);
    assert_eq!(shown.fields["state"], kind.first);
}

#[tokio::test]
async fn references_go_on_from_those_that_are_here() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    bexley.shared("One").await;
    assert_eq!(greenwich.shared("Two").await.reference, "TB-P2");
    assert_eq!(greenwich.kept("Own").await.reference, "P1");
}

#[tokio::test]
async fn two_that_begin_at_once_get_references_of_their_own() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let (one, other) = tokio::join!(node.shared("One"), node.shared("Other"));
    assert_ne!(one.reference, other.reference);
}

#[tokio::test]
async fn an_unknown_kind_is_told_with_those_there_are() {
    let node = World::new().node(BEXLEY).await;
    let refusal = node.ask(new("prioritiy", Some(RING), &[])).await.unwrap_err();
    let Refusal::UnknownKind { given, known } = refusal else { panic!("{refusal}") };
    assert_eq!(given, "prioritiy");
    assert!(known.contains(&"priority".to_owned()));
}

#[tokio::test]
async fn an_unknown_field_and_an_unfit_value_are_refused() {
    let node = World::new().node(BEXLEY).await;
    for words in [("titel", "x"), ("number", "many"), ("scope", "everywhere")] {
        let refusal = node.ask(new("priority", Some(RING), &[words])).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Value { .. }), "{refusal}");
    }
}

#[tokio::test]
async fn the_state_and_the_reference_are_given_and_not_set() {
    let node = World::new().node(BEXLEY).await;
    for (field, state) in [("state", true), ("reference", false)] {
        let refusal = node.ask(new("priority", None, &[(field, "live")])).await.unwrap_err();
        assert_eq!(refusal, Refusal::NotByHand { field: field.into(), state });
    }
}

#[tokio::test]
async fn a_narrower_audience_keeps_the_others_out() {
    let world = World::new();
    let [bexley, greenwich, lewisham] = world.nodes().await;
    let ask =
        RecordNew { only: vec!["greenwich".into()], ..new("priority", Some(RING), &[("short_title", "Two of us")]) };
    let made = bexley.ask(ask).await.unwrap();
    assert_eq!(made.audience.members, ["Bexley", "Greenwich"]);
    assert!(made.audience.only);
    assert_eq!(made.message(), "Bexley and Greenwich both get this now.");
    assert_eq!(greenwich.shown(&made.id).await.title, "Two of us");
    let refusal = lewisham.ask(RecordShow { id: made.id, at: None }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Core { fault: CoreFault::Unknown, .. }), "{refusal}");
}

#[tokio::test]
async fn an_audience_of_all_is_the_ring_itself() {
    let node = World::new().node(BEXLEY).await;
    let only = vec!["Greenwich".into(), "Lewisham".into()];
    let made = node.ask(RecordNew { only, ..new("priority", Some(RING), &[("short_title", "All")]) }).await.unwrap();
    assert!(!made.audience.only);
}

#[tokio::test]
async fn an_audience_needs_a_ring_and_its_members() {
    let node = World::new().node(BEXLEY).await;
    let only = vec!["Croydon".to_owned()];
    let refusal = node.ask(RecordNew { only: only.clone(), ..new("priority", None, &[]) }).await.unwrap_err();
    assert_eq!(refusal, Refusal::OnlyWithoutRing);
    let refusal = node.ask(RecordNew { only, ..new("priority", Some(RING), &[]) }).await.unwrap_err();
    assert!(matches!(&refusal, Refusal::NoSuch { thing: Thing::Member, known, .. } if known.len() == 3), "{refusal}");
}

#[tokio::test]
async fn an_unknown_ring_is_told_with_those_there_are() {
    let node = World::new().node(GREENWICH).await;
    let refusal = node.ask(new("priority", Some("Four boroughs"), &[])).await.unwrap_err();
    let known = vec![RING.to_owned()];
    assert_eq!(refusal, Refusal::NoSuch { thing: Thing::Ring, given: "Four boroughs".into(), known });
}

#[tokio::test]
async fn a_lesson_is_born_at_home_and_leaves_only_through_the_door() {
    let node = World::new().node(BEXLEY).await;
    let refusal = node.ask(new("learning", Some(RING), &[("title", "Ask early")])).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Core { fault: CoreFault::BornLocal, .. }), "{refusal}");
    assert_eq!(node.ask(new("learning", None, &[("title", "Ask early")])).await.unwrap().reference, "L1");
}
