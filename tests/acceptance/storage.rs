use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tally_stage::Member;

use crate::expect::{Commands as _, Ended as _};
use crate::world::{SEAT, World, text, until};

/// More mebibytes than any disk of these tests has.
const NO_DISK: i64 = 1 << 40;

/// Bytes of a segment before its first frame, and of a frame before its payload.
const HEADER: usize = 256;
const FRAME_HEADER: usize = 52;

#[test]
fn a_full_disk_is_refused_before_writing_and_reading_goes_on() {
    let world = World::running();
    let (id, version) = world.priority();
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    world.homes()[0].hold_back(1, NO_DISK).expect("set");
    world.homes()[0].start().expect("starts");
    world.homes()[0].by(SEAT, &["record", "set", &id, "ends=2020"]).fails(1, &["space"]);
    assert_eq!(world.homes()[0].json(&["record", "show", &id])["version"], version.as_str());
    let status = world.homes()[0].tally(&["status"]);
    assert_eq!(status.code, Some(5), "{status:#?}");
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    world.homes()[0].hold_back(1, 1).expect("set");
    world.homes()[0].start().expect("starts");
    world.homes()[0].by(SEAT, &["record", "set", &id, "ends=2020"]).ok();
    world.homes()[0].tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
}

#[test]
fn views_that_were_deleted_are_made_anew_and_read_the_same() {
    let world = World::running();
    let home = &world.homes()[0];
    world.priority();
    let (second, _) = world.priority();
    world.homes()[1].by(SEAT, &["record", "add", &second, "updates", "at=2020-06", "text=A note."]).ok();
    world.together();
    let before = listed(home);
    assert_eq!(before.len(), 2, "{before:?}");
    assert_eq!(home.stop().expect("ends"), Some(0));
    std::fs::remove_dir_all(home.home().join("views")).expect("removed");
    let said = world.stage.folder().join("said");
    home.watch(&said, &world.stage.folder().join("frames"));
    home.start().expect("starts");
    assert_eq!(listed(home), before);

    home.tally(&["views", "rebuild"]).ok();
    until("the log says how many rows were made", || {
        let said = std::fs::read_to_string(&said).expect("read");
        said.lines().any(|line| line.contains("the views were rebuilt") && line.contains("rows=2"))
    });
    assert_eq!(listed(home), before);
    assert_eq!(home.stop().expect("ends"), Some(0));
    home.start().expect("starts");
    assert_eq!(listed(home), before);
}

/// What a list of records shows of each, but for who has a copy, which changes by itself.
#[track_caller]
fn listed(home: &Member) -> Vec<serde_json::Value> {
    let mut list = home.json(&["record", "list"]);
    let rows = list["records"].as_array_mut().expect("a list");
    for row in rows.iter_mut() {
        row.as_object_mut().expect("a row").remove("held_by");
    }
    std::mem::take(rows)
}

#[test]
fn a_flipped_byte_is_named_and_fetched_again() {
    let world = World::running();
    let (id, _) = world.priority();
    for n in 1..=6 {
        let text = format!("text=Note {n}.");
        world.homes()[1].by(SEAT, &["record", "add", &id, "updates", "at=2020-06", &text]).ok();
    }
    world.together();
    let before = world.homes()[0].json(&["record", "show", &id]);
    let entries = world.homes()[0].json(&["log", "verify"])["entries"].clone();
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    let segment = flip(&world.homes()[0].home().join("ring"));

    let offline = world.homes()[0].tally(&["log", "verify", "--offline", &text(world.homes()[0].home()), "--json"]);
    assert_eq!(offline.code, Some(6), "{offline:#?}");
    let failures = offline.printed()["failures"].to_string();
    let number: String = segment.chars().filter(char::is_ascii_digit).collect();
    let number = number.trim_start_matches('0');
    assert!(failures.contains("segment") && failures.contains(number), "the place is not named: {failures}");

    world.homes()[0].start().expect("starts");
    until("what was damaged has come again", || {
        let ran = world.homes()[0].tally(&["log", "verify", "--json"]);
        ran.code == Some(0) && ran.printed()["entries"] == entries
    });
    let after = world.homes()[0].json(&["record", "show", &id]);
    assert_eq!(before["version"], after["version"]);
    assert_eq!(before["fields"], after["fields"]);
}

#[test]
fn an_offline_check_says_when_the_end_or_all_of_the_journal_is_gone() {
    let world = World::running();
    world.priority();
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    let dir = world.homes()[0].home().to_owned();
    let [segment] = segments(&dir.join("ring")).try_into().expect("one segment");
    verified(&world, 0);

    take_last_frame(&segment);
    let failures = verified(&world, 6);
    assert!(failures.contains("ends before what was acknowledged"), "{failures}");

    std::fs::remove_file(&segment).expect("removed");
    let failures = verified(&world, 6);
    assert!(failures.contains("ends before what was acknowledged"), "{failures}");
}

#[test]
fn an_offline_check_changes_nothing_and_needs_no_leave_to_write() {
    let world = World::running();
    world.priority();
    assert_eq!(world.homes()[0].stop().expect("ends"), Some(0));
    let dir = world.homes()[0].home().to_owned();
    flip(&dir.join("ring"));
    let before = held(&dir);
    allow(&dir, 0o500, 0o400);
    let failures = verified(&world, 6);
    allow(&dir, 0o700, 0o600);
    assert!(failures.contains("not what was written"), "{failures}");
    assert!(before == held(&dir), "the check has changed the home");
}

/// Checks the first home offline, which ends as it should; gives what fails.
#[track_caller]
fn verified(world: &World, code: i32) -> String {
    let ran = world.homes()[0].tally(&["log", "verify", "--offline", &text(world.homes()[0].home()), "--json"]);
    assert_eq!(ran.code, Some(code), "{ran:#?}");
    ran.printed()["failures"].to_string()
}

/// Every file of the journal and the fence, with what is in it and when it was last written.
fn held(home: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut files: Vec<PathBuf> = ["ring", "fence"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(home.join(folder)).expect("a folder"))
        .map(|entry| entry.expect("a name").path())
        .collect();
    files.sort();
    let written = |path: &Path| std::fs::metadata(path).and_then(|about| about.modified()).expect("a time");
    files.into_iter().map(|path| (path.clone(), std::fs::read(&path).expect("read"), written(&path))).collect()
}

/// Says what may be done with the folders of the journal and the fence, and with their files.
fn allow(home: &Path, folder: u32, file: u32) {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    for dir in ["ring", "fence"].map(|name| home.join(name)) {
        set(&dir, 0o700);
        for entry in std::fs::read_dir(&dir).expect("a folder") {
            set(&entry.expect("a name").path(), file);
        }
        set(&dir, folder);
    }
}

/// Where the frames of a segment begin: they stand one after the other, each with its length first.
pub(crate) fn frames(segment: &[u8]) -> Vec<usize> {
    let mut frames = Vec::new();
    let mut next = HEADER;
    while let Some(length) = segment.get(next..next + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
        && length != 0
    {
        frames.push(next);
        next += FRAME_HEADER + length as usize;
    }
    frames
}

/// Takes away the last frame of a segment, so that no trace of it is left.
pub(crate) fn take_last_frame(segment: &Path) {
    let mut bytes = std::fs::read(segment).expect("read");
    let last = frames(&bytes).pop().expect("a frame");
    bytes[last..].fill(0);
    std::fs::write(segment, bytes).expect("written");
}

/// Flips one bit in the last third of what the journal holds; gives the segment's file name.
fn flip(journal: &Path) -> String {
    let segment = segments(journal).pop().expect("a segment");
    let mut bytes = std::fs::read(&segment).expect("read");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("bytes");
    bytes[end / 6 * 5] ^= 1;
    std::fs::write(&segment, bytes).expect("written");
    segment.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The segments of a journal, in order.
pub(crate) fn segments(journal: &Path) -> Vec<PathBuf> {
    let mut segments: Vec<PathBuf> = std::fs::read_dir(journal)
        .expect("a journal")
        .map(|entry| entry.expect("a name").path())
        .filter(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"tallyjnl")))
        .collect();
    segments.sort();
    segments
}
