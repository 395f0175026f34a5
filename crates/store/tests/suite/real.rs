//! The journal on the disk of this machine.

use tally_store::{Agreement, Config, Fence, Frame, GuardLimits, Journal, OpenError, RealDisk};

fn config() -> Config {
    Config { segment_bytes: 4096, guard: GuardLimits::none(), ..Config::new([3; 32]) }
}

#[test]
fn a_journal_on_a_real_disk_is_there_after_a_restart() {
    let home = tempfile::tempdir().expect("a directory");
    let disk = RealDisk::open(home.path().join("journal")).expect("opens");
    let fences = RealDisk::open(home.path()).expect("opens");
    let mut fence = Fence::open(fences.clone(), "fence").expect("opens");
    let (mut journal, opened) = Journal::open(disk.clone(), config()).expect("opens");
    assert_eq!(opened.frames, 0);
    let mut expected = Vec::new();
    for kind in 0..50 {
        let payload = vec![kind; usize::from(kind) * 10];
        let upto = journal.append(&[Frame { kind, payload: &payload }]).expect("appends").upto;
        fence.record(&upto).expect("records");
        expected.push((kind, payload));
    }
    assert!(matches!(Journal::open(disk.clone(), config()), Err(OpenError::Locked)));
    drop((journal, fence));

    let fence = Fence::open(fences, "fence").expect("opens");
    let (journal, opened) = Journal::open(disk, Config { fence: fence.head(), ..config() }).expect("opens");
    assert_eq!((opened.frames, opened.torn, opened.damaged), (50, None, Vec::new()));
    let read: Vec<_> =
        journal.frames().map(|frame| frame.map(|frame| (frame.kind, frame.payload)).expect("reads")).collect();
    assert_eq!(read, expected);
    assert_eq!(fence.compare(&journal).expect("compares"), Agreement::Same);
}

#[test]
fn segments_take_their_space_at_once() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let home = tempfile::tempdir().expect("a directory");
    let disk = RealDisk::open(home.path().join("journal")).expect("opens");
    let (mut journal, _) = Journal::open(disk, Config { segment_bytes: 1 << 20, ..config() }).expect("opens");
    journal.append(&[Frame { kind: 1, payload: b"one" }]).expect("appends");
    let file = home.path().join("journal/segment-0000000000000001");
    let metadata = std::fs::metadata(file).expect("there");
    assert_eq!(metadata.len(), 1 << 20);
    assert!(metadata.blocks() * 512 >= 1 << 20);
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[test]
#[ignore = "a measurement: run by hand with --ignored --nocapture"]
fn how_long_appending_takes() {
    let home = tempfile::tempdir_in(".").expect("a directory");
    let disk = RealDisk::open(home.path().join("journal")).expect("opens");
    let (mut journal, _) = Journal::open(disk.clone(), Config { segment_bytes: 16 << 20, ..config() }).expect("opens");
    let mut fence = Fence::open(RealDisk::open(home.path()).expect("opens"), "fence").expect("opens");
    let payload = [7; 300];
    let mut times = Vec::new();
    for _ in 0..2000 {
        let began = clock();
        let upto = journal.append(&[Frame { kind: 1, payload: &payload }]).expect("appends").upto;
        let journaled = clock() - began;
        fence.record(&upto).expect("records");
        times.push((journaled, clock() - began));
    }
    times.sort();
    println!("one frame: journal p50 {:?} p99 {:?}; with fence p50 {:?}", times[1000].0, times[1980].0, times[1000].1);
    let batch = vec![Frame { kind: 1, payload: &payload }; 256];
    let began = clock();
    for _ in 0..2000 {
        journal.append(&batch).expect("appends");
    }
    println!("512,000 frames in batches of 256: {:?}", clock() - began);
    drop(journal);
    let began = clock();
    let (mut journal, opened) = Journal::open(disk, config()).expect("opens");
    println!("open {} frames: {:?}", opened.frames, clock() - began);
    let began = clock();
    println!("read {} frames: {:?}", journal.frames().count(), clock() - began);
    let began = clock();
    journal.verify().expect("verifies");
    println!("verify: {:?}", clock() - began);
}

#[expect(clippy::disallowed_methods, reason = "this one measures")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}
