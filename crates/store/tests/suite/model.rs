//! A journal against a list, through crashes, restarts, full disks and faults.

use proptest::collection::vec;
use proptest::prelude::*;
use tally_store::{AppendError, Disk, DiskFile, Fault, Frame, GuardLimits, Journal, JournalConfig, SimDisk};

use crate::script::{Payloads, config, frames};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<(u8, usize)>),
    Crash(u64),
    Restart,
    Fill,
    Free,
    Fault(u64, bool),
    Verify,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => vec((any::<u8>(), 0_usize..300), 0..5).prop_map(Step::Append),
        2 => any::<u64>().prop_map(Step::Crash),
        1 => Just(Step::Restart),
        1 => Just(Step::Fill),
        1 => Just(Step::Free),
        1 => (0_u64..6, any::<bool>()).prop_map(|(after, full)| Step::Fault(after, full)),
        1 => Just(Step::Verify),
    ]
}

struct World {
    disk: SimDisk,
    journal: Option<Journal<SimDisk>>,
    model: Payloads,
    in_doubt: Payloads,
    next: u8,
}

impl World {
    fn config() -> JournalConfig {
        let guard = GuardLimits { ballast_bytes: 100, reserve_bytes: 1000 };
        JournalConfig { segment_bytes: 1000, guard, ..config() }
    }

    fn new() -> Self {
        let disk = SimDisk::new();
        disk.set_sector(64);
        disk.set_capacity(1 << 20);
        let mut world = Self { disk, journal: None, model: vec![], in_doubt: vec![], next: 0 };
        world.open();
        world
    }

    fn open(&mut self) {
        self.journal = None;
        let (journal, opened) = Journal::open(self.disk.clone(), Self::config()).expect("opens");
        assert!(opened.damaged.is_empty(), "{opened:?}");
        let read: Payloads =
            journal.frames().map(|frame| frame.map(|frame| (frame.kind, frame.payload)).expect("reads")).collect();
        let mut all = self.model.clone();
        all.append(&mut self.in_doubt);
        assert!(read.len() >= self.model.len(), "lost");
        assert_eq!(all.get(..read.len()), Some(read.as_slice()), "invented");
        self.model = read;
        self.journal = Some(journal);
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Append(lengths) => {
                let batch: Payloads = lengths
                    .iter()
                    .map(|(kind, length)| {
                        self.next = self.next.wrapping_add(1);
                        (*kind, vec![self.next; *length])
                    })
                    .collect();
                let journal = self.journal.as_mut().expect("open");
                let before = journal.head();
                match journal.append(&frames(&batch)) {
                    Ok(appended) => {
                        for (place, expected) in appended.places.iter().zip(&batch) {
                            let read = journal.read(*place);
                            assert!(read.is_err() || read.is_ok_and(|read| read.payload == expected.1));
                        }
                        self.model.extend(batch);
                    }
                    Err(AppendError::LowSpace(_) | AppendError::Unknown(_)) => {
                        assert_eq!(journal.head(), before);
                    }
                    Err(error) => {
                        assert!(error.is_fatal(), "{error}");
                        self.in_doubt = batch;
                        self.disk = self.disk.restart();
                        self.open();
                    }
                }
            }
            Step::Crash(seed) => {
                self.disk = self.disk.crash(*seed);
                self.open();
            }
            Step::Restart => {
                self.disk = self.disk.restart();
                self.open();
            }
            Step::Fill => {
                let free = self.disk.restart().free_bytes().expect("free");
                if let Ok(file) = self.disk.create("filler", free.saturating_sub(700)) {
                    let _ = file.sync_data();
                }
            }
            Step::Free => {
                let _ = self.disk.remove("filler");
            }
            Step::Fault(after, full) => {
                let fault = if *full { Fault::Full } else { Fault::Broken };
                self.disk.fail_at(self.disk.operations() + after, fault);
            }
            Step::Verify => {
                let journal = self.journal.as_mut().expect("open");
                if let Ok(verified) = journal.verify() {
                    assert_eq!(verified.frames as usize, self.model.len());
                    assert!(verified.damaged.is_empty());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_is_a_list_that_survives(steps in vec(step(), 1..60)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.disk = world.disk.restart();
        world.open();
    }

    #[test]
    fn opening_never_panics_on_any_bytes(
        segments in vec(vec(any::<u8>(), 0..700), 1..4),
        over in vec((0_usize..1400, any::<u8>()), 0..40),
    ) {
        let disk = SimDisk::new();
        let (mut journal, _) = Journal::open(disk.clone(), config()).expect("opens");
        for kind in 0..6 {
            journal.append(&[Frame { kind, payload: &[kind; 90] }]).expect("appends");
        }
        drop(journal);
        let names = ["segment-0000000000000001", "segment-0000000000000002"];
        for (at, byte) in over {
            let file = disk.open(names[at % 2]).expect("opens");
            file.write_at(at as u64 / 2, &[byte]).expect("writes");
        }
        for (at, bytes) in segments.iter().enumerate() {
            let name = format!("segment-{:016x}", at + 9);
            let file = disk.create(&name, bytes.len() as u64).expect("creates");
            file.write_at(0, bytes).expect("writes");
        }
        let (mut journal, _) = Journal::open(disk.clone(), config()).expect("opens");
        for frame in journal.frames().filter_map(Result::ok) {
            prop_assert_eq!(frame.payload, vec![frame.kind; 90]);
        }
        let verified = journal.verify().expect("verifies");
        prop_assert_eq!(verified.frames as usize, journal.frames().filter(Result::is_ok).count());
        journal.append(&[Frame { kind: 1, payload: b"on" }]).expect("goes on");
        drop(journal);
        let (journal, _) = Journal::open(disk, config()).expect("opens again");
        prop_assert!(journal.frames().filter_map(Result::ok).any(|frame| frame.payload == b"on"));
    }
}
