//! No path by which words reach a ring passes by the guard.

use tally_control::{RecordAdd, RecordSet, RecordSettle, Refusal, Respond, Seat, SeatAdd};

use crate::memory::{BEXLEY, RING, World, new, pairs, set};

/// A number of the form of an NHS number, its check digit right.
const NUMBER: &str = "about 943 476 5919";

#[tokio::test]
async fn every_way_into_a_ring_is_guarded() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let before = world.frames(BEXLEY);
    let text = |field: &str| vec![(field.to_owned(), NUMBER.to_owned())];
    let respond = |note: Option<&str>, authority: Option<&str>| Respond {
        id: id.clone(),
        word: if note.is_some() { "comment" } else { "noted" }.into(),
        note: note.map(str::to_owned),
        authority: authority.map(str::to_owned),
        version: None,
    };
    let settle =
        RecordSettle { id: id.clone(), field: "focus".into(), keep: tally_control::Keep::Value(NUMBER.into()) };
    let add = RecordAdd { id: id.clone(), field: "updates".into(), set: pairs(&[("at", "2020"), ("text", NUMBER)]) };
    let ways = [
        ("new", node.ask(new("priority", Some(RING), &[("short_title", NUMBER)])).await.map(|_| ())),
        ("set", node.ask(RecordSet { set: text("focus"), ..set(&id, &[]) }).await.map(|_| ())),
        ("add", node.ask(add).await.map(|_| ())),
        ("settle", node.ask(settle).await.map(|_| ())),
        (
            "reason",
            node.ask(RecordSet { reason: Some(NUMBER.into()), ..set(&id, &[("ends", "2020")]) }).await.map(|_| ()),
        ),
        ("note", node.ask_as("chair", respond(Some(NUMBER), None)).await.map(|_| ())),
        ("authority", node.ask_as("chair", respond(None, Some(NUMBER))).await.map(|_| ())),
    ];
    for (way, outcome) in ways {
        let refusal = outcome.expect_err(way);
        let Refusal::Guard { findings, door: false } = refusal else { panic!("{way}: {refusal}") };
        assert!(findings.iter().all(|found| !found.shown.contains("476")), "{way}: {findings:?}");
    }
    assert_eq!(world.frames(BEXLEY), before, "nothing was written");
}

#[tokio::test]
async fn a_seat_that_names_a_person_is_not_added() {
    let node = World::new().node(BEXLEY).await;
    let seat = Seat { id: "clinic".into(), role: NUMBER.into(), sector: "health".into(), ..Seat::default() };
    let refusal = node.ask(SeatAdd { seat, users: Vec::new() }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Guard { .. }), "{refusal}");
}

#[tokio::test]
async fn what_stays_at_home_may_say_it() {
    let node = World::new().node(BEXLEY).await;
    let made = node.ask(new("priority", None, &[("short_title", NUMBER)])).await.unwrap();
    node.set(&made.id, "focus", NUMBER).await.unwrap();
    assert_eq!(node.reads(&made.id, "focus").await, NUMBER);
}
