//! Appending: check everything, write once, sync once, and stop for good when either fails.

use std::io;

use thiserror::Error;

use super::{Active, Damage, Journal, Place, Segment};
use crate::disk::{Disk, DiskFile};
use crate::frame::{FLAG_REPAIRED, FRAME_HEADER, Frame, Head, MAX_PAYLOAD, encode};
use crate::guard::{GuardError, LowSpace};
use crate::segment::{SEGMENT_HEADER, SegmentHeader, segment_name};

/// Frames of one batch: the driver drains at most this many before it syncs, and the place in a batch has 16 bits.
pub const MAX_BATCH_FRAMES: usize = 4096;

/// Bytes of one batch with its headers: what recovery writes again at a start, and holds in memory.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

/// A batch that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The new end of the journal.
    pub upto: Head,
    /// Where each frame of the batch is.
    pub places: Vec<Place>,
}

/// Why a batch was not appended.
#[derive(Debug, Error)]
pub enum AppendError {
    /// A payload is too long; nothing was written.
    #[error("frame {index} of the batch has {bytes} bytes, and the limit is {limit}")]
    FrameTooLarge {
        /// Its place in the batch, from zero.
        index: usize,
        /// Length of the payload.
        bytes: usize,
        /// The most allowed.
        limit: usize,
    },
    /// The batch has too many frames or bytes; nothing was written.
    #[error(
        "the batch has {frames} frames and {bytes} bytes, and the limits are {MAX_BATCH_FRAMES} and {MAX_BATCH_BYTES}"
    )]
    BatchTooLarge {
        /// How many frames were given.
        frames: usize,
        /// Length of all frames with their headers.
        bytes: usize,
    },
    /// Too little space; nothing was written, and it goes by itself when space is back.
    #[error(transparent)]
    LowSpace(LowSpace),
    /// The disk does not say how much is free; nothing was written.
    #[error("the disk does not say how much space is free")]
    Unknown(#[source] io::Error),
    /// A write or a sync failed: what is durable is unknown and the process must end.
    #[error("the journal could not be written; the process must end")]
    Fatal(#[source] io::Error),
    /// An earlier append was fatal; the process must end.
    #[error("the journal stopped at an earlier failure; the process must end")]
    Stopped,
}

impl AppendError {
    /// Says whether the process must end.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal(_) | Self::Stopped)
    }
}

/// Why damage was not repaired.
#[derive(Debug, Error)]
pub enum RepairError {
    /// No damage that still waits for repair begins there.
    #[error("no damage waits for repair in segment {} at offset {}", .0.segment, .0.offset)]
    NotDamaged(Place),
    /// The frames could not be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl<D: Disk> Journal<D> {
    /// Appends a batch and returns once it is synced; an empty one changes nothing.
    ///
    /// Either the whole batch is acknowledged, or none of it; after a crash a beginning of an unacknowledged batch
    /// may be found.
    pub fn append(&mut self, batch: &[Frame<'_>]) -> Result<Appended, AppendError> {
        self.write(batch, None)
    }

    /// Appends frames in as many batches as they need, in order, and returns once the last is synced.
    ///
    /// Where a later batch finds too little space the earlier ones stay, and writing all of it again does no harm.
    pub fn append_all(&mut self, frames: &[Frame<'_>]) -> Result<Head, AppendError> {
        let mut rest = frames;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(fitting(rest));
            self.append(batch)?;
            rest = later;
        }
        Ok(self.head)
    }

    /// Appends frames that stand in for the damage that begins at a place, and never reports that damage again.
    ///
    /// Nothing is rewritten in place: the frames come at the end of the journal. After a crash in the middle the damage
    /// may still be reported although some of the frames are there.
    pub fn repair(&mut self, place: Place, frames: &[Frame<'_>]) -> Result<Appended, RepairError> {
        let damage = self
            .damaged
            .iter()
            .find(|damage| damage.place() == place)
            .cloned()
            .ok_or(RepairError::NotDamaged(place))?;
        let appended = self.write(frames, Some(&damage))?;
        self.repaired.insert((place, damage.bytes));
        self.damaged.retain(|other| other.place() != place);
        Ok(appended)
    }

    fn write(&mut self, batch: &[Frame<'_>], repairs: Option<&Damage>) -> Result<Appended, AppendError> {
        if self.stopped {
            return Err(AppendError::Stopped);
        }
        let mark = repairs.map(repair_mark);
        let all = batch
            .iter()
            .map(|frame| (0, *frame))
            .chain(mark.iter().map(|mark| (FLAG_REPAIRED, Frame { kind: 0, payload: mark })));
        let frames = batch.len() + usize::from(mark.is_some());
        if frames == 0 {
            return Ok(Appended { upto: self.head, places: Vec::new() });
        }
        let mut bytes = 0_usize;
        for (index, (_, frame)) in all.clone().enumerate() {
            if frame.payload.len() > MAX_PAYLOAD {
                let bytes = frame.payload.len();
                return Err(AppendError::FrameTooLarge { index, bytes, limit: MAX_PAYLOAD });
            }
            bytes = bytes.saturating_add(FRAME_HEADER + frame.payload.len());
        }
        if frames > MAX_BATCH_FRAMES || bytes > MAX_BATCH_BYTES {
            return Err(AppendError::BatchTooLarge { frames, bytes });
        }
        let fits =
            self.active.as_ref().is_some_and(|active| self.head.offset.saturating_add(bytes as u64) <= active.capacity);
        let segment = self.config.segment_bytes.max((SEGMENT_HEADER + bytes) as u64);
        self.guard.check(if fits { 0 } else { segment }).map_err(|refusal| match refusal {
            GuardError::LowSpace(low) => AppendError::LowSpace(low),
            GuardError::Unknown(error) => AppendError::Unknown(error),
        })?;

        // From here on nothing fails lightly: the journal counts as stopped until the sync has returned.
        self.stopped = true;
        if !fits {
            self.rotate(segment).map_err(AppendError::Fatal)?;
        }
        let Some(active) = &self.active else {
            return Err(AppendError::Stopped);
        };
        let mut head = Head { segment: active.number, ..self.head };
        let mut written = Vec::with_capacity(bytes);
        let mut places = Vec::with_capacity(batch.len());
        for (in_batch, (flags, frame)) in all.enumerate() {
            if flags == 0 {
                let offset = self.head.offset + written.len() as u64;
                places.push(Place { segment: head.segment, offset });
            }
            head.frames += 1;
            let in_batch = u16::try_from(in_batch).unwrap_or(u16::MAX);
            head.chain = encode(&mut written, self.salt, &head.chain, head.frames, in_batch, flags, frame);
        }
        head.offset = self.head.offset + written.len() as u64;
        active.file.write_at(self.head.offset, &written).map_err(AppendError::Fatal)?;
        active.file.sync_data().map_err(AppendError::Fatal)?;
        self.head = head;
        self.stopped = false;
        Ok(Appended { upto: head, places })
    }

    /// Creates the next segment and makes its header and its name durable before anything is written to it.
    fn rotate(&mut self, bytes: u64) -> io::Result<()> {
        let number = self.last_segment + 1;
        let header = SegmentHeader { number, first: self.head.frames + 1, chain: self.head.chain, seed: self.seed };
        let file = self.disk.create(&segment_name(number), bytes)?;
        file.write_at(0, &header.encode())?;
        file.sync_data()?;
        self.disk.sync_dir()?;
        self.active = Some(Active { number, file, capacity: bytes });
        self.last_segment = number;
        self.segments.insert(number, Segment { first: header.first, chain: Some(header.chain) });
        self.head.segment = number;
        self.head.offset = SEGMENT_HEADER as u64;
        Ok(())
    }
}

/// How many of the frames one batch takes: at least one, so that a frame too large is refused as such.
fn fitting(frames: &[Frame<'_>]) -> usize {
    let mut bytes = 0_usize;
    let fits = frames.iter().take(MAX_BATCH_FRAMES).take_while(|frame| {
        bytes = bytes.saturating_add(FRAME_HEADER + frame.payload.len());
        bytes <= MAX_BATCH_BYTES
    });
    fits.count().max(1)
}

/// Encodes what a repair stands for: segment, offset and bytes of the damage.
fn repair_mark(damage: &Damage) -> Vec<u8> {
    [damage.segment, damage.offset, damage.bytes].into_iter().flat_map(u64::to_le_bytes).collect()
}
