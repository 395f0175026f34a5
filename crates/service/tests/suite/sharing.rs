//! The door, and the register of what left through it.

use tally_control::{DisclosureState, DoorFault, Refusal, RegisterShow, Share, Shared};
use tally_sovereign::{Authorship, Destination, Holder};
use tally_store::SimDisk;

use crate::memory::{BEXLEY, GREENWICH, Node, RING, World, invitation, new, start, store};

fn share(id: &str, fields: &[&str]) -> Share {
    Share {
        id: id.into(),
        ring: RING.into(),
        only: Vec::new(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        basis: "the board's minute of 3 March".into(),
        dry_run: false,
        override_reason: None,
    }
}

async fn kept(node: &Node, focus: &str) -> String {
    let ask = new("priority", None, &[("short_title", "Knife crime"), ("focus", focus)]);
    node.ask(ask).await.unwrap().id
}

async fn register(node: &Node) -> Vec<(DisclosureState, Option<String>)> {
    let lines = node.ask(RegisterShow {}).await.unwrap().disclosures;
    lines.into_iter().map(|line| (line.state, line.shared)).collect()
}

#[tokio::test]
async fn a_dry_run_says_what_would_leave_and_lets_nothing_out() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let id = kept(&node, "Fewer knives.").await;
    let before = world.frames(BEXLEY);
    let told = node.ask_as("chair", Share { dry_run: true, ..share(&id, &["short_title", "focus"]) }).await.unwrap();
    let sentence = told.sentence();
    let Shared { would_leave, holders, findings, shared, .. } = told;
    assert_eq!(would_leave.fields["focus"], "Fewer knives.");
    assert_eq!(holders, ["Greenwich", "Lewisham"]);
    assert!(findings.is_empty() && shared.is_none());
    assert!(sentence.starts_with("This leaves Bexley now, to Greenwich and Lewisham."), "{sentence}");
    assert_eq!((world.frames(BEXLEY), register(&node).await.len()), (before, 0));
}

#[tokio::test]
async fn what_leaves_is_the_chosen_fields_and_a_line_in_the_register() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = kept(&bexley, "Fewer knives.").await;
    let made = bexley.ask_as("chair", share(&id, &["short_title"])).await.unwrap().shared.unwrap();
    assert_ne!(made.id, id);
    assert_eq!(made.reference, "TB-P1");
    let shown = greenwich.shown(&made.id).await;
    assert_eq!(shown.title, "Knife crime");
    assert!(!shown.fields.contains_key("focus"));
    assert_eq!(register(&bexley).await, [(DisclosureState::Done, Some(made.id))]);
    assert_eq!(bexley.reads(&id, "focus").await, "Fewer knives.");
}

#[tokio::test]
async fn the_door_opens_to_some_members_alone() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = kept(&bexley, "Fewer knives.").await;
    let ask = Share { only: vec!["Greenwich".into()], ..share(&id, &["short_title"]) };
    let shared = bexley.ask_as("chair", ask).await.unwrap();
    assert_eq!(shared.holders, ["Greenwich"]);
    assert!(greenwich.shown(&shared.shared.unwrap().id).await.audience.only);
}

#[tokio::test]
async fn the_guard_stops_the_door_and_a_vote_with_a_reason_opens_it() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let id = kept(&node, "About 943 476 5919.").await;
    let before = world.frames(BEXLEY);
    let refusal = node.ask_as("chair", share(&id, &["short_title", "focus"])).await.unwrap_err();
    assert!(matches!(&refusal, Refusal::Guard { door: true, findings } if findings[0].field == "focus"), "{refusal}");
    let reason = || Some("A worked example, not a real number.".to_owned());
    let over = |fields: &[&str]| Share { override_reason: reason(), ..share(&id, fields) };
    let refusal = node.ask_as("support", over(&["focus"])).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Override { .. }), "{refusal}");
    assert_eq!((world.frames(BEXLEY), register(&node).await.len()), (before, 0));
    node.ask_as("chair", over(&["short_title", "focus"])).await.unwrap();
    let lines = node.ask(RegisterShow {}).await.unwrap().disclosures;
    assert_eq!(lines[0].override_reason, reason());
}

#[tokio::test]
async fn case_information_never_leaves() {
    let node = World::new().node(BEXLEY).await;
    let ask = new("priority", None, &[("short_title", "One"), ("case_info", "yes")]);
    let id = node.ask(ask).await.unwrap().id;
    let ask = Share { override_reason: Some("It must.".into()), ..share(&id, &["short_title"]) };
    let refusal = node.ask_as("chair", ask).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Door { fault: DoorFault::CaseInformation }), "{refusal}");
}

#[tokio::test]
async fn the_door_asks_for_a_seat_a_basis_and_fields() {
    let node = World::new().node(BEXLEY).await;
    let id = kept(&node, "Fewer knives.").await;
    assert_eq!(node.ask(share(&id, &["focus"])).await.unwrap_err(), Refusal::SeatNeeded);
    let refusals = async |ask| match node.ask_as("chair", ask).await.unwrap_err() {
        Refusal::Door { fault } => fault,
        other => panic!("{other}"),
    };
    assert_eq!(refusals(Share { basis: " ".into(), ..share(&id, &["focus"]) }).await, DoorFault::NoBasis);
    assert_eq!(refusals(share(&id, &[])).await, DoorFault::NoFields);
    let unknown = refusals(share(&id, &["fokus"])).await;
    assert!(matches!(&unknown, DoorFault::UnknownField { given, .. } if given == "fokus"), "{unknown}");
}

#[tokio::test]
async fn a_record_of_a_ring_does_not_go_through_the_door() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    assert_eq!(node.ask_as("chair", share(&id, &["short_title"])).await.unwrap_err(), Refusal::SharedAlready);
}

#[tokio::test]
async fn a_full_disk_keeps_the_register_as_it_is() {
    let node = World::new().node(BEXLEY).await;
    let id = kept(&node, "Fewer knives.").await;
    node.condition.with(|condition| condition.low_space = Some("3 MiB are free".into()));
    let refusal = node.ask_as("chair", share(&id, &["short_title"])).await.unwrap_err();
    assert_eq!(refusal, Refusal::LowSpace { said: "3 MiB are free".into() });
    assert!(register(&node).await.is_empty());
}

#[tokio::test]
async fn others_do_not_change_what_is_its_homes() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = bexley.ask(new("learning", None, &[("title", "Ask early")])).await.unwrap().id;
    for state in ["checked", "cleared"] {
        bexley.ask(tally_control::RecordMove { id: id.clone(), state: state.into() }).await.unwrap();
    }
    let made = bexley.ask_as("chair", share(&id, &["title"])).await.unwrap().shared.unwrap();
    let refusal = greenwich.set(&made.id, "title", "Ask late").await.unwrap_err();
    assert_eq!(refusal, Refusal::NotOurs { home: "Bexley".into() });
    let refusal =
        greenwich.ask(tally_control::RecordMove { id: made.id, state: "withdrawn".into() }).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotOurs { home: "Bexley".into() });
}

/// A disk whose register has a line that nobody settled: the node stopped before it could.
fn intended() -> SimDisk {
    let disk = SimDisk::new();
    let mut store = store(&disk);
    let edits = [tally_document::Edit::Set {
        field: "short_title".into(),
        value: tally_document::Value::Line("Knife crime".into()),
    }];
    let act = Authorship { seat: Some("chair"), reason: None, now: start() };
    let id = store.create(tally_record::find("priority").unwrap(), &edits, act).unwrap().id;
    let ring = invitation(3).edition().edition().ring;
    let audience = tally_ring::Audience::whole(ring).id();
    let holders = vec![Holder { member: tally_entry::MemberId::from_bytes([3; 32]), name: "Greenwich".into() }];
    let destination = Destination { ring, ring_name: RING.into(), audience, holders };
    let preview = store.prepare(id, destination, &["short_title".into()], "a minute", "chair").unwrap().unwrap();
    store.intend(preview.release(None).unwrap(), start()).unwrap();
    disk.restart()
}

#[tokio::test]
async fn an_open_line_is_settled_by_what_is_in_the_ring() {
    let world = World::new();
    let node = world.node_on(BEXLEY, &intended());
    assert_eq!(register(&node).await, [(DisclosureState::Intended, None)]);
    let made = node.shared("Knife crime").await;
    node.service.settle_register().await;
    assert_eq!(register(&node).await, [(DisclosureState::Done, Some(made.id))]);
}

#[tokio::test]
async fn a_share_under_way_while_the_register_is_settled_is_not_called_unsent() {
    let world = World::new();
    for _ in 0..20 {
        let node = world.node(BEXLEY).await;
        let id = kept(&node, "Fewer knives.").await;
        let (shared, ()) = tokio::join!(node.ask_as("chair", share(&id, &["short_title"])), async {
            // The start comes whenever it comes: at each step of the share.
            for _ in 0..50 {
                node.service.settle_register().await;
            }
        });
        let shared = shared.unwrap().shared.unwrap().id;
        assert_eq!(register(&node).await, [(DisclosureState::Done, Some(shared))]);
    }
}

#[tokio::test]
async fn an_open_line_without_words_in_the_ring_was_not_sent() {
    let world = World::new();
    let [node, greenwich] = [world.node_on(BEXLEY, &intended()), world.node(GREENWICH).await];
    greenwich.shared("Another member's words").await;
    node.service.settle_register().await;
    assert_eq!(register(&node).await, [(DisclosureState::NotSent, None)]);
}
