//! The journal of the rings with its fence: opened under its lock, read into frames, appended to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tally_entry::{Digest, Tag, digest};
use tally_replica::{Append, Stored, StoredError};
use tally_ring::{ControlAct, Invitation};
use tally_store::{
    AppendError, Damage, Fence, FenceCheck, FenceError, Frame, Head, Journal, JournalConfig, OpenError, Opened, Place,
    ReadError, RealDisk, RepairError,
};
use thiserror::Error;

use crate::home::Home;
use crate::random::{NoRandomness, random};

/// The name of the fence in its folder.
const FENCE: &str = "ring";
/// The newest format of fences that this version reads.
const FENCE_FORMAT: u32 = 1;

/// The journal of the rings, open and locked. It takes only what the core made, which checked it first.
pub struct RingJournal {
    journal: Journal<RealDisk>,
    fence: Fence<RealDisk>,
}

/// What opening found.
pub struct Found {
    /// What the journal says about itself.
    pub opened: Opened,
    /// What the fence says about the journal.
    pub fence: FenceCheck,
    /// Its frames, in order; first those of kept invitations where damage may have taken them.
    pub frames: Vec<Stored>,
    /// Frames that are intact and say nothing to this version.
    pub unread: Vec<(Place, StoredError)>,
}

/// The journal as it is on disk now.
pub struct Reread {
    /// Every intact frame with its place.
    pub frames: Vec<(Place, Result<Stored, StoredError>)>,
    /// Ranges that are not what was written.
    pub damaged: Vec<Damage>,
}

/// Why the journal of the rings does not open.
#[derive(Debug, Error)]
pub enum OpenJournalError {
    /// Another process has this home open.
    #[error("{} is open in another process", .0.display())]
    Locked(PathBuf),
    /// It was written by a later version.
    #[error(
        "the journal in {} was written by a newer version of this program (format {version}, this one reads up to \
         {known})", home.display()
    )]
    NewerFormat {
        /// The home.
        home: PathBuf,
        /// Its format.
        version: u32,
        /// The newest format that this version reads.
        known: u32,
    },
    /// A folder cannot be used.
    #[error("{}", path.display())]
    Io {
        /// The folder of the journal or of its fence.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The fence cannot be used.
    #[error("{}", path.display())]
    Fence {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: FenceError,
    },
    /// It cannot be read.
    #[error("{}", path.display())]
    Read {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: ReadError,
    },
    /// A new journal gets no seed.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Why a write did not happen.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] AppendError),
    /// The fence does not say that it is written.
    #[error(transparent)]
    Fence(#[from] FenceError),
}

impl WriteError {
    /// Whether the process must end; otherwise it can be tried again when there is space.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Self::Journal(AppendError::LowSpace(_) | AppendError::Unknown(_)))
    }
}

/// Why damage was not made good.
#[derive(Debug, Error)]
pub enum MakeGoodError {
    /// What is on disk cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was lost cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The journal did not note that a range is made good.
    #[error(transparent)]
    Repair(RepairError),
}

impl MakeGoodError {
    /// Whether the process must end; otherwise the damage stays noted, and it can be tried again.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Write(error) if error.is_fatal())
    }
}

impl RingJournal {
    /// Opens it, or begins it.
    pub fn open(home: &Home) -> Result<(Self, Found), OpenJournalError> {
        let disk = RealDisk::open(home.journal_folder()).map_err(io(&home.journal_folder()))?;
        let fence_disk = RealDisk::open(home.fence_folder()).map_err(io(&home.fence_folder()))?;
        Self::open_on(home, disk, fence_disk)
    }

    /// Opens it to be checked: nothing in the home is made, mended or moved.
    pub(crate) fn open_read_only(home: &Home) -> Result<(Self, Found), OpenJournalError> {
        let [disk, fence_disk] = [home.journal_folder(), home.fence_folder()].map(RealDisk::open_read_only);
        Self::open_on(home, disk, fence_disk)
    }

    fn open_on(home: &Home, disk: RealDisk, fence_disk: RealDisk) -> Result<(Self, Found), OpenJournalError> {
        let newer = |version, known| OpenJournalError::NewerFormat { home: home.dir().to_owned(), version, known };
        let fence = Fence::open(fence_disk, FENCE).map_err(|source| match source {
            FenceError::NewerFormat { version } => newer(version, FENCE_FORMAT),
            source => OpenJournalError::Fence { path: home.fence_folder(), source },
        })?;
        let mut config = JournalConfig::new(*random()?);
        config.guard = home.settings().guard.limits();
        config.fence = fence.head();
        let (journal, opened) = Journal::open(disk, config).map_err(|error| match error {
            OpenError::Locked => OpenJournalError::Locked(home.dir().to_owned()),
            OpenError::NewerFormat { version, known, .. } => newer(version, known),
            OpenError::Io(source) => io(&home.journal_folder())(source),
        })?;
        let unread = |source| OpenJournalError::Read { path: home.journal_folder(), source };
        let compared = fence.compare(&journal).map_err(unread)?;
        let mut found = Found { opened, fence: compared, frames: Vec::new(), unread: Vec::new() };
        if !found.opened.damaged.is_empty() {
            for invitation in home.kept_invitations() {
                found.frames.extend(of_invitation(&invitation));
            }
        }
        let ring = Self { journal, fence };
        ring.read(|place, stored| match stored {
            Ok(stored) => found.frames.push(stored),
            Err(why) => found.unread.push((place, why)),
        })
        .map_err(unread)?;
        Ok((ring, found))
    }

    fn read(&self, mut take: impl FnMut(Place, Result<Stored, StoredError>)) -> Result<(), ReadError> {
        for frame in self.journal.frames() {
            match frame {
                Ok(frame) => take(frame.place, Stored::decode(frame.kind, &frame.payload)),
                // Counted and reported by the opening, or by the check that found it.
                Err(ReadError::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes and syncs; when this returns, all of it is durable and the fence says so.
    pub fn append(&mut self, items: &[Append]) -> Result<(), WriteError> {
        let encoded: Vec<_> = items.iter().map(Append::encode).collect();
        let frames: Vec<_> = encoded.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect();
        let head = self.journal.append_all(&frames)?;
        Ok(self.fence.record(&head)?)
    }

    /// How far it reaches, and how far it was once acknowledged as far as the fence knows.
    pub(crate) fn reach(&self) -> (Head, Option<Head>) {
        (self.journal.head(), self.fence.head())
    }

    /// Checks every byte on disk, and reads every frame again.
    pub fn reread(&mut self) -> Result<Reread, ReadError> {
        self.journal.verify()?;
        let mut frames = Vec::new();
        self.read(|place, stored| frames.push((place, stored)))?;
        Ok(Reread { frames, damaged: self.journal.damaged().to_vec() })
    }

    /// Writes what is held and not on disk any more, and notes that the damaged ranges are made good; returns them,
    /// and how many frames were written.
    pub fn make_good(&mut self, held: &[Append]) -> Result<(Vec<Damage>, usize), MakeGoodError> {
        let damage = self.journal.verify()?.damaged;
        let mut present: BTreeSet<Digest> = BTreeSet::new();
        self.read(|_, stored| {
            if let Ok(stored) = stored {
                present.insert(of_stored(&stored));
            }
        })?;
        let is_lost = |item: &&Append| !present.contains(&of_append(item));
        // Cards and certificates count only after an edition of their ring: one that is written again needs them again.
        let edition = held.iter().filter(is_lost).any(|item| matches!(item, Append::Act(ControlAct::Edition(_))));
        let again = |item: &&Append| edition && matches!(item, Append::Card(..) | Append::MemberAct(..));
        let missing: Vec<Append> = held.iter().filter(|item| is_lost(item) || again(item)).cloned().collect();
        self.append(&missing)?;
        for range in &damage {
            let appended = self.journal.repair(range.place(), &[]).map_err(|error| match error {
                RepairError::Append(error) => MakeGoodError::Write(error.into()),
                error => MakeGoodError::Repair(error),
            })?;
            self.fence.record(&appended.upto).map_err(WriteError::from)?;
        }
        Ok((damage, missing.len()))
    }
}

/// What tells one frame from another: for entries their id, since one may be kept with its signature or without.
fn of_append(item: &Append) -> Digest {
    match item {
        Append::Entry(entry) => Digest::from_bytes(*entry.id().as_bytes()),
        Append::Act(act) | Append::MemberAct(_, act) => Digest::from_bytes(*act.id().as_bytes()),
        Append::Card(_, card) => bytes_digest(&card.encode()),
        Append::Note(note) => bytes_digest(format!("{note:?}").as_bytes()),
    }
}

fn of_stored(stored: &Stored) -> Digest {
    match stored {
        Stored::Entry(entry) => Digest::from_bytes(*entry.header().id().as_bytes()),
        Stored::Act(act) | Stored::MemberAct(_, act) => Digest::from_bytes(*act.id().as_bytes()),
        Stored::Card(_, card) => bytes_digest(&card.encode()),
        Stored::Note(note) => bytes_digest(format!("{note:?}").as_bytes()),
    }
}

fn bytes_digest(bytes: &[u8]) -> Digest {
    Digest::from_bytes(digest(&Tag::new("tally/1/journal-frame"), &[bytes]))
}

/// The acts and cards of an invitation, as the journal would hold them.
fn of_invitation(invitation: &Invitation) -> Vec<Stored> {
    let ring = invitation.edition().edition().ring;
    let editions = invitation.current().into_iter().chain([invitation.edition()]);
    editions
        .map(|edition| Stored::Act(Box::new(ControlAct::Edition(edition.clone()))))
        .chain(invitation.cards().map(|card| Stored::Card(ring, Box::new(card.clone()))))
        .collect()
}

fn io(folder: &Path) -> impl FnOnce(std::io::Error) -> OpenJournalError {
    |source| OpenJournalError::Io { path: folder.to_owned(), source }
}
