//! Records are named, shown, listed and compared.

use tally_control::{
    CopyState, RecordContributions, RecordDiff, RecordHistory, RecordList, RecordSet, RecordShow, Refusal, Sync, Thing,
    Word,
};

use crate::memory::{BEXLEY, Node, RING, World, new, pairs, set};

fn show(id: &str, at: Option<&str>) -> RecordShow {
    RecordShow { id: id.to_owned(), at: at.map(str::to_owned) }
}

fn diff(id: &str) -> RecordDiff {
    RecordDiff { id: id.to_owned(), before: None, after: None, since_agreed: false, since: None }
}

async fn listed(node: &Node, list: RecordList) -> Vec<String> {
    node.ask(list).await.unwrap().records.into_iter().map(|record| record.reference).collect()
}

#[tokio::test]
async fn a_record_is_named_by_reference_or_the_beginning_of_its_id() {
    let node = World::new().node(BEXLEY).await;
    for made in [node.shared("One").await, node.kept("Own").await] {
        for given in [made.reference.clone(), made.reference.to_lowercase(), made.id.clone(), made.id[..12].to_owned()]
        {
            assert_eq!(node.shown(&given).await.id, made.id, "{given}");
        }
    }
}

#[tokio::test]
async fn what_names_nothing_and_what_names_several_is_refused() {
    let node = World::new().node(BEXLEY).await;
    let refusal = node.ask(show("TB-P9", None)).await.unwrap_err();
    assert_eq!(refusal, Refusal::NoSuchRecord { given: "TB-P9".into() });
    // Two boroughs that are apart can give the same reference.
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    world.disconnect();
    bexley.shared("One").await;
    greenwich.shared("Other").await;
    world.connect();
    let refusal = bexley.ask(show("TB-P1", None)).await.unwrap_err();
    let Refusal::Ambiguous { thing: Thing::Record, candidates, .. } = refusal else { panic!("{refusal}") };
    assert!(candidates.iter().any(|one| one.contains("Other")), "{candidates:?}");
}

#[tokio::test]
async fn a_record_is_shown_as_it_stood() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        let before = node.set(&id, "ends", "2020-10").await.unwrap().version;
        node.set(&id, "ends", "2020-12").await.unwrap();
        let shown = node.ask(show(&id, Some(&before[..8]))).await.unwrap();
        assert_eq!(shown.fields["ends"], "2020-10");
        let today = node.ask(show(&id, Some("2019-09-01"))).await.unwrap();
        assert_eq!(today.fields["ends"], "2020-12");
        let refusal = node.ask(show(&id, Some("2018"))).await.unwrap_err();
        assert_eq!(refusal, Refusal::NotYet { given: "2018".into() });
    }
}

#[tokio::test]
async fn a_history_says_who_when_what_and_why() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        let reason = Some("as the board asked".to_owned());
        node.ask_as("support", RecordSet { reason, ..set(&id, &[("ends", "2020")]) }).await.unwrap();
        let changes = node.ask(RecordHistory { id }).await.unwrap().changes;
        let [born, changed] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((born.summary(), changed.summary()), ("made".to_owned(), "changed ends".to_owned()));
        assert_eq!((changed.member.as_deref(), changed.seat.as_deref()), (Some("Bexley"), Some("support")));
        assert_eq!(changed.reason.as_deref(), Some("as the board asked"));
    }
}

#[tokio::test]
async fn changes_are_grouped_by_member_seat_and_day() {
    let world = World::new();
    let [bexley, greenwich, _] = world.nodes().await;
    let id = bexley.shared("One").await.id;
    for ends in ["2020", "2021"] {
        bexley.ask_as("support", set(&id, &[("ends", ends)])).await.unwrap();
    }
    greenwich.ask_as("chair", set(&id, &[("ends", "2022")])).await.unwrap();
    let groups = bexley.ask(RecordContributions { id }).await.unwrap().contributions;
    let told: Vec<_> = groups.iter().map(|one| (one.member.as_deref(), one.seat.as_deref(), one.changes)).collect();
    let seat = groups[0].seat.as_deref();
    assert_eq!(
        told,
        [(Some("Bexley"), seat, 1), (Some("Bexley"), Some("support"), 2), (Some("Greenwich"), Some("chair"), 1)]
    );
    assert_eq!(groups[1].fields, ["ends"]);
}

#[tokio::test]
async fn versions_are_compared_word_by_word() {
    let node = World::new().node(BEXLEY).await;
    for id in [node.shared("One").await.id, node.kept("Own").await.id] {
        let first = node.set(&id, "focus", "Twice a year.").await.unwrap().version;
        let last = node.set(&id, "focus", "Twice each year.").await.unwrap().version;
        let compared = node.ask(diff(&id)).await.unwrap();
        assert_eq!((&compared.before, &compared.after), (&first, &last));
        let [difference] = compared.differences.as_slice() else { panic!("{compared:?}") };
        assert!(difference.words.contains(&Word::Added("each".into())), "{difference:?}");
        let refusal = node.ask(RecordDiff { since_agreed: true, ..diff(&id) }).await.unwrap_err();
        assert_eq!(refusal, Refusal::NeverAgreed);
    }
}

#[tokio::test]
async fn lists_are_in_order_and_go_over_the_ends_of_pages() {
    let node = World::new().node(BEXLEY).await;
    for title in ["One", "Two", "Three", "Four", "Five"] {
        node.shared(title).await;
    }
    node.kept("Own").await;
    let all = listed(&node, RecordList::default()).await;
    assert_eq!(all, ["P1", "TB-P1", "TB-P2", "TB-P3", "TB-P4", "TB-P5"]);
}

#[tokio::test]
async fn lists_keep_to_what_was_asked_for() {
    let node = World::new().node(BEXLEY).await;
    node.ask(new("priority", Some(RING), &[("short_title", "One"), ("ends", "2020-10")])).await.unwrap();
    node.ask(new("priority", Some(RING), &[("short_title", "Two"), ("ends", "2021-10")])).await.unwrap();
    node.ask(new("learning", None, &[("title", "Ask early"), ("cascade_by", "2020")])).await.unwrap();
    let list = RecordList::default();
    let with = |kind: Option<&str>| RecordList { kind: kind.map(str::to_owned), ..list.clone() };
    assert_eq!(listed(&node, with(Some("learning"))).await, ["L1"]);
    assert_eq!(listed(&node, RecordList { ring: Some(RING.into()), ..list.clone() }).await, ["TB-P1", "TB-P2"]);
    assert_eq!(listed(&node, RecordList { local: true, ..list.clone() }).await, ["L1"]);
    let due = RecordList { due_before: Some("2021-06-01".into()), ..list.clone() };
    assert_eq!(listed(&node, due).await, ["L1", "TB-P1"]);
    let matching = RecordList { matching: pairs(&[("ends", "2021-10")]), ..list.clone() };
    assert_eq!(listed(&node, matching).await, ["TB-P2"]);
}

#[tokio::test]
async fn a_list_by_no_day_or_no_field_is_refused() {
    let node = World::new().node(BEXLEY).await;
    node.shared("One").await;
    let ask = RecordList { due_before: Some("soon".into()), ..RecordList::default() };
    assert_eq!(node.ask(ask).await.unwrap_err(), Refusal::NotADay { given: "soon".into() });
    let matching = pairs(&[("titel", "x")]);
    let ask = RecordList { kind: Some("priority".into()), matching: matching.clone(), ..RecordList::default() };
    assert!(matches!(node.ask(ask).await.unwrap_err(), Refusal::Value { .. }));
    let any = RecordList { matching, ..RecordList::default() };
    assert!(listed(&node, any).await.is_empty(), "of all kinds, some may have the field");
}

#[tokio::test]
async fn a_copy_is_confirmed_when_its_holder_has_said_so() {
    let world = World::new();
    let node = world.node(BEXLEY).await;
    node.shared("One").await;
    world.disconnect();
    let made = node.set("TB-P1", "ends", "2020").await.unwrap();
    let one = Sync { record: Some("TB-P1".into()) };
    let copies = node.ask(one.clone()).await.unwrap().records;
    assert_eq!(
        (copies[0].id.as_str(), copies[0].reference.as_str(), copies[0].title.as_str()),
        (made.id.as_str(), "TB-P1", "One")
    );
    assert_ne!(copies[0].held_by["Greenwich"].state, CopyState::Confirmed);
    world.connect();
    world.minute();
    let copies = node.ask(one).await.unwrap().records;
    assert_eq!(copies[0].held_by["Greenwich"].state, CopyState::Confirmed);
    let all = node.ask(Sync { record: None }).await.unwrap().records;
    // What this node holds it holds as of now; what others said has its time.
    assert_eq!((all.len(), &all[0].held_by["Greenwich"]), (1, &copies[0].held_by["Greenwich"]));
}

#[tokio::test]
async fn a_local_record_has_one_copy() {
    let node = World::new().node(BEXLEY).await;
    node.kept("Own").await;
    let copies = node.ask(Sync { record: Some("P1".into()) }).await.unwrap().records;
    assert_eq!(copies[0].held_by.keys().collect::<Vec<_>>(), ["Bexley"]);
}
