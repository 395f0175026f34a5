//! Nothing that is kept at home is in the clear on disk, in any of the forms words are written in.
#![allow(clippy::disallowed_methods, reason = "the search reads every file there is")]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use tally_document::{Edit, FieldKind, Value};
use tally_entry::{AudienceId, MemberId, RingId, Time};
use tally_record::types;
use tally_sovereign::{Authorship, Destination, Holder, Person, Seat, SovereignKey, open_folder};
use tally_store::{Frame, GuardLimits, Journal, JournalConfig, RealDisk};

#[path = "../../../tests/canary/search.rs"]
mod search;

use search::{Search, every_file, forms, words};

/// Canaries to hide and look for.
const CANARIES: usize = 1_000;

/// Records they are spread over; each holds one in its title and one in each line.
const RECORDS: usize = 40;

/// Counts the canaries that are found in a folder in any form.
fn found(folder: &Path, canaries: &[String]) -> usize {
    Search::of(canaries).count(&every_file(folder))
}

fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}

#[test]
fn no_canary_is_found_in_any_file_of_the_store() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sovereign");
    let key = SovereignKey::create(&home.path().join("key"), [0x5A; 32]).unwrap();
    let canaries = words(0xCA_4A, CANARIES);
    let (mut store, _) = open_folder(&folder, &key).unwrap();
    let each = CANARIES / RECORDS;
    let act = |word| Authorship { seat: Some(word), reason: Some(word), now: Time(1) };
    let mut ids = Vec::new();
    for (n, words) in canaries.chunks(each).enumerate() {
        let kind = types()[n % types().len()];
        let half = words.len() / 2;
        let text = kind.description.fields.iter().find(|field| field.kind == FieldKind::Text);
        let rest = text.map(|text| set(text.name, Value::Text(words[1..half].join(" "))));
        let edits: Vec<Edit> =
            [set(kind.title_field, Value::Line(words[0].clone()))].into_iter().chain(rest.clone()).collect();
        let saved = store.create(kind, &edits, act(&words[half])).unwrap();
        // A kind without a text holds all of them in one line.
        let last = if rest.is_some() { &words[half + 1..] } else { &words[1..] };
        let later = [set("retention", Value::Line(last.join(" ")))];
        store.set(saved.id, &later, None, act(&words[half])).unwrap();
        ids.push(saved.id.to_string());
    }
    // People and the register hold words as well.
    let seat = |id: &str| Seat {
        id: id.to_owned(),
        role: canaries[0].clone(),
        sector: canaries[1].clone(),
        areas: vec![canaries[2].clone()],
        standing: "voting".to_owned(),
        delegated_from: None,
    };
    store.set_seat(seat(&canaries[3])).unwrap();
    let person = Person { user: canaries[4].clone(), name: canaries[5].clone(), seats: vec![canaries[3].clone()] };
    store.set_person(person).unwrap();
    let destination = Destination {
        ring: RingId::from_bytes([1; 32]),
        ring_name: canaries[6].clone(),
        audience: AudienceId::from_bytes([2; 32]),
        holders: vec![Holder { member: MemberId::from_bytes([3; 32]), name: canaries[7].clone() }],
    };
    let id = ids[0].parse().unwrap();
    let preview = store
        .prepare(id, destination, &[types()[0].title_field.to_owned()], &canaries[8], &canaries[9])
        .unwrap()
        .unwrap();
    store.intend(preview.release(None).unwrap(), Time(1)).unwrap();
    // They are really in there.
    assert_eq!(store.list(None).len(), RECORDS);
    assert!(store.list(None).iter().all(|s| canaries.contains(&s.title)));
    assert_eq!(found(&folder, &canaries), 0);
    // Neither are the ids of the records, raw or in hexadecimal.
    assert_eq!(found(&folder, &ids), 0);
    drop(store);
    assert_eq!(found(&folder, &canaries), 0);
    let (store, report) = open_folder(&folder, &key).unwrap();
    assert!(!report.views_rebuilt, "sealed views are used again");
    assert!(store.list(None).iter().all(|s| canaries.contains(&s.title)));
}

#[test]
fn the_same_search_finds_every_canary_in_a_plain_journal() {
    let home = tempfile::tempdir().unwrap();
    let canaries = words(0xCA_4A, CANARIES);
    let config = JournalConfig { guard: GuardLimits::none(), ..JournalConfig::new([1; 32]) };
    let (mut journal, _) = Journal::open(RealDisk::open(home.path()).unwrap(), config).unwrap();
    for (n, canary) in canaries.iter().enumerate() {
        let mut forms = forms(canary);
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(canary.as_bytes()).unwrap();
        forms.push(deflate.finish().unwrap());
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(canary.as_bytes()).unwrap();
        forms.push(gzip.finish().unwrap());
        let form = &forms[n % forms.len()];
        journal.append(&[Frame { kind: 1, payload: form }]).unwrap();
    }
    assert_eq!(found(home.path(), &canaries), CANARIES);
}

#[test]
fn a_store_whose_views_are_gone_lists_the_same() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sovereign");
    let key = SovereignKey::from_bytes([1; 32]);
    let act = Authorship { seat: None, reason: None, now: Time(1) };
    let (mut store, _) = open_folder(&folder, &key).unwrap();
    store.create(types()[0], &[set(types()[0].title_field, Value::Line("words".to_owned()))], act).unwrap();
    let before = store.list(None);
    drop(store);
    fs::remove_dir_all(folder.join("views")).unwrap();
    let (store, report) = open_folder(&folder, &key).unwrap();
    assert!(report.views_rebuilt);
    assert_eq!(store.list(None), before);
}
