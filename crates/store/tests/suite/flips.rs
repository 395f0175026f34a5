//! Rot: whatever byte changes, it is named or cut, and never served.

use tally_store::{Disk, Fence, FenceCheck, Frame, Journal, JournalConfig, ReadError, SimDisk};

use crate::script::{FENCE, Payloads, config, disk, run, script};

fn served(journal: &Journal<SimDisk>) -> Payloads {
    journal.frames().filter_map(Result::ok).map(|frame| (frame.kind, frame.payload)).collect()
}

fn in_order(part: &Payloads, whole: &Payloads) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|one| rest.any(|other| other == one))
}

fn segments(disk: &SimDisk) -> Vec<(String, usize)> {
    disk.list()
        .expect("lists")
        .into_iter()
        .filter(|name| name.starts_with("segment-"))
        .map(|name| {
            let length = disk.peek(&name).expect("there").len();
            (name, length)
        })
        .collect()
}

#[test]
fn a_flipped_bit_anywhere_is_named_or_cut_and_never_served() {
    let (original, fences) = (disk(), disk());
    let ran = run(&original, Some(&fences));
    let fence = Fence::open(fences, FENCE).expect("opens").head();
    let segments = segments(&original);
    assert!(segments.len() >= 3);
    for fence in [None, fence] {
        for (segment, (name, length)) in (1..).zip(&segments) {
            for offset in 0..*length as u64 {
                let disk = original.restart();
                assert!(disk.flip(name, offset, 1 << (offset % 8)));
                let config = JournalConfig { fence, ..config() };
                let (journal, opened) = Journal::open(disk.clone(), config).expect("opens");
                let read = served(&journal);
                assert!(in_order(&read, &ran.submitted), "{name} {offset}: something was invented");
                let here = opened.damaged.iter().any(|damage| {
                    damage.segment == segment && damage.offset <= offset && offset < damage.offset + damage.bytes
                });
                let cut = opened.torn.is_some_and(|torn| {
                    torn.segment == segment && torn.offset <= offset && offset < torn.offset + torn.bytes
                });
                assert!(here || cut, "{name} {offset}: {opened:?}");
                let lost = ran.submitted.len() - read.len();
                let counted: u64 = opened.damaged.iter().map(|damage| damage.frames).sum();
                if fence.is_some() {
                    assert!(lost <= 1, "{name} {offset}: {lost} lost to one bit");
                    assert_eq!(counted, lost as u64, "{name} {offset}: {opened:?}");
                } else if cut {
                    assert_eq!(segment as usize, segments.len(), "only the last batch may look torn");
                    assert!(lost <= script().last().expect("a batch").len(), "{name} {offset}");
                } else {
                    assert_eq!(counted, lost as u64, "{name} {offset}: {opened:?}");
                }
                for damage in &opened.damaged {
                    let copy = damage.set_aside.as_ref().and_then(|name| disk.peek(name));
                    let now = disk.peek(name).expect("there");
                    let range = damage.offset as usize..(damage.offset + damage.bytes) as usize;
                    assert_eq!(copy.as_deref(), now.get(range), "set aside as it was");
                }
            }
        }
    }
}

#[test]
fn rot_while_the_journal_is_open_is_named_and_never_served() {
    let original = disk();
    let ran = run(&original, None);
    for (segment, (name, _)) in (1..).zip(segments(&original)) {
        let (journal, _) = Journal::open(original.restart(), config()).expect("opens");
        let end = if journal.head().segment == segment { journal.head().offset } else { 640 };
        drop(journal);
        for offset in 0..end {
            let disk = original.restart();
            let (mut journal, opened) = Journal::open(disk.clone(), config()).expect("opens");
            assert!(opened.damaged.is_empty());
            let places: Vec<_> = journal.frames().map(|frame| frame.expect("good")).collect();
            assert!(disk.flip(&name, offset, 0x40));
            for before in &places {
                match journal.read(before.place) {
                    Ok(now) => assert_eq!(&now, before),
                    Err(ReadError::Damaged(place)) => assert_eq!(place, before.place),
                    Err(other) => panic!("{other}"),
                }
            }
            let read = served(&journal);
            assert!(in_order(&read, &ran.submitted));
            let verified = journal.verify().expect("verifies");
            assert_eq!(verified.frames as usize, read.len());
            let found = verified.damaged.iter().any(|damage| {
                damage.segment == segment && damage.offset <= offset && offset < damage.offset + damage.bytes
            });
            assert!(found, "{name} {offset}: {verified:?}");
            assert!(journal.frames().all(|frame| frame.is_ok()), "known damage is stepped over");
        }
    }
}

#[test]
fn zeroed_truncated_and_deleted_segments_are_named() {
    let (original, fences) = (disk(), disk());
    let ran = run(&original, Some(&fences));
    let fence = Fence::open(fences, FENCE).expect("opens");
    let segments = segments(&original);
    for (at, (name, length)) in segments.iter().enumerate() {
        for keep in [None, Some(0), Some(100), Some(256), Some(300), Some(400)] {
            for zero in [false, true] {
                let disk = original.restart();
                match keep {
                    None => disk.remove(name).expect("removes"),
                    Some(keep) => {
                        let file = disk.open(name).expect("opens");
                        tally_store::DiskFile::truncate(&file, keep).expect("cuts");
                        if zero {
                            tally_store::DiskFile::truncate(&file, *length as u64).expect("grows");
                        }
                    }
                }
                let config = JournalConfig { fence: fence.head(), ..config() };
                let (mut journal, opened) = Journal::open(disk, config).expect("opens");
                let read = served(&journal);
                assert!(in_order(&read, &ran.submitted));
                let lost = (ran.submitted.len() - read.len()) as u64;
                if at + 1 == segments.len() {
                    // Bytes that are left are damage; where nothing is left it is an older image.
                    let agreement = fence.compare(&journal).expect("compares");
                    let counted: u64 = opened.damaged.iter().map(|damage| damage.frames).sum();
                    assert!(counted == lost || agreement == FenceCheck::JournalBehind, "{name} {keep:?}: {opened:?}");
                } else {
                    let counted: u64 = opened.damaged.iter().map(|damage| damage.frames).sum();
                    assert_eq!(counted, lost, "{name} {keep:?} {zero}: {opened:?}");
                    assert_eq!(fence.compare(&journal).expect("compares"), FenceCheck::Same);
                }
                let verified = journal.verify().expect("verifies");
                assert_eq!(verified.damaged, opened.damaged);
                assert_eq!(verified.frames as usize, read.len());
            }
        }
    }
}

#[test]
fn repaired_damage_is_not_reported_again() {
    let original = disk();
    let ran = run(&original, None);
    for offset in [320, 400, 130, 10, 600] {
        let disk = original.restart();
        assert!(disk.flip("segment-0000000000000001", offset, 2));
        let (mut journal, opened) = Journal::open(disk.clone(), config()).expect("opens");
        assert_eq!(opened.damaged.len(), 1);
        let place = opened.damaged[0].place();
        let read = served(&journal);
        let lost: Payloads = ran.submitted.iter().filter(|one| !read.contains(one)).cloned().collect();
        let stand_ins: Vec<_> = lost.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect();
        let appended = journal.repair(place, &stand_ins).expect("repairs");
        assert_eq!(appended.places.len(), lost.len());
        assert!(journal.damaged().is_empty());
        assert!(journal.repair(place, &stand_ins).is_err(), "once is enough");
        let mut expected = read;
        expected.extend(lost);
        assert_eq!(served(&journal), expected);
        assert!(journal.verify().expect("verifies").damaged.is_empty());
        drop(journal);
        for state in disk.crash_states() {
            let (journal, opened) = Journal::open(state, config()).expect("opens");
            assert!(opened.damaged.is_empty(), "{opened:?}");
            assert_eq!(served(&journal), expected);
        }
    }
}

#[test]
fn a_frame_inside_a_payload_is_never_served() {
    // A partner that knows the format hides frames with every near sequence in its own words, under a seed it must guess.
    let mut payload = Vec::new();
    for sequence in 1_u64..40 {
        let mut rest = sequence.to_le_bytes().to_vec();
        rest.extend_from_slice(&[0, 0, 0, 66]);
        rest.extend_from_slice(&[0; 32]);
        rest.extend_from_slice(b"forged");
        let length = 6_u32.to_le_bytes();
        let crc = crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(&[0; 32]), &length), &rest);
        payload.extend_from_slice(&length);
        payload.extend_from_slice(&crc.to_le_bytes());
        payload.extend_from_slice(&rest);
    }
    let disk = disk();
    let (mut journal, _) = Journal::open(disk.clone(), config()).expect("opens");
    for _ in 0..3 {
        journal.append(&[Frame { kind: 1, payload: &payload }]).expect("appends");
    }
    drop(journal);
    assert!(disk.flip("segment-0000000000000001", 260, 1));
    let (journal, opened) = Journal::open(disk, config()).expect("opens");
    assert_eq!(opened.damaged.len(), 1);
    assert_eq!(served(&journal), vec![(1, payload.clone()); 2]);
}

#[test]
fn a_segment_of_another_history_is_named() {
    let (ours, theirs) = (disk(), disk());
    run(&ours, None);
    let (mut journal, _) = Journal::open(theirs.clone(), config()).expect("opens");
    for batch in script() {
        let other: Payloads = batch.iter().map(|(kind, payload)| (kind + 100, payload.clone())).collect();
        journal.append(&crate::script::frames(&other)).expect("appends");
    }
    drop(journal);
    let name = "segment-0000000000000002";
    let foreign = theirs.peek(name).expect("there");
    let file = ours.open(name).expect("opens");
    tally_store::DiskFile::write_at(&file, 0, &foreign).expect("writes");
    let (_, opened) = Journal::open(ours, config()).expect("opens");
    let named: Vec<u64> = opened.damaged.iter().map(|damage| damage.segment).collect();
    assert_eq!(named, [2, 3], "where the foreign one begins, and where ours goes on: {opened:?}");
}
