//! Records change: fields, lines, states, and answers that stand side by side.

use tally_control::{EditFault, Keep, RecordAdd, RecordMove, RecordSet, RecordSettle, Refusal};

use crate::memory::{BEXLEY, GREENWICH, Node, World, pairs, set};

fn to(id: &str, state: &str) -> RecordMove {
    RecordMove { id: id.to_owned(), state: state.to_owned() }
}

fn settle(id: &str, keep: Keep) -> RecordSettle {
    RecordSettle { id: id.to_owned(), field: "ends".into(), keep }
}

#[tokio::test]
async fn a_changed_field_reads_so_everywhere() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let made = bexley.shared("One").await;
    let changed = greenwich.set("TB-P1", "ends", "2020-10").await.unwrap();
    assert_ne!(changed.version, made.version);
    assert!(changed.entry.is_some());
    assert_eq!(bexley.reads("TB-P1", "ends").await, "2020-10");
}

#[tokio::test]
async fn a_local_record_changes_in_the_same_way() {
    let node = World::new().node(BEXLEY).await;
    let made = node.kept("Own").await;
    let changed = node.set("P1", "ends", "2020-10").await.unwrap();
    assert_ne!(changed.version, made.version);
    assert_eq!((changed.entry, node.reads("P1", "ends").await), (None, "2020-10".into()));
}

#[tokio::test]
async fn a_change_is_one_trip_to_the_core_and_one_reading_of_the_record() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    let made = node.shared("One").await;
    let (trips, readings) = (world.trips(BEXLEY), world.readings(BEXLEY));
    for (id, ends) in [(made.id.as_str(), "2020-10"), (made.reference.as_str(), "2020-11")] {
        node.set(id, "ends", ends).await.unwrap();
    }
    assert_eq!((world.trips(BEXLEY) - trips, world.readings(BEXLEY) - readings), (2, 2));
    // The row that others see of it is that same reading.
    assert_eq!(node.reads(&made.id, "ends").await, "2020-11");
}

#[tokio::test]
async fn what_changes_nothing_is_refused() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        node.set(&id, "ends", "2020-10").await.unwrap();
        let refusal = node.set(&id, "ends", "2020-10").await.unwrap_err();
        assert!(matches!(refusal, Refusal::Edit { fault: EditFault::NothingChanged, .. }), "{refusal}");
    }
}

#[tokio::test]
async fn a_slow_form_is_joined_with_what_was_written_meanwhile() {
    let node = World::new().node(BEXLEY).await;
    for made in [node.shared("One").await, node.kept("Own").await] {
        let id = made.id;
        let begun = node.set(&id, "focus", "First words. Second words.").await.unwrap().version;
        node.set(&id, "focus", "First words. Other words.").await.unwrap();
        let ask = RecordSet { base: Some(begun[..8].to_owned()), ..set(&id, &[("focus", "New words. Second words.")]) };
        let joined = node.ask(ask).await.unwrap();
        assert_eq!(joined.joined, ["focus"]);
        assert_eq!(node.reads(&id, "focus").await, "New words. Other words.");
    }
}

#[tokio::test]
async fn a_base_that_is_no_version_is_refused() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let refusal = node.ask(RecordSet { base: Some("zz".into()), ..set(&id, &[("ends", "2020")]) }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NotAVersion { .. }), "{refusal}");
}

#[tokio::test]
async fn a_line_is_added_changed_and_removed() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        let add = |words: &[(&str, &str)]| RecordAdd { id: id.clone(), field: "updates".into(), set: pairs(words) };
        node.ask(add(&[("at", "2020-01"), ("text", "Begun")])).await.unwrap();
        node.ask(add(&[("at", "2020-02"), ("text", "Going on")])).await.unwrap();
        let lines = node.reads(&id, "updates").await;
        assert_eq!(lines.as_array().map(Vec::len), Some(2), "{lines}");
        assert_eq!(lines[1]["text"], "Going on");
        let refusal = node.ask(add(&[("when", "2020")])).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Value { .. }), "{refusal}");
    }
}

#[tokio::test]
async fn a_field_without_lines_takes_none() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let ask = RecordAdd { id, field: "ends".into(), set: pairs(&[("text", "x")]) };
    assert!(matches!(node.ask(ask).await.unwrap_err(), Refusal::Value { .. }));
}

#[tokio::test]
async fn a_record_moves_by_the_steps_of_its_kind() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        assert_eq!(node.ask(to(&id, "Scoped")).await.unwrap().state, "scoped");
        let refusal = node.ask(to(&id, "concluded")).await.unwrap_err();
        let fits = matches!(refusal, Refusal::Move { .. });
        assert!(fits, "{refusal}");
        assert_eq!(node.shown(&id).await.state, "scoped");
    }
}

#[tokio::test]
async fn a_state_is_read_as_people_write_it() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    for state in ["scoped", "agreed", "live", "reviewing", "Carried forward"] {
        node.ask(to(&id, state)).await.unwrap();
    }
    assert_eq!(node.shown(&id).await.state, "carried_forward");
}

/// Two answers to one date, given apart.
async fn two_answers(world: &World, bexley: &Node, greenwich: &Node) -> String {
    let id = bexley.shared("One").await.id;
    world.disconnect();
    bexley.set(&id, "ends", "2020-10").await.unwrap();
    greenwich.set(&id, "ends", "2020-12").await.unwrap();
    world.connect();
    id
}

#[tokio::test]
async fn answers_given_apart_stand_side_by_side() {
    let world = World::new();
    let [bexley, greenwich, lewisham] = world.nodes().await;
    let id = two_answers(&world, &bexley, &greenwich).await;
    let answers = &lewisham.shown(&id).await.answers["ends"];
    let mut given: Vec<_> = answers.iter().map(|one| (one.member.clone().unwrap(), one.value.clone())).collect();
    given.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(given, [("Bexley".into(), "2020-10".into()), ("Greenwich".into(), "2020-12".into())]);
}

#[tokio::test]
async fn a_members_answer_is_kept_by_its_name() {
    let world = World::new();
    let [bexley, greenwich, lewisham] = world.nodes().await;
    let id = two_answers(&world, &bexley, &greenwich).await;
    lewisham.ask(settle(&id, Keep::Member("greenwich".into()))).await.unwrap();
    let shown = bexley.shown(&id).await;
    assert!(shown.answers.is_empty());
    assert_eq!(shown.fields["ends"], "2020-12");
}

#[tokio::test]
async fn another_value_takes_the_place_of_both_answers() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = two_answers(&world, &bexley, &greenwich).await;
    bexley.ask(settle(&id, Keep::Value("2020-11".into()))).await.unwrap();
    assert_eq!(greenwich.reads(&id, "ends").await, "2020-11");
}

#[tokio::test]
async fn an_answer_that_was_not_given_is_not_kept() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = two_answers(&world, &bexley, &greenwich).await;
    let refusal = bexley.ask(settle(&id, Keep::Member("Lewisham".into()))).await.unwrap_err();
    let Refusal::NoAnswer { member, field, mut by } = refusal else { panic!("{refusal}") };
    by.sort();
    assert_eq!((member.as_str(), field.as_str(), by), ("Lewisham", "ends", vec!["Bexley".into(), "Greenwich".into()]));
}

#[tokio::test]
async fn a_field_with_one_answer_is_not_settled() {
    let node = World::new().node(BEXLEY).await;
    let id = node.shared("One").await.id;
    let refusal = node.ask(settle(&id, Keep::Member("Bexley".into()))).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotOpen { field: "ends".into(), open: Vec::new() });
}

#[tokio::test]
async fn a_local_record_has_one_members_answers() {
    let node = World::new().node(BEXLEY).await;
    let id = node.kept("Own").await.id;
    let refusal = node.ask(settle(&id, Keep::Member("Bexley".into()))).await.unwrap_err();
    assert_eq!(refusal, Refusal::OneMember);
}

#[tokio::test]
async fn a_store_that_cannot_write_ends_the_node() {
    let world = World::new();
    let node = world.node(GREENWICH).await;
    node.disk.fail_at(node.disk.operations() + 1, tally_store::Fault::Broken);
    let refusal = node.ask(crate::memory::new("priority", None, &[("short_title", "Own")])).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Store { .. }), "{refusal}");
    assert!(world.gave_up().iter().any(|why| why.contains("could not be written")), "{:?}", world.gave_up());
}
