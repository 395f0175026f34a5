//! The journal: every entry and control act a node holds, in the order it took them.

mod append;
mod read;
mod recovery;
mod set_aside;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::{fmt, io};

use thiserror::Error;

use crate::disk::Disk;
use crate::frame::Head;
use crate::guard::{DiskGuard, GuardLimits};

pub use append::{AppendError, Appended, MAX_BATCH_BYTES, MAX_BATCH_FRAMES, RepairError};
pub use read::{Frames, JournalCheck, ReadError, StoredFrame};

/// The name of the file whose lock says that a home is open.
const LOCK: &str = "lock";

/// Bytes of a segment: few enough files in twenty years, and one fits in memory while it is checked.
const SEGMENT_BYTES: u64 = 16 << 20;

/// How a journal is kept.
#[derive(Clone, Copy, Debug)]
pub struct JournalConfig {
    /// Bytes of a new segment; a batch that needs more gets a segment of its own size.
    pub segment_bytes: u64,
    /// Bytes nobody else can guess, kept in a new journal so that no payload passes for a frame; unused by an old one.
    pub seed: [u8; 32],
    /// What the disk guard holds back.
    pub guard: GuardLimits,
    /// What the fence says is durable: nothing at or before it is ever cut as a torn tail.
    pub fence: Option<Head>,
}

impl JournalConfig {
    /// Makes the usual configuration: segments of 16 MiB, the usual guard, no fence.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { segment_bytes: SEGMENT_BYTES, seed, guard: GuardLimits::default(), fence: None }
    }
}

/// A place in a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Counted from 1, as in the name of its file.
    pub segment: u64,
    /// In bytes from the start of the segment.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "segment {}, offset {}", self.segment, self.offset)
    }
}

/// Bytes of a journal that are not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Counted from 1, as in the name of its file.
    pub segment: u64,
    /// In bytes from the start of the segment.
    pub offset: u64,
    /// How many bytes; zero when the whole segment is missing.
    pub bytes: u64,
    /// How many frames were lost with them, as far as what follows can tell.
    pub frames: u64,
    /// The file the bytes were copied to, if there was room.
    pub set_aside: Option<String>,
}

impl Damage {
    /// Returns where it begins.
    pub fn place(&self) -> Place {
        Place { segment: self.segment, offset: self.offset }
    }
}

/// A tail that a crash left half written and nobody was promised; it was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Counted from 1, as in the name of its file.
    pub segment: u64,
    /// The offset of the last good frame's end.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
}

/// What was found when a journal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// How many frames can be read.
    pub frames: u64,
    /// The torn tail, if there was one.
    pub torn: Option<Torn>,
    /// Damage that is not repaired yet, by place.
    pub damaged: Vec<Damage>,
}

/// Why a journal does not open.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It was written by a later version of the program.
    #[error("segment {segment} has format {version}, and this program reads up to format {known}")]
    NewerFormat {
        /// Counted from 1, as in the name of its file.
        segment: u64,
        /// The format that its header states.
        version: u32,
        /// The newest format this program reads.
        known: u32,
    },
    /// Another process has this home open.
    #[error("another process has this home open")]
    Locked,
    /// The disk failed.
    #[error("the journal could not be read or recovered")]
    Io(#[source] io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where one segment stands in the whole.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// The sequence of its first frame.
    first: u64,
    /// The chain before it, when its header is good.
    chain: Option<[u8; 32]>,
}

/// The segment that is written to.
#[derive(Debug)]
struct Active<F> {
    number: u64,
    file: F,
    capacity: u64,
}

/// An append-only file of frames, in segments, that acknowledges nothing it could lose.
///
/// [`Journal::append`] returns after the batch is synced. Once it has returned [`AppendError::Fatal`] the process must
/// end: what is on the disk is unknown, every later call is refused, and no sync is tried again. The next open finds
/// out what is there, writes the last batch again and syncs it before it reports a single frame.
#[derive(Debug)]
pub struct Journal<D: Disk> {
    disk: D,
    config: JournalConfig,
    guard: DiskGuard<D>,
    seed: [u8; 32],
    salt: u32,
    segments: BTreeMap<u64, Segment>,
    active: Option<Active<D::File>>,
    /// The highest segment number ever seen, missing and unreadable ones included.
    last_segment: u64,
    head: Head,
    /// Where known damage begins, repaired or not; reads step over it.
    known: BTreeSet<Place>,
    repaired: BTreeSet<(Place, u64)>,
    damaged: Vec<Damage>,
    stopped: bool,
    _lock: D::Lock,
}

impl<D: Disk> Journal<D> {
    /// Returns where the journal ends; all of it is synced.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Returns the damage that is known and not repaired, by place.
    pub fn damaged(&self) -> &[Damage] {
        &self.damaged
    }

    /// Returns the guard of the disk.
    pub fn guard(&self) -> &DiskGuard<D> {
        &self.guard
    }

    fn set_damage(&mut self, found: Vec<Damage>) {
        self.known.extend(found.iter().map(Damage::place));
        self.damaged =
            found.into_iter().filter(|damage| !self.repaired.contains(&(damage.place(), damage.bytes))).collect();
    }
}
