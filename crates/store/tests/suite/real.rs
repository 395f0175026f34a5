//! The journal on the disk of this machine.

use tally_store::{Fence, FenceCheck, Frame, GuardLimits, Journal, JournalConfig, OpenError, RealDisk};

fn config() -> JournalConfig {
    JournalConfig { segment_bytes: 4096, guard: GuardLimits::none(), ..JournalConfig::new([3; 32]) }
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
    let (journal, opened) = Journal::open(disk, JournalConfig { fence: fence.head(), ..config() }).expect("opens");
    assert_eq!((opened.frames, opened.torn, opened.damaged), (50, None, Vec::new()));
    let read: Vec<_> =
        journal.frames().map(|frame| frame.map(|frame| (frame.kind, frame.payload)).expect("reads")).collect();
    assert_eq!(read, expected);
    assert_eq!(fence.compare(&journal).expect("compares"), FenceCheck::Same);
}

#[test]
fn segments_take_their_space_at_once() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let home = tempfile::tempdir().expect("a directory");
    let disk = RealDisk::open(home.path().join("journal")).expect("opens");
    let (mut journal, _) = Journal::open(disk, JournalConfig { segment_bytes: 1 << 20, ..config() }).expect("opens");
    journal.append(&[Frame { kind: 1, payload: b"one" }]).expect("appends");
    let file = home.path().join("journal/segment-0000000000000001");
    let metadata = std::fs::metadata(file).expect("there");
    assert_eq!(metadata.len(), 1 << 20);
    assert!(metadata.blocks() * 512 >= 1 << 20);
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}
