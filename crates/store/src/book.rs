use tally_replica::Append;

use crate::disk::Disk;
use crate::frame::{FRAME_HEADER, Frame, Head};
use crate::guard::DiskGuard;
use crate::journal::{
    AppendError, Appended, Config, Damage, Frames, Journal, MAX_BATCH_BYTES, MAX_BATCH_FRAMES, OpenError, Opened,
    Place, ReadError, RepairError, Verified,
};

/// The journal of what members share. It takes only what the core made, which checked it first.
pub struct Book<D: Disk>(Journal<D>);

impl<D: Disk> Book<D> {
    /// Opens the journal in its directory.
    ///
    /// # Errors
    /// When it is open elsewhere, made by a newer version, or cannot be read.
    pub fn open(disk: D, config: Config) -> Result<(Self, Opened), OpenError> {
        Journal::open(disk, config).map(|(journal, opened)| (Self(journal), opened))
    }

    /// Writes what the core asked for and syncs; all up to the head returned is durable.
    ///
    /// What is more than one batch takes is written in several, in order. Where a later one finds too little space the
    /// earlier ones stay, and writing all of it again does no harm.
    ///
    /// # Errors
    /// See [`Journal::append`]: after a fatal error the process must end.
    pub fn append(&mut self, items: &[Append]) -> Result<Head, AppendError> {
        let encoded = encode(items);
        let frames = frames(&encoded);
        let mut rest = frames.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(fitting(rest));
            self.0.append(batch)?;
            rest = later;
        }
        Ok(self.0.head())
    }

    /// Takes damaged frames out of later reads, with what takes their place.
    ///
    /// # Errors
    /// When nothing is damaged there, or the batch cannot be written.
    pub fn repair(&mut self, place: Place, batch: &[Append]) -> Result<Appended, RepairError> {
        let encoded = encode(batch);
        self.0.repair(place, &frames(&encoded))
    }

    /// Every frame, in the order in which it was written.
    pub fn frames(&self) -> Frames<'_, D> {
        self.0.frames()
    }

    /// Reads everything from the disk again and names what is damaged.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn verify(&mut self) -> Result<Verified, ReadError> {
        self.0.verify()
    }

    /// How far it reaches.
    pub fn head(&self) -> Head {
        self.0.head()
    }

    /// What was found damaged.
    pub fn damaged(&self) -> &[Damage] {
        self.0.damaged()
    }

    /// The guard over the room on the disk.
    pub fn guard(&self) -> &DiskGuard<D> {
        self.0.guard()
    }

    /// The journal itself, to compare with its fence.
    pub const fn journal(&self) -> &Journal<D> {
        &self.0
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

fn encode(batch: &[Append]) -> Vec<(u8, Vec<u8>)> {
    batch.iter().map(Append::encode).collect()
}

fn frames(encoded: &[(u8, Vec<u8>)]) -> Vec<Frame<'_>> {
    encoded.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect()
}
