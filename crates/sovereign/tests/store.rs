//! The sovereign store over a disk in memory: what it keeps, what it survives, what it refuses.

use std::collections::BTreeMap;

use tally_document::{Edit, Keep, Value};
use tally_entry::{AudienceId, DocumentId, MemberId, RingId, Time};
use tally_record::{PeopleState, Type, find, types};
use tally_sovereign::{
    Authorship, Destination, DisclosureOutcome, Holder, OpenReport, Person, Seat, Settle, Sovereign, SovereignKey,
    StoreError,
};
use tally_store::{Disk, DiskFile, GuardLimits, JournalConfig, MemoryViews, SimDisk};

type Store = Sovereign<SimDisk, MemoryViews>;

fn learning() -> &'static Type {
    find("learning").unwrap()
}

fn key(byte: u8) -> SovereignKey {
    SovereignKey::from_bytes([byte; 32])
}

fn report_open(disk: &SimDisk, with: &SovereignKey) -> Result<(Store, OpenReport), StoreError> {
    let config = JournalConfig { segment_bytes: 1 << 16, guard: GuardLimits::none(), ..JournalConfig::new([5; 32]) };
    Sovereign::open(disk.clone(), with, config, |_| Ok((MemoryViews::new(), true)))
}

fn try_open(disk: &SimDisk, with: &SovereignKey) -> Result<Store, StoreError> {
    report_open(disk, with).map(|(store, _)| store)
}

fn open(disk: &SimDisk) -> Store {
    try_open(disk, &key(1)).unwrap()
}

fn act(now: i64) -> Authorship<'static> {
    Authorship { seat: Some("manager"), reason: Some("because"), now: Time(now) }
}

fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}

fn title(text: &str) -> Vec<Edit> {
    vec![set("title", Value::Line(text.to_owned()))]
}

fn background(text: &str) -> Vec<Edit> {
    vec![set("background", Value::Text(text.to_owned()))]
}

fn destination() -> Destination {
    Destination {
        ring: RingId::from_bytes([1; 32]),
        ring_name: "Tri-borough programme".to_owned(),
        audience: AudienceId::from_bytes([2; 32]),
        holders: vec![Holder { member: MemberId::from_bytes([3; 32]), name: "Greenwich".to_owned() }],
    }
}

#[test]
fn a_record_of_every_kind_is_made_and_read_back_after_a_restart() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let named = |kind: &Type| vec![set(kind.title_field, Value::Line("Words".to_owned()))];
    let made: Vec<_> = types().iter().map(|kind| store.create(kind, &named(kind), act(1)).unwrap()).collect();
    let shown: Vec<_> = made.iter().map(|saved| store.show(saved.id, None).unwrap().fields).collect();
    drop(store);
    let store = open(&disk.restart());
    for (saved, before) in made.iter().zip(shown) {
        let again = store.show(saved.id, None).unwrap();
        assert_eq!(
            (again.fields, again.version, again.reference),
            (before, saved.version.clone(), saved.reference.clone())
        );
    }
}

#[test]
fn a_new_record_is_in_the_first_state_with_its_defaults() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &title("Ask early"), act(1)).unwrap();
    let shown = store.show(saved.id, None).unwrap();
    assert_eq!((saved.reference.as_str(), shown.state.as_str()), ("L1", "drafted"));
    assert_eq!(shown.people_state, PeopleState::Draft);
    assert_eq!(shown.fields["handling"], Value::Word("official_sensitive".to_owned()));
}

#[test]
fn a_given_default_is_kept() {
    let mut store = open(&SimDisk::new());
    let edits = [set("handling", Value::Word("official".to_owned()))];
    let saved = store.create(learning(), &edits, act(1)).unwrap();
    assert_eq!(store.show(saved.id, None).unwrap().fields["handling"], edits_value(&edits));
}

fn edits_value(edits: &[Edit]) -> Value {
    match &edits[0] {
        Edit::Set { value, .. } => value.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn references_count_on_and_records_are_found_by_them() {
    let mut store = open(&SimDisk::new());
    store.create(learning(), &title("a"), act(1)).unwrap();
    let second = store.create(learning(), &title("b"), act(2)).unwrap();
    let priority = store.create(find("priority").unwrap(), &title("c"), act(3)).unwrap();
    assert_eq!((second.reference.as_str(), priority.reference.as_str()), ("L2", "P1"));
    assert_eq!(store.resolve("l2").unwrap(), second.id);
    assert_eq!(store.resolve(&second.id.to_string()[..12]).unwrap(), second.id);
    assert!(matches!(store.resolve("L9"), Err(StoreError::NoSuchRecord { .. })));
}

#[test]
fn an_edit_against_an_older_version_merges() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &background("one two three four five six"), act(1)).unwrap();
    let base = saved.version;
    store.set(saved.id, &background("ONE two three four five six"), None, act(2)).unwrap();
    store.set(saved.id, &background("one two three four five SIX"), Some(&base), act(3)).unwrap();
    let shown = store.show(saved.id, None).unwrap();
    assert_eq!(shown.fields["background"], Value::Text("ONE two three four five SIX".to_owned()));
}

#[test]
fn an_older_version_is_shown_as_it_stood() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &title("first"), act(1)).unwrap();
    let later = store.set(saved.id, &title("second"), None, act(2)).unwrap();
    assert_eq!(store.show(saved.id, Some(&saved.version)).unwrap().fields["title"], Value::Line("first".to_owned()));
    let differences = store.difference(saved.id, &saved.version, &later.version).unwrap();
    assert_eq!(differences.iter().map(|d| d.field.as_str()).collect::<Vec<_>>(), ["title"]);
}

#[test]
fn history_says_who_when_and_why() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let saved = store.create(learning(), &title("first"), act(1)).unwrap();
    store.set(saved.id, &title("second"), None, act(2)).unwrap();
    drop(store);
    let steps = open(&disk.restart()).history(saved.id).unwrap();
    let told: Vec<_> = steps.iter().map(|s| (s.made.at, s.made.seat.clone(), s.made.reason.clone())).collect();
    let who = |at| (Time(at), Some("manager".to_owned()), Some("because".to_owned()));
    assert_eq!(told, [who(1), who(2)]);
    assert!(steps[1].fields.contains(&"title".to_owned()));
}

#[test]
fn a_move_follows_the_workflow() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &title("t"), act(1)).unwrap();
    assert!(matches!(store.move_to(saved.id, "shared", act(2)), Err(StoreError::Move(_))));
    store.move_to(saved.id, "checked", act(3)).unwrap();
    assert_eq!(store.show(saved.id, None).unwrap().state, "checked");
}

#[test]
fn state_and_reference_are_not_set_by_hand() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &title("t"), act(1)).unwrap();
    for edit in [set("state", Value::Word("shared".to_owned())), set("reference", Value::Line("X1".to_owned()))] {
        assert!(matches!(store.set(saved.id, &[edit], None, act(2)), Err(StoreError::NotByHand { .. })));
    }
}

#[test]
fn two_answers_are_settled_by_choice() {
    let mut store = open(&SimDisk::new());
    let saved = store.create(learning(), &title("first"), act(1)).unwrap();
    store.set(saved.id, &title("second"), None, act(2)).unwrap();
    store.set(saved.id, &title("third"), Some(&saved.version), act(3)).unwrap();
    let before = store.show(saved.id, None).unwrap();
    assert!(before.answers.contains_key("title"), "{:?}", before.fields["title"]);
    let keep = Keep::Value(Value::Line("second".to_owned()));
    store.settle(saved.id, Settle { field: "title", line: None, keep }, act(4)).unwrap();
    let after = store.show(saved.id, None).unwrap();
    assert!(after.answers.is_empty());
    assert_eq!(after.fields["title"], Value::Line("second".to_owned()));
}

#[test]
fn lists_come_in_order_and_by_kind() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    for n in 0..12 {
        store.create(learning(), &title(&format!("lesson {n}")), act(n)).unwrap();
    }
    store.create(find("priority").unwrap(), &title("p"), act(20)).unwrap();
    let listed = |store: &Store| -> Vec<String> { store.list(Some("learning")).into_iter().map(|s| s.title).collect() };
    let wanted: Vec<String> = (0..12).map(|n| format!("lesson {n}")).collect();
    assert_eq!(listed(&store), wanted);
    assert_eq!(store.list(None).len(), 13);
    drop(store);
    assert_eq!(listed(&open(&disk.restart())), wanted);
}

#[test]
fn another_key_opens_nothing() {
    let disk = SimDisk::new();
    open(&disk).create(learning(), &title("t"), act(1)).unwrap();
    assert!(matches!(try_open(&disk.restart(), &key(2)), Err(StoreError::WrongKey)));
    assert_eq!(open(&disk.restart()).ids().len(), 1);
}

#[test]
fn what_was_acknowledged_is_there_after_every_power_cut() {
    for seed in 0..60 {
        let disk = SimDisk::new();
        let mut store = open(&disk);
        let saved = store.create(learning(), &title("0"), act(0)).unwrap();
        disk.stop_at(disk.operations() + 3 + seed);
        let mut acknowledged = 0;
        for n in 1..20 {
            match store.set(saved.id, &title(&n.to_string()), None, act(n)) {
                Ok(_) => acknowledged = n,
                Err(_) => break,
            }
        }
        drop(store);
        let store = open(&disk.crash(seed));
        let Value::Line(text) = store.show(saved.id, None).unwrap().fields["title"].clone() else {
            panic!("no title");
        };
        let found: i64 = text.parse().unwrap();
        assert!(found == acknowledged || found == acknowledged + 1, "seed {seed}: {found} after {acknowledged}");
    }
}

#[test]
fn a_journal_that_was_taken_away_is_missed_at_every_later_start() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    store.create(learning(), &title("one"), act(1)).unwrap();
    drop(store);
    let disk = disk.restart();
    assert_eq!(report_open(&disk, &key(1)).unwrap().1.gone, 0);
    for name in disk.list().unwrap().iter().filter(|name| name.starts_with("segment")) {
        disk.remove(name).unwrap();
    }
    for _ in 0..2 {
        let (mut store, report) = report_open(&disk, &key(1)).unwrap();
        assert_eq!(report.gone, 2, "the founding and a birth");
        store.create(learning(), &title("two"), act(2)).unwrap();
    }
}

#[test]
fn an_end_that_was_taken_away_is_missed() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    store.create(learning(), &title("one"), act(1)).unwrap();
    let name = disk.list().unwrap().into_iter().find(|name| name.starts_with("segment")).unwrap();
    let before = disk.read(&name, u64::MAX).unwrap();
    store.create(learning(), &title("two"), act(2)).unwrap();
    drop(store);
    disk.open(&name).unwrap().write_at(0, &before).unwrap();
    let (store, report) = report_open(&disk, &key(1)).unwrap();
    assert_eq!((report.gone, store.list(None).len()), (1, 1));
}

#[test]
fn seats_and_people_are_kept() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let seat = Seat {
        id: "dcs".to_owned(),
        role: "Director".to_owned(),
        sector: "local_authority".to_owned(),
        areas: vec!["E09000004".to_owned()],
        standing: "voting".to_owned(),
        delegated_from: None,
    };
    let person = Person { user: "sam".to_owned(), name: "Sam".to_owned(), seats: vec!["dcs".to_owned()] };
    assert!(store.set_person(person.clone()).is_err());
    store.set_seat(seat.clone()).unwrap();
    store.set_person(person).unwrap();
    assert!(store.remove_seat("dcs").is_err());
    drop(store);
    let disk = disk.restart();
    let mut store = open(&disk);
    assert_eq!(store.people().acting("sam", None).unwrap(), &seat);
    store.remove_person("sam").unwrap();
    store.remove_seat("dcs").unwrap();
    drop(store);
    assert_eq!(open(&disk.restart()).people().seats().count(), 0);
}

fn leaving(store: &mut Store) -> (DocumentId, tally_sovereign::Leaving) {
    let saved = store.create(learning(), &title("Ask early"), act(1)).unwrap();
    let preview = store.prepare(saved.id, destination(), &["title".to_owned()], "by law", "manager").unwrap().unwrap();
    (saved.id, store.intend(preview.release(None).unwrap(), Time(7)).unwrap())
}

#[test]
fn the_register_line_is_on_disk_before_the_words_are_out() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let (id, leaving) = leaving(&mut store);
    // The power goes before anybody writes that the words left.
    let store = open(&disk.crash(1));
    let open_lines: Vec<_> = store.register().unsettled().collect();
    assert_eq!(open_lines.len(), 1);
    assert_eq!((open_lines[0].number, open_lines[0].record, open_lines[0].at), (leaving.number(), id, Time(7)));
}

#[test]
fn nothing_leaves_where_the_line_cannot_be_written() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let saved = store.create(learning(), &title("Ask early"), act(1)).unwrap();
    let preview = store.prepare(saved.id, destination(), &["title".to_owned()], "by law", "manager").unwrap().unwrap();
    disk.stop_at(disk.operations());
    assert!(store.intend(preview.release(None).unwrap(), Time(7)).is_err());
}

#[test]
fn a_line_is_settled_once() {
    let disk = SimDisk::new();
    let mut store = open(&disk);
    let (id, leaving) = leaving(&mut store);
    let shared = DocumentId::from_bytes([8; 32]);
    store.left(leaving.number(), shared, Time(9)).unwrap();
    assert!(store.not_sent(leaving.number(), "changed my mind", Time(10)).is_err());
    assert!(store.left(99, shared, Time(10)).is_err());
    drop(store);
    let store = open(&disk.restart());
    assert_eq!(store.register().lines()[0].outcome, Some(DisclosureOutcome::Done { at: Time(9), shared }));
    assert_eq!(store.register().lines()[0].record, id);
    assert_eq!(store.register().unsettled().count(), 0);
}

#[test]
fn the_words_that_left_make_a_shared_record_that_reads_as_shown() {
    let mut store = open(&SimDisk::new());
    let (_, leaving) = leaving(&mut store);
    let mut next = 0u64;
    let mut ids = || {
        next += 1;
        next.to_be_bytes()
    };
    let actor = tally_entry::Actor::from_bytes([6; 16]);
    let kind = leaving.kind();
    let limits = tally_document::Limits::default();
    let birth = tally_document::Document::create(kind.description, actor, &leaving.edits(), &limits, &mut ids).unwrap();
    let document = tally_document::Document::open(&birth.change, actor, &limits).unwrap();
    let fields: BTreeMap<String, Value> = document
        .read(kind.description, None)
        .unwrap()
        .fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let title = Value::Line("Ask early".to_owned());
    let state = Value::Word("shared".to_owned());
    assert_eq!(fields, BTreeMap::from([("title".to_owned(), title), ("state".to_owned(), state)]));
}
