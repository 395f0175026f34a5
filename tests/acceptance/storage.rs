use std::path::{Path, PathBuf};

use crate::world::{SEAT, World, text, until};

/// More mebibytes than any disk of these tests has.
const NO_DISK: i64 = 1 << 40;

#[test]
fn a_full_disk_is_refused_before_writing_and_reading_goes_on() {
    let mut world = World::running();
    let (id, version) = world.priority();
    assert_eq!(world.homes[0].terminate(), Some(0));
    world.homes[0].set_guard(1, NO_DISK);
    world.homes[0].start();
    world.homes[0].by(SEAT, &["record", "set", &id, "ends=2020"]).fails(1, &["space"]);
    assert_eq!(world.homes[0].json(&["record", "show", &id])["version"], version.as_str());
    let status = world.homes[0].tally(&["status"]);
    assert_eq!(status.code, Some(5), "{status:#?}");
    assert_eq!(world.homes[0].terminate(), Some(0));
    world.homes[0].set_guard(1, 1);
    world.homes[0].start();
    world.homes[0].by(SEAT, &["record", "set", &id, "ends=2020"]).ok();
    world.homes[0].tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
}

#[test]
fn views_that_were_deleted_are_made_anew() {
    let mut world = World::running();
    let (id, _) = world.priority();
    let before = world.homes[0].json(&["record", "list"]);
    assert_eq!(world.homes[0].terminate(), Some(0));
    std::fs::remove_dir_all(world.homes[0].dir.join("views")).expect("removed");
    world.homes[0].start();
    let after = world.homes[0].json(&["record", "list"]);
    assert_eq!(before["records"][0]["version"], after["records"][0]["version"]);
    assert_eq!(after["records"][0]["id"], id.as_str());
    world.homes[0].tally(&["views", "rebuild"]).ok();
}

#[test]
fn a_flipped_byte_is_named_and_fetched_again() {
    let mut world = World::running();
    let (id, _) = world.priority();
    for n in 1..=6 {
        let text = format!("text=Note {n}.");
        world.homes[1].by(SEAT, &["record", "add", &id, "updates", "at=2020-06", &text]).ok();
    }
    world.together();
    let before = world.homes[0].json(&["record", "show", &id]);
    let entries = world.homes[0].json(&["log", "verify"])["entries"].clone();
    assert_eq!(world.homes[0].terminate(), Some(0));
    let segment = flip(&world.homes[0].dir.join("ring"));

    let offline = world.homes[0].tally(&["log", "verify", "--offline", &text(&world.homes[0].dir), "--json"]);
    assert_eq!(offline.code, Some(6), "{offline:#?}");
    let failures = offline.document()["failures"].to_string();
    let number: String = segment.chars().filter(char::is_ascii_digit).collect();
    let number = number.trim_start_matches('0');
    assert!(failures.contains("segment") && failures.contains(number), "the place is not named: {failures}");

    world.homes[0].start();
    until("what was damaged has come again", || {
        let ran = world.homes[0].tally(&["log", "verify", "--json"]);
        ran.code == Some(0) && ran.document()["entries"] == entries
    });
    let after = world.homes[0].json(&["record", "show", &id]);
    assert_eq!(before["version"], after["version"]);
    assert_eq!(before["fields"], after["fields"]);
}

/// Flips one bit in the last third of what the journal holds; gives the segment's file name.
fn flip(journal: &Path) -> String {
    let mut segments: Vec<PathBuf> = std::fs::read_dir(journal)
        .expect("a journal")
        .map(|entry| entry.expect("a name").path())
        .filter(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"tallyjnl")))
        .collect();
    segments.sort();
    let segment = segments.pop().expect("a segment");
    let mut bytes = std::fs::read(&segment).expect("read");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("bytes");
    bytes[end / 6 * 5] ^= 1;
    std::fs::write(&segment, bytes).expect("written");
    segment.file_name().expect("a name").to_string_lossy().into_owned()
}
