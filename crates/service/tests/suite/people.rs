//! Seats, and who may act as them.

use tally_control::{Refusal, Seat, SeatAdd, SeatList};

use crate::memory::{BEXLEY, World, new};

fn seat(id: &str) -> Seat {
    Seat { id: id.into(), role: "Director".into(), sector: "health".into(), ..Seat::default() }
}

#[tokio::test]
async fn a_seat_is_added_and_listed() {
    let node = World::new().node(BEXLEY).await;
    let added = node.ask(SeatAdd { seat: seat(" dph "), users: Vec::new() }).await.unwrap();
    let listed = node.ask(SeatList {}).await.unwrap();
    assert_eq!(added, listed);
    let dph = listed.seats.iter().find(|seat| seat.id == "dph").unwrap();
    assert_eq!(dph.standing, "voting", "where none was given");
}

#[tokio::test]
async fn a_seat_that_cannot_be_written_ends_the_node() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    node.disk.fail_at(node.disk.operations() + 1, tally_store::Fault::Broken);
    let refusal = node.ask(SeatAdd { seat: seat("dph"), users: Vec::new() }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Store { .. }), "{refusal}");
    assert!(world.gave_up().iter().any(|why| why.contains("could not be written")), "{:?}", world.gave_up());
}

#[tokio::test]
async fn a_users_own_seat_acts_without_being_named() {
    let node = World::new().node(BEXLEY).await;
    node.ask(SeatAdd { seat: seat("dph"), users: vec!["clerk".into()] }).await.unwrap();
    let id = node.kept("Own").await.id;
    let changes = node.ask(tally_control::RecordHistory { id }).await.unwrap().changes;
    assert_eq!(changes[0].seat.as_deref(), Some("dph"));
}

#[tokio::test]
async fn an_unknown_seat_is_told_with_those_there_are() {
    let node = World::new().node(BEXLEY).await;
    let refusal = node.ask_as("dcs", new("priority", None, &[])).await.unwrap_err();
    let known = vec!["chair".into(), "support".into()];
    assert_eq!(refusal, Refusal::NoSuchSeat { given: "dcs".into(), known });
}

#[tokio::test]
async fn nobody_acts_as_a_seat_that_somebody_else_holds() {
    let node = World::new().node(BEXLEY).await;
    node.ask(SeatAdd { seat: seat("dph"), users: vec!["somebody".into()] }).await.unwrap();
    let refusal = node.ask_as("dph", new("priority", None, &[])).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NotTheirSeat { .. }), "{refusal}");
}
