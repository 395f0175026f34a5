//! Full and broken disks at every operation.

use tally_store::{
    AppendError, Disk, DiskFile, Fault, Frame, GuardLimits, Journal, JournalConfig, MAX_BATCH_FRAMES, OpenError,
    ReadError, SimDisk,
};

use crate::script::{check, config, disk, frames, judge, recover, run, script};

#[test]
fn a_fault_at_any_operation_loses_nothing_and_is_found_by_the_next_start() {
    let whole = (disk(), disk());
    run(&whole.0, Some(&whole.1));
    let mut stopped = 0;
    for fault in [Fault::Full, Fault::Broken] {
        for at in 0..whole.0.operations() {
            let (journals, fences) = (disk(), disk());
            journals.fail_at(at, fault);
            let ran = run(&journals, Some(&fences));
            stopped += u32::from(ran.acknowledged < script().concat().len());
            let restarted = journals.restart();
            let reported = recover(&restarted, config()).expect("opens");
            judge(&ran, &reported).unwrap_or_else(|what| panic!("{fault:?} at {at}: {what}"));
            for state in restarted.crash_states().chain(journals.crash_states()) {
                check(&state, &ran).unwrap_or_else(|what| panic!("{fault:?} at {at}: {what}"));
            }
            for state in restarted.crash_states() {
                let after = recover(&state, config()).expect("opens");
                assert_eq!(after, reported, "{fault:?} at {at}: what was reported was not durable");
            }
        }
    }
    assert!(stopped > 20, "{stopped} faults were met");
}

#[test]
fn after_a_failed_write_or_sync_everything_is_refused() {
    for after in 0..2 {
        let disk = disk();
        let (mut journal, _) = Journal::open(disk.clone(), config()).expect("opens");
        let place = journal.append(&[Frame { kind: 1, payload: b"first" }]).expect("appends").places[0];
        // The guard asks for free space first, then come the write and the sync.
        disk.fail_at(disk.operations() + 1 + after, Fault::Broken);
        let batch = [Frame { kind: 1, payload: b"second" }];
        assert!(matches!(journal.append(&batch), Err(AppendError::Fatal(_))));
        let syncs = disk.syncs();
        let again = journal.append(&batch).expect_err("refused");
        assert!(again.is_fatal() && matches!(again, AppendError::Stopped));
        assert!(matches!(journal.append(&[]), Err(AppendError::Stopped)));
        assert!(matches!(journal.read(place), Err(ReadError::Stopped)));
        assert!(matches!(journal.verify(), Err(ReadError::Stopped)));
        assert!(matches!(journal.frames().next(), Some(Err(ReadError::Stopped))));
        assert_eq!(disk.syncs(), syncs, "no sync is tried again");
    }
}

#[test]
fn low_space_is_refused_before_anything_is_written_and_goes_by_itself() {
    let disk = disk();
    disk.set_capacity(4000);
    let guard = GuardLimits { ballast_bytes: 0, reserve_bytes: 3000 };
    let (mut journal, _) = Journal::open(disk.clone(), JournalConfig { guard, ..config() }).expect("opens");
    journal.append(&[Frame { kind: 1, payload: b"fits" }]).expect("appends");
    disk.create("filler", 500).expect("fits");
    let before = disk.peek("segment-0000000000000001");
    let head = journal.head();
    let error = journal.append(&[Frame { kind: 1, payload: b"refused" }]).expect_err("refused");
    assert!(matches!(error, AppendError::LowSpace(low) if low.needed == 3000 && low.free == 2860));
    assert!(!error.is_fatal());
    assert_eq!(disk.peek("segment-0000000000000001"), before);
    assert_eq!(journal.frames().count(), 1, "it stays readable");
    disk.remove("filler").expect("removes");
    assert_eq!(journal.head(), head);
    journal.append(&[Frame { kind: 1, payload: b"again" }]).expect("space is back");
}

#[test]
fn a_full_disk_still_opens_and_reads() {
    let disk = disk();
    run(&disk, None);
    let file = disk.create("filler", 0).expect("creates");
    let free = disk.free_bytes().expect("free");
    disk.set_capacity((1 << 40) - free);
    assert!(file.write_at(0, b"x").is_err());
    assert!(disk.flip("segment-0000000000000001", 320, 1));
    let (journal, opened) = Journal::open(disk.restart(), config()).expect("opens");
    assert_eq!(opened.damaged.len(), 1);
    assert_eq!(opened.damaged[0].set_aside, None, "there was no room");
    assert!(journal.frames().all(|frame| frame.is_ok()));
}

#[test]
fn a_home_opens_once() {
    let disk = disk();
    let (journal, _) = Journal::open(disk.clone(), config()).expect("opens");
    let error = Journal::open(disk.clone(), config()).expect_err("refused");
    assert!(matches!(error, OpenError::Locked));
    assert_eq!(error.to_string(), "another process has this home open");
    drop(journal);
    Journal::open(disk, config()).expect("opens again");
}

#[test]
fn a_later_format_is_refused_and_left_alone() {
    let disk = SimDisk::new();
    run(&disk, None);
    let name = "segment-0000000000000002";
    let mut bytes = disk.peek(name).expect("there")[..128].to_vec();
    bytes[8] = 2;
    let crc = crc32c::crc32c_append(crc32c::crc32c(&bytes[..12]), &bytes[16..]);
    bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    disk.open(name).expect("opens").write_at(0, &bytes).expect("writes");
    let before = disk.peek(name);
    let error = Journal::open(disk.clone(), config()).expect_err("refused");
    assert_eq!(error.to_string(), "segment 2 has format 2, and this program reads up to format 1");
    assert_eq!(disk.peek(name), before);
}

#[test]
fn batches_over_the_limits_are_refused_and_change_nothing() {
    let disk = disk();
    let (mut journal, _) = Journal::open(disk, config()).expect("opens");
    let long = vec![0; tally_store::MAX_PAYLOAD + 1];
    let ok = Frame { kind: 1, payload: b"" };
    let batch = [ok, Frame { kind: 1, payload: &long }];
    assert!(matches!(journal.append(&batch), Err(AppendError::FrameTooLarge { index: 1, .. })));
    let many = vec![ok; tally_store::MAX_BATCH_FRAMES + 1];
    assert!(matches!(journal.append(&many), Err(AppendError::BatchTooLarge { .. })));
    let big = vec![Frame { kind: 1, payload: &long[1..] }; 8];
    assert!(matches!(journal.append(&big), Err(AppendError::BatchTooLarge { .. })));
    journal.append(&big[..7]).expect("a batch may be larger than a segment");
    journal.append(&[frames(&script()[0])[0]]).expect("and the journal goes on");
    assert_eq!(journal.frames().filter(|frame| frame.is_ok()).count(), 8);
}

#[test]
fn what_is_too_much_for_one_batch_goes_in_several() {
    let (mut journal, _) = Journal::open(disk(), config()).expect("opens");
    let count = MAX_BATCH_FRAMES + 1;
    let numbers: Vec<[u8; 2]> = (0..count).map(|at| u16::try_from(at).expect("small").to_le_bytes()).collect();
    let given: Vec<Frame<'_>> = numbers.iter().map(|number| Frame { kind: 1, payload: number }).collect();
    assert!(matches!(journal.append(&given), Err(AppendError::BatchTooLarge { .. })));
    let head = journal.append_all(&given).expect("appends");
    assert_eq!(head.frames, count as u64);
    let read: Vec<Vec<u8>> = journal.frames().map(|frame| frame.expect("reads").payload).collect();
    assert_eq!(read, numbers);
}
