//! Every legal disk state at every operation of a script.

use tally_store::{Disk, Fence, FenceCheck, Frame, Head, Journal, JournalConfig, SimDisk};

use crate::script::{FENCE, Ran, check, config, disk, frames, judge, recover, run, script};

/// Runs the script to every operation, and gives each crashed disk to the checker; returns states and losses.
fn every_state(prepare: impl Fn(&SimDisk), check: impl Fn(&SimDisk, &Ran) -> Result<(), String>) -> (u64, Vec<String>) {
    let whole = disk();
    run(&whole, None);
    let mut states = 0;
    let mut wrong = Vec::new();
    for at in 0..=whole.operations() {
        let disk = disk();
        prepare(&disk);
        disk.stop_at(at);
        let ran = run(&disk, None);
        for state in disk.crash_states() {
            states += 1;
            if let Err(what) = check(&state, &ran) {
                wrong.push(format!("stopped at {at}: {what}"));
            }
        }
    }
    (states, wrong)
}

#[test]
fn what_was_acknowledged_is_there_in_every_legal_state() {
    let (states, wrong) = every_state(|_| {}, check);
    assert!(wrong.is_empty(), "{} of {states}: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    assert!(states > 4_000, "{states} states are too few to mean anything");
    println!("{states} states");
}

#[test]
fn a_journal_goes_on_after_every_legal_state_and_survives_the_next_crash() {
    let (_, wrong) = every_state(
        |_| {},
        |state, _| {
            let before = recover(state, config())?;
            let (mut journal, _) = Journal::open(state.clone(), config()).map_err(|error| error.to_string())?;
            let more = [Frame { kind: 200, payload: b"after the crash" }; 2];
            journal.append(&more).map_err(|error| error.to_string())?;
            drop(journal);
            let mut expected = before;
            expected.extend([(200, b"after the crash".to_vec()), (200, b"after the crash".to_vec())]);
            for seed in 0..2 {
                if recover(&state.crash(seed), config())? != expected {
                    return Err("it is not what was there and what was added".to_owned());
                }
            }
            Ok(())
        },
    );
    assert!(wrong.is_empty(), "{}: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
}

#[test]
fn a_crash_during_recovery_loses_nothing() {
    let whole = disk();
    run(&whole, None);
    for at in 0..=whole.operations() {
        let disk = disk();
        disk.stop_at(at);
        let ran = run(&disk, None);
        for seed in 0..6 {
            let crashed = disk.crash(seed);
            let probe = crashed.restart();
            let begun = probe.operations();
            recover(&probe, config()).expect("recovers");
            for stop in begun..=probe.operations() {
                let again = crashed.restart();
                again.stop_at(stop);
                let _ = Journal::open(again.clone(), config());
                for second in 0..4 {
                    check(&again.crash(second), &ran)
                        .unwrap_or_else(|what| panic!("{at}, {seed}, {stop}, {second}: {what}"));
                }
            }
        }
    }
}

#[test]
fn without_the_sync_of_data_the_checker_finds_a_loss() {
    let (_, wrong) = every_state(|disk| disk.skip_syncs(true, false), check);
    assert!(wrong.iter().any(|what| what.contains("acknowledged")), "the checker is blind");
}

#[test]
fn without_the_sync_of_names_the_checker_finds_a_loss() {
    let (_, wrong) = every_state(|disk| disk.skip_syncs(false, true), check);
    assert!(wrong.iter().any(|what| what.contains("acknowledged")), "the checker is blind");
}

#[test]
fn what_a_restarted_process_reports_survives_the_next_power_cut() {
    // The first process dies between write and sync: the next one sees the bytes, and they are not durable.
    let whole = disk();
    run(&whole, None);
    for at in 0..=whole.operations() {
        let disk = disk();
        disk.stop_at(at);
        let ran = run(&disk, None);
        let restarted = disk.restart();
        let reported = recover(&restarted, config()).expect("opens");
        judge(&ran, &reported).expect("reports what was there");
        for state in restarted.crash_states() {
            assert_eq!(recover(&state, config()).expect("opens"), reported, "stopped at {at}");
        }
    }
}

#[test]
fn what_a_restarted_process_appends_survives_the_next_power_cut() {
    let whole = disk();
    run(&whole, None);
    for at in 0..=whole.operations() {
        let disk = disk();
        disk.stop_at(at);
        run(&disk, None);
        let restarted = disk.restart();
        let mut expected = recover(&restarted, config()).expect("opens");
        let (mut journal, _) = Journal::open(restarted.clone(), config()).expect("opens");
        let more = Frame { kind: 200, payload: b"more" };
        journal.append(&[more]).expect("appends");
        drop(journal);
        expected.push((200, b"more".to_vec()));
        for state in restarted.crash_states() {
            let read = recover(&state, config()).expect("opens");
            assert_eq!(read, expected, "stopped at {at}");
        }
    }
}

#[test]
fn one_batch_costs_one_sync() {
    let disk = disk();
    let (mut journal, _) =
        Journal::open(disk.clone(), JournalConfig { segment_bytes: 1 << 20, ..config() }).expect("opens");
    for batch in &script()[..1] {
        journal.append(&frames(batch)).expect("appends");
    }
    let (files, names) = disk.syncs();
    for batch in &script()[1..] {
        journal.append(&frames(batch)).expect("appends");
    }
    assert_eq!(disk.syncs(), (files + script().len() as u64 - 1, names));
}

#[test]
fn the_fence_is_never_lost_and_never_ahead_in_every_legal_state() {
    let whole = (disk(), disk());
    run(&whole.0, Some(&whole.1));
    let mut states = 0;
    for at in 0..=whole.1.operations() {
        let (journals, fences) = (disk(), disk());
        fences.stop_at(at);
        let ran = run(&journals, Some(&fences));
        for state in fences.crash_states() {
            states += 1;
            let fence = Fence::open(state, FENCE).expect("opens");
            let config = JournalConfig { fence: fence.head(), ..config() };
            let (journal, opened) = Journal::open(journals.restart(), config).expect("opens");
            assert!(opened.damaged.is_empty() && opened.torn.is_none(), "{opened:?}");
            let agreement = fence.compare(&journal).expect("compares");
            let fenced = fence.head().map_or(0, |head| head.frames);
            assert!(fenced >= ran.acknowledged as u64, "stopped at {at}: the fence fell back");
            assert!(fenced <= ran.submitted.len() as u64);
            let expected = match (fenced, ran.submitted.len() as u64) {
                (0, _) => FenceCheck::Missing,
                (fenced, there) if fenced == there => FenceCheck::Same,
                _ => FenceCheck::JournalAhead,
            };
            assert_eq!(agreement, expected, "stopped at {at}");
        }
    }
    assert!(states > 700, "{states} states are too few to mean anything");
    println!("{states} states");
}

#[test]
fn without_its_sync_the_fence_falls_back() {
    let (journals, fences) = (disk(), disk());
    fences.skip_syncs(true, true);
    let ran = run(&journals, Some(&fences));
    let lost = fences.crash_states().any(|state| {
        let fence = Fence::open(state, FENCE).expect("opens");
        fence.head().map_or(0, |head| head.frames) < ran.acknowledged as u64
    });
    assert!(lost, "the checker is blind");
}

#[test]
fn both_crash_together() {
    let whole = (disk(), disk());
    run(&whole.0, Some(&whole.1));
    for at in 0..=whole.0.operations() {
        let (journals, fences) = (disk(), disk());
        journals.stop_at(at);
        let ran = run(&journals, Some(&fences));
        for (seed, state) in (0..).zip(journals.crash_states()) {
            let fence = Fence::open(fences.crash(seed), FENCE).expect("opens");
            let config = JournalConfig { fence: fence.head(), ..config() };
            judge(&ran, &recover(&state, config).expect("recovers")).expect("nothing is lost");
            let (journal, _) = Journal::open(state, config).expect("opens");
            let agreement = fence.compare(&journal).expect("compares");
            assert!(
                matches!(agreement, FenceCheck::Same | FenceCheck::JournalAhead | FenceCheck::Missing),
                "a crash looks like {agreement:?}",
            );
        }
    }
}

#[test]
fn a_fence_tells_a_restored_a_foreign_and_a_missing_history() {
    let (journals, fences) = (disk(), disk());
    let (mut journal, _) = Journal::open(journals.clone(), config()).expect("opens");
    let batches = script();
    journal.append(&frames(&batches[0])).expect("appends");
    let image = journals.restart();
    let mut fence = Fence::open(fences.clone(), FENCE).expect("opens");
    assert_eq!(fence.compare(&journal).expect("compares"), FenceCheck::Missing);
    let upto = journal.append(&frames(&batches[1])).expect("appends").upto;
    fence.record(&upto).expect("records");
    assert_eq!(fence.compare(&journal).expect("compares"), FenceCheck::Same);
    for batch in &batches[2..] {
        journal.append(&frames(batch)).expect("appends");
    }
    assert_eq!(fence.compare(&journal).expect("compares"), FenceCheck::JournalAhead);

    let fence = Fence::open(fences.restart(), FENCE).expect("opens again");
    assert_eq!(fence.head(), Some(upto));
    let (mut restored, opened) =
        Journal::open(image, JournalConfig { fence: fence.head(), ..config() }).expect("opens");
    assert!(opened.damaged.is_empty(), "an old image is not damaged: {opened:?}");
    assert_eq!(fence.compare(&restored).expect("compares"), FenceCheck::JournalBehind);
    for _ in 0..4 {
        restored.append(&frames(&batches[5])).expect("appends");
    }
    assert_eq!(fence.compare(&restored).expect("compares"), FenceCheck::Apart);
}

#[test]
fn a_fence_of_a_later_format_is_refused_in_plain_words() {
    let fences = SimDisk::new();
    let mut fence = Fence::open(fences.clone(), FENCE).expect("opens");
    fence.record(&Head { frames: 1, segment: 1, offset: 300, chain: [1; 32] }).expect("records");
    let mut bytes = fences.peek(FENCE).expect("there");
    let slot = 4096;
    bytes[slot + 8] = 2;
    let crc = crc32c::crc32c_append(crc32c::crc32c(&bytes[slot..slot + 12]), &bytes[slot + 16..slot + 80]);
    bytes[slot + 12..slot + 16].copy_from_slice(&crc.to_le_bytes());
    let file = fences.open(FENCE).expect("opens");
    tally_store::DiskFile::write_at(&file, 0, &bytes).expect("writes");
    let error = Fence::open(fences, FENCE).expect_err("refused");
    assert_eq!(error.to_string(), "the fence has format 2, and this program reads up to format 1");
}
