use std::collections::VecDeque;

use tally_entry::Time;
use tally_replica::{Append, Input, Output, Replica, Short, Stored, Ticket};
use tally_store::{Fence, Frame, GuardLimits, Journal, JournalConfig, MAX_BATCH_FRAMES, SimDisk};

use crate::checker::Appended;
use crate::member::Member;

/// The name of the fence beside the journal.
const FENCE: &str = "fence";
/// Small segments, so that short runs rotate them.
const SEGMENT_BYTES: u64 = 48 * 1024;

/// An append that the core asked for and the disk does not hold yet.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) ticket: Ticket,
    kind: u8,
    payload: Vec<u8>,
    pub(crate) appended: Appended,
}

/// What runs while a machine is up.
#[derive(Debug)]
struct Running {
    replica: Replica,
    journal: Journal<SimDisk>,
    fence: Fence<SimDisk>,
}

/// One member's machine: a disk, and while it is up the core with its journal and fence.
#[derive(Debug)]
pub(crate) struct Machine {
    disk: SimDisk,
    running: Option<Running>,
    pub(crate) pending: VecDeque<Pending>,
    /// Counts starts: what was under way before a start is nobody's after it.
    pub(crate) life: u32,
    pub(crate) syncing: bool,
    pub(crate) wake: Option<Time>,
    images: Vec<SimDisk>,
}

/// What a start found.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) frames: Vec<Stored>,
    pub(crate) torn: bool,
    pub(crate) short: Vec<Short>,
}

/// What became of a batch.
pub(crate) enum Synced {
    /// It is on disk up to this ticket, and this with it.
    Done(Ticket, Vec<Appended>),
    /// The disk failed, and the machine must go down.
    Died,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            disk: SimDisk::new(),
            running: None,
            pending: VecDeque::new(),
            life: 0,
            syncing: false,
            wake: None,
            images: Vec::new(),
        }
    }

    pub(crate) const fn is_up(&self) -> bool {
        self.running.is_some()
    }

    /// Starts from what the disk holds.
    pub(crate) fn start(&mut self, member: &Member, seed: [u8; 32]) -> Result<Started, String> {
        let fence = Fence::open(self.disk.clone(), FENCE).map_err(|why| why.to_string())?;
        let config = JournalConfig {
            segment_bytes: SEGMENT_BYTES,
            guard: GuardLimits::none(),
            fence: fence.head(),
            ..JournalConfig::new(seed)
        };
        let (journal, opened) = Journal::open(self.disk.clone(), config).map_err(|why| why.to_string())?;
        if !opened.damaged.is_empty() {
            return Err(format!("a crash damaged the journal: {:?}", opened.damaged));
        }
        let agreement = fence.compare(&journal).map_err(|why| why.to_string())?;
        if matches!(agreement, tally_store::FenceCheck::JournalBehind | tally_store::FenceCheck::Apart) {
            return Err(format!("after a crash the fence and the journal stand {agreement:?}"));
        }
        let mut frames = Vec::new();
        for stored in journal.frames() {
            let stored = stored.map_err(|why| why.to_string())?;
            frames.push(Stored::decode(stored.kind, &stored.payload).map_err(|why| why.to_string())?);
        }
        let mut replica = Replica::new(member.identity(), seed);
        let reopened = replica.reopen(frames.iter().cloned());
        self.life += 1;
        self.syncing = false;
        self.wake = None;
        self.pending.clear();
        self.running = Some(Running { replica, journal, fence });
        Ok(Started { frames, torn: opened.torn.is_some(), short: reopened.short })
    }

    /// Gives the core an event; false when the machine is down.
    pub(crate) fn handle(&mut self, now: Time, input: Input) -> bool {
        let Some(running) = &mut self.running else {
            return false;
        };
        running.replica.handle(now, input);
        true
    }

    pub(crate) fn poll(&mut self) -> Option<Output> {
        self.running.as_mut()?.replica.poll_output()
    }

    /// Keeps an append for the next batch.
    pub(crate) fn queue(&mut self, ticket: Ticket, item: &Append, appended: Appended) {
        let (kind, payload) = item.encode();
        self.pending.push_back(Pending { ticket, kind, payload, appended });
    }

    /// Writes and syncs what is pending, then moves the fence.
    pub(crate) fn sync(&mut self) -> Synced {
        let Some(running) = &mut self.running else {
            return Synced::Died;
        };
        let batch: Vec<Pending> = self.pending.drain(..self.pending.len().min(MAX_BATCH_FRAMES)).collect();
        let frames: Vec<Frame<'_>> =
            batch.iter().map(|item| Frame { kind: item.kind, payload: &item.payload }).collect();
        let appended = running.journal.append(&frames).ok();
        let fenced = appended.is_some_and(|appended| running.fence.record(&appended.upto).is_ok());
        match batch.last() {
            Some(last) if fenced => Synced::Done(last.ticket, batch.into_iter().map(|item| item.appended).collect()),
            _ => Synced::Died,
        }
    }

    /// Makes the power fail so many disk operations from now.
    pub(crate) fn doom(&self, operations: u64) {
        self.disk.stop_at(self.disk.operations() + operations);
    }

    /// Goes down as a power cut does: what was not synced is there or not.
    pub(crate) fn crash(&mut self, seed: u64) {
        self.running = None;
        self.pending.clear();
        self.life += 1;
        self.disk = self.disk.crash(seed);
    }

    /// Keeps a copy of the disk as it is, the fence with it, as a backup of the whole machine does.
    pub(crate) fn image(&mut self) {
        self.images.push(self.disk.restart());
    }

    /// Goes down and comes back as its newest image; false when there is none.
    pub(crate) fn restore(&mut self) -> bool {
        let Some(image) = self.images.pop() else {
            return false;
        };
        self.running = None;
        self.pending.clear();
        self.life += 1;
        // An image is taken of a running machine: to the copy it is as if the power had gone.
        self.disk = image.crash(0);
        self.images.clear();
        true
    }
}
