//! The fence: how far the journal was once known to be durable, kept where no backup of the journal takes it along.
//!
//! Two slots in blocks of their own, written in turn and checksummed: one write and one sync a batch, and a torn write
//! always leaves the slot before.

use std::io;

use thiserror::Error;

use crate::disk::{Disk, DiskFile};
use crate::frame::{Head, number_u32, number_u64};
use crate::journal::{Journal, ReadError};

/// Bytes between the slots: the largest block a disk writes in one piece today, so that one torn write meets one slot.
const SLOT: u64 = 4096;

/// Bytes of a slot that mean something.
const USED: usize = 80;

/// The version of the bytes of a slot. Every later one keeps magic, version and checksum where they are.
const FORMAT: u32 = 1;

const MAGIC: &[u8; 8] = b"tallyfnc";

/// How a journal and its fence stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FenceCheck {
    /// The journal ends where the fence says.
    Same,
    /// The journal goes on after the fence: a crash between the two syncs.
    JournalAhead,
    /// The journal ends before the fence: it was restored from an older image or backup, or has lost its end.
    JournalBehind,
    /// The journal says something else where the fence stands: it is not the one this fence watched.
    Apart,
    /// There is no fence that can be read.
    Missing,
}

/// Why a fence could not be read or moved; after a failed move the process must end.
#[derive(Debug, Error)]
pub enum FenceError {
    /// It was written by a later version of the program.
    #[error("the fence has format {version}, and this program reads up to format {FORMAT}")]
    NewerFormat {
        /// The format in its newest readable slot.
        version: u32,
    },
    /// An earlier move failed; the process must end.
    #[error("the fence stopped at an earlier failure; the process must end")]
    Stopped,
    /// The disk failed.
    #[error("the fence could not be read or written")]
    Io(#[from] io::Error),
}

/// The fence of one journal.
///
/// [`Fence::record`] is called after the journal has synced a batch and before anybody is told.
#[derive(Debug)]
pub struct Fence<D: Disk> {
    disk: D,
    name: String,
    file: Option<D::File>,
    counter: u64,
    head: Option<Head>,
    stopped: bool,
}

fn encode(counter: u64, head: &Head) -> [u8; USED] {
    let mut slot = [0; USED];
    slot[..8].copy_from_slice(MAGIC);
    slot[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    for (at, number) in [counter, head.frames, head.segment, head.offset].iter().enumerate() {
        slot[16 + 8 * at..24 + 8 * at].copy_from_slice(&number.to_le_bytes());
    }
    slot[48..].copy_from_slice(&head.chain);
    let crc = checksum(&slot).to_le_bytes();
    slot[12..16].copy_from_slice(&crc);
    slot
}

fn checksum(slot: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&slot[..12]), &slot[16..])
}

fn decode(slot: &[u8]) -> Result<Option<(u64, Head)>, FenceError> {
    let read = || {
        if slot.len() < USED || &slot[..8] != MAGIC || number_u32(slot, 12)? != checksum(slot) {
            return None;
        }
        let head = Head {
            frames: number_u64(slot, 24)?,
            segment: number_u64(slot, 32)?,
            offset: number_u64(slot, 40)?,
            chain: slot.get(48..USED)?.try_into().ok()?,
        };
        Some((number_u32(slot, 8)?, number_u64(slot, 16)?, head))
    };
    match read() {
        Some((version, ..)) if version > FORMAT => Err(FenceError::NewerFormat { version }),
        Some((_, counter, head)) => Ok(Some((counter, head))),
        None => Ok(None),
    }
}

impl<D: Disk> Fence<D> {
    /// Reads the fence of that name, or none; makes what it read durable before it says so, unless the disk may only
    /// be read.
    pub fn open(disk: D, name: &str) -> Result<Self, FenceError> {
        let mut fence = Self { file: None, name: name.to_owned(), counter: 0, head: None, stopped: false, disk };
        if !fence.disk.list()?.iter().any(|other| other == name) {
            return Ok(fence);
        }
        let file = fence.disk.open(name)?;
        for slot in 0..2 {
            let mut bytes = [0; USED];
            let read = file.read_at(slot * SLOT, &mut bytes)?;
            if let Some((counter, head)) = decode(&bytes[..read])?
                && counter >= fence.counter
            {
                fence.counter = counter;
                fence.head = Some(head);
            }
        }
        if let Some(head) = fence.head.as_ref().filter(|_| !fence.disk.is_read_only()) {
            // The process before may have died between write and sync; the next move must leave a durable slot alone.
            file.write_at(fence.counter % 2 * SLOT, &encode(fence.counter, head))?;
            file.sync_data()?;
            fence.disk.sync_dir()?;
        }
        fence.file = Some(file);
        Ok(fence)
    }

    /// Returns where the fence stands, if there is one that can be read.
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// Moves the fence, and returns once that is durable. After an error the process must end.
    pub fn record(&mut self, head: &Head) -> Result<(), FenceError> {
        if self.stopped {
            return Err(FenceError::Stopped);
        }
        self.stopped = true;
        let first = self.head.is_none();
        if self.file.is_none() {
            self.file = Some(self.disk.create(&self.name, 2 * SLOT)?);
        }
        let Some(file) = &self.file else {
            return Err(FenceError::Stopped);
        };
        let counter = self.counter + 1;
        file.write_at(counter % 2 * SLOT, &encode(counter, head))?;
        file.sync_data()?;
        if first {
            self.disk.sync_dir()?;
        }
        self.counter = counter;
        self.head = Some(*head);
        self.stopped = false;
        Ok(())
    }

    /// Says how the journal stands to its fence.
    pub fn compare<J: Disk>(&self, journal: &Journal<J>) -> Result<FenceCheck, ReadError> {
        let Some(fence) = self.head else {
            return Ok(FenceCheck::Missing);
        };
        let head = journal.head();
        if head.frames < fence.frames {
            return Ok(FenceCheck::JournalBehind);
        }
        // Where damage hides the chain the count decides: the damage itself is reported by the journal.
        if journal.chain_at(fence.frames)?.is_some_and(|chain| chain != fence.chain) {
            return Ok(FenceCheck::Apart);
        }
        Ok(if head.frames == fence.frames { FenceCheck::Same } else { FenceCheck::JournalAhead })
    }
}
