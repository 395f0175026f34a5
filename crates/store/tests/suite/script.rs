//! A small journal on a simulated disk, a script of batches, and the checker of what a crash left.

use tally_store::{Fence, Frame, GuardLimits, Journal, JournalConfig, SimDisk};

/// The name of the fence, on a disk of its own.
pub(crate) const FENCE: &str = "fence";

pub(crate) type Payloads = Vec<(u8, Vec<u8>)>;

/// Segments of 640 bytes: the script meets two rotations.
pub(crate) fn config() -> JournalConfig {
    JournalConfig { segment_bytes: 640, guard: GuardLimits::none(), ..JournalConfig::new([9; 32]) }
}

/// Sectors of 64 bytes, so that a batch of a few frames touches several.
pub(crate) fn disk() -> SimDisk {
    let disk = SimDisk::new();
    disk.set_sector(64);
    disk
}

pub(crate) fn script() -> Vec<Payloads> {
    let lengths: [&[usize]; 6] = [&[5], &[20, 0, 33], &[40, 7], &[90], &[12, 12, 12], &[3]];
    let mut number = 0;
    lengths
        .iter()
        .map(|batch| {
            batch
                .iter()
                .map(|length| {
                    number += 1;
                    (number, (0..*length).map(|at| number ^ (at as u8)).collect())
                })
                .collect()
        })
        .collect()
}

pub(crate) fn frames(batch: &Payloads) -> Vec<Frame<'_>> {
    batch.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect()
}

/// What a run submitted, and how much of it was acknowledged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran {
    pub(crate) submitted: Payloads,
    pub(crate) acknowledged: usize,
}

/// Runs the script until it ends or the disk fails, with a fence on a disk of its own when one is given.
pub(crate) fn run(disk: &SimDisk, fence: Option<&SimDisk>) -> Ran {
    let mut ran = Ran::default();
    let Ok((mut journal, _)) = Journal::open(disk.clone(), config()) else {
        return ran;
    };
    let mut fence = match fence.map(|disk| Fence::open(disk.clone(), FENCE)) {
        Some(Ok(fence)) => Some(fence),
        Some(Err(_)) => return ran,
        None => None,
    };
    for batch in script() {
        ran.submitted.extend(batch.iter().cloned());
        let Ok(appended) = journal.append(&frames(&batch)) else {
            return ran;
        };
        if let Some(fence) = &mut fence
            && fence.record(&appended.upto).is_err()
        {
            return ran;
        }
        ran.acknowledged = ran.submitted.len();
    }
    ran
}

/// Opens what is there and reads every frame; says in words what is wrong, if anything is.
pub(crate) fn recover(disk: &SimDisk, config: JournalConfig) -> Result<Payloads, String> {
    let (journal, opened) = Journal::open(disk.clone(), config).map_err(|error| format!("does not open: {error}"))?;
    if !opened.damaged.is_empty() {
        return Err(format!("a crash is no damage: {:?}", opened.damaged));
    }
    let read: Payloads = journal
        .frames()
        .map(|frame| frame.map(|frame| (frame.kind, frame.payload)))
        .collect::<Result<_, _>>()
        .map_err(|error| format!("does not read: {error}"))?;
    if opened.frames != read.len() as u64 {
        return Err(format!("{} frames reported, {} read", opened.frames, read.len()));
    }
    Ok(read)
}

/// Says what is wrong with what was read after a crash, if anything is.
pub(crate) fn judge(ran: &Ran, read: &Payloads) -> Result<(), String> {
    if read.len() < ran.acknowledged {
        return Err(format!("{} acknowledged, {} there", ran.acknowledged, read.len()));
    }
    if ran.submitted.get(..read.len()) != Some(read) {
        return Err("what is there is no beginning of what was submitted".to_owned());
    }
    Ok(())
}

pub(crate) fn check(disk: &SimDisk, ran: &Ran) -> Result<(), String> {
    judge(ran, &recover(disk, config())?)
}
