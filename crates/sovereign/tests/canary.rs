//! Nothing that is kept at home is in the clear on disk, in any of the forms words are written in.
#![allow(clippy::disallowed_methods, reason = "the search reads every file there is")]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use tally_document::{Edit, Value};
use tally_entry::{AudienceId, MemberId, RingId, Time};
use tally_record::types;
use tally_sovereign::{Act, Destination, Holder, Person, Seat, SovereignKey, open_folder};
use tally_store::{Config, Frame, GuardLimits, Journal, RealDisk};

/// Canaries to hide and look for.
const CANARIES: usize = 1_000;

/// Records they are spread over; each holds one in its title and one in each line.
const RECORDS: usize = 40;

fn canaries() -> Vec<String> {
    let mut dice = ChaCha20Rng::seed_from_u64(0xCA_4A);
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyz".chars().collect();
    (0..CANARIES).map(|_| (0..16).map(|_| letters[(dice.next_u64() % 26) as usize]).collect()).collect()
}

/// Returns every byte of every file in a folder.
fn every_file(folder: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { files.extend(every_file(&path)) } else { files.push(fs::read(path).unwrap()) }
    }
    files
}

/// The forms in which a canary could lie about; base64 in each of its three alignments.
fn forms(canary: &str) -> Vec<Vec<u8>> {
    let hex: String = canary.bytes().map(|b| format!("{b:02x}")).collect();
    let mut forms = vec![
        canary.as_bytes().to_vec(),
        canary.bytes().rev().collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for skip in 0..3 {
        let bytes = &canary.as_bytes()[skip..];
        let whole = &bytes[..bytes.len() / 3 * 3];
        forms.push(STANDARD_NO_PAD.encode(whole).into_bytes());
        forms.push(URL_SAFE_NO_PAD.encode(whole).into_bytes());
    }
    forms
}

/// Counts the canaries that are found in a folder in any form.
fn found(folder: &Path, canaries: &[String]) -> usize {
    let files = every_file(folder);
    // A window index makes a thousand searches in megabytes quick: only where the first four bytes stand is compared.
    let mut starts: std::collections::HashMap<[u8; 4], Vec<(usize, usize)>> = std::collections::HashMap::new();
    let wanted: Vec<(usize, Vec<u8>)> =
        canaries.iter().enumerate().flat_map(|(i, c)| forms(c).into_iter().map(move |form| (i, form))).collect();
    for (_, form) in &wanted {
        starts.entry(form[..4].try_into().unwrap()).or_default();
    }
    for (f, bytes) in files.iter().enumerate() {
        for (at, window) in bytes.windows(4).enumerate() {
            if let Some(places) = starts.get_mut(window) {
                places.push((f, at));
            }
        }
    }
    let hits: std::collections::BTreeSet<usize> = wanted
        .iter()
        .filter(|(_, form)| {
            let start: [u8; 4] = form[..4].try_into().unwrap();
            starts[&start].iter().any(|(f, at)| files[*f][*at..].starts_with(form))
        })
        .map(|(i, _)| *i)
        .collect();
    hits.len()
}

fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}

#[test]
fn no_canary_is_found_in_any_file_of_the_store() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sovereign");
    let key = SovereignKey::create(&home.path().join("key"), [0x5A; 32]).unwrap();
    let canaries = canaries();
    let (mut store, _) = open_folder(&folder, &key).unwrap();
    let each = CANARIES / RECORDS;
    let act = |word| Act { seat: Some(word), reason: Some(word), now: Time(1) };
    let mut ids = Vec::new();
    for (n, words) in canaries.chunks(each).enumerate() {
        let kind = types()[n % types().len()];
        let half = words.len() / 2;
        let text = if kind.kind() == "learning" { "background" } else { "source" };
        let rest = words[1..half].join(" ");
        let value = if text == "background" { Value::Text(rest) } else { Value::Line(rest) };
        let edits = [set("title", Value::Line(words[0].clone())), set(text, value)];
        let saved = store.create(kind, &edits, act(&words[half])).unwrap();
        let later = [set("retention", Value::Line(words[half + 1..].join(" ")))];
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
    let preview = store.prepare(id, destination, &["title".to_owned()], &canaries[8], &canaries[9]).unwrap().unwrap();
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
    let canaries = canaries();
    let config = Config { guard: GuardLimits::none(), ..Config::new([1; 32]) };
    let (mut journal, _) = Journal::open(RealDisk::open(home.path()).unwrap(), config).unwrap();
    for (n, canary) in canaries.iter().enumerate() {
        let forms = forms(canary);
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
    let act = Act { seat: None, reason: None, now: Time(1) };
    let (mut store, _) = open_folder(&folder, &key).unwrap();
    store.create(types()[0], &[set("title", Value::Line("words".to_owned()))], act).unwrap();
    let before = store.list(None);
    drop(store);
    fs::remove_dir_all(folder.join("views")).unwrap();
    let (store, report) = open_folder(&folder, &key).unwrap();
    assert!(report.views_rebuilt);
    assert_eq!(store.list(None), before);
}
