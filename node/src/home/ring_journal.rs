//! The journal of the rings with its fence: opened under its lock, read into frames, appended to.

use std::collections::BTreeSet;

use tally_control::{Exit, Failure, told};
use tally_entry::{Digest, Tag, digest};
use tally_replica::{Append, Stored};
use tally_ring::{ControlAct, Invitation};
use tally_store::{
    Agreement, AppendError, Config, Damage, Fence, FenceError, Frame, Head, Journal, OpenError, Opened, Place,
    ReadError, RealDisk, RepairError, Verified,
};

use super::Home;

/// The name of the fence in its folder.
const FENCE: &str = "ring";

/// The journal of the rings, open and locked. It takes only what the core made, which checked it first.
pub(crate) struct RingJournal {
    journal: Journal<RealDisk>,
    fence: Fence<RealDisk>,
}

/// What opening found.
pub(crate) struct Found {
    /// What the journal says about itself.
    pub(crate) opened: Opened,
    /// What the fence says about the journal.
    pub(crate) agreement: Agreement,
    /// Its frames, in order; first those of kept invitations where damage may have taken them.
    pub(crate) frames: Vec<Stored>,
    /// Frames that are intact and say nothing to this version.
    pub(crate) unread: Vec<String>,
}

/// Why a write did not happen.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// Too little space; nothing was written and it can be tried again.
    LowSpace(String),
    /// The process must end.
    Fatal(String),
}

impl RingJournal {
    /// Opens it, or begins it.
    pub(crate) fn open(home: &Home) -> Result<(Self, Found), Failure> {
        let disk = RealDisk::open(home.journal_folder()).map_err(|error| cannot(home, &error.to_string()))?;
        let fence_disk = RealDisk::open(home.fence_folder()).map_err(|error| cannot(home, &error.to_string()))?;
        Self::open_on(home, disk, fence_disk)
    }

    /// Opens it to be checked: nothing in the home is made, mended or moved.
    pub(crate) fn open_read_only(home: &Home) -> Result<(Self, Found), Failure> {
        let [disk, fence_disk] = [home.journal_folder(), home.fence_folder()].map(RealDisk::open_read_only);
        Self::open_on(home, disk, fence_disk)
    }

    fn open_on(home: &Home, disk: RealDisk, fence_disk: RealDisk) -> Result<(Self, Found), Failure> {
        let fence = Fence::open(fence_disk, FENCE).map_err(|error| fence_failure(home, &error))?;
        let mut config = Config::new(*super::random()?);
        config.guard = home.settings().guard.limits();
        config.fence = fence.head();
        let (journal, opened) = Journal::open(disk, config).map_err(|error| match error {
            OpenError::Locked => locked(home),
            OpenError::NewerFormat { version, known, .. } => newer(home, version, known),
            OpenError::Io(error) => cannot(home, &error.to_string()),
        })?;
        let agreement = fence.compare(&journal).map_err(|error| cannot(home, &told(&error)))?;
        let mut found = Found { opened, agreement, frames: Vec::new(), unread: Vec::new() };
        if !found.opened.damaged.is_empty() {
            for invitation in home.kept_invitations() {
                found.frames.extend(of_invitation(&invitation));
            }
        }
        let ring = Self { journal, fence };
        ring.read(|place, stored| match stored {
            Ok(stored) => found.frames.push(stored),
            Err(why) => found.unread.push(format!("segment {}, offset {}: {why}", place.segment, place.offset)),
        })
        .map_err(|error| cannot(home, &told(&error)))?;
        Ok((ring, found))
    }

    /// Reads every intact frame from the disk.
    pub(crate) fn read(&self, mut take: impl FnMut(Place, Result<Stored, String>)) -> Result<(), ReadError> {
        for frame in self.journal.frames() {
            match frame {
                Ok(frame) => {
                    take(frame.place, Stored::decode(frame.kind, &frame.payload).map_err(|error| error.to_string()));
                }
                // Counted and reported by the opening, or by the check that found it.
                Err(ReadError::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes and syncs; when this returns, all of it is durable and the fence says so.
    pub(crate) fn append(&mut self, items: &[Append]) -> Result<(), WriteError> {
        let encoded: Vec<_> = items.iter().map(Append::encode).collect();
        let frames: Vec<_> = encoded.iter().map(|(kind, payload)| Frame { kind: *kind, payload }).collect();
        let head = self.journal.append_all(&frames).map_err(|error| write_error(&error))?;
        self.fence.record(&head).map_err(|error| WriteError::Fatal(told(&error)))
    }

    /// How far it reaches, and how far it was once acknowledged as far as the fence knows.
    pub(crate) fn reach(&self) -> (Head, Option<Head>) {
        (self.journal.head(), self.fence.head())
    }

    /// Checks every byte on disk again.
    pub(crate) fn verify(&mut self) -> Result<Verified, ReadError> {
        self.journal.verify()
    }

    /// Ranges that are damaged and not yet made good.
    pub(crate) fn damaged(&self) -> &[Damage] {
        self.journal.damaged()
    }

    /// Writes what is held and not on disk any more, and notes that the damaged ranges are made good; returns them,
    /// and how many frames were written.
    pub(crate) fn make_good(&mut self, held: &[Append]) -> Result<(Vec<Damage>, usize), WriteError> {
        let unread = |error: ReadError| WriteError::LowSpace(told(&error));
        let damage = self.journal.verify().map_err(unread)?.damaged;
        let mut present: BTreeSet<Digest> = BTreeSet::new();
        self.read(|_, stored| {
            if let Ok(stored) = stored {
                present.insert(of_stored(&stored));
            }
        })
        .map_err(unread)?;
        let is_lost = |item: &&Append| !present.contains(&of_append(item));
        // Cards and certificates count only after an edition of their ring: one that is written again needs them again.
        let edition = held.iter().filter(is_lost).any(|item| matches!(item, Append::Act(ControlAct::Edition(_))));
        let again = |item: &&Append| edition && matches!(item, Append::Card(..) | Append::MemberAct(..));
        let missing: Vec<Append> = held.iter().filter(|item| is_lost(item) || again(item)).cloned().collect();
        self.append(&missing)?;
        for range in &damage {
            let appended = self.journal.repair(range.place(), &[]).map_err(|error| match error {
                RepairError::NotDamaged(_) => WriteError::LowSpace(error.to_string()),
                RepairError::Append(error) => write_error(&error),
            })?;
            self.fence.record(&appended.upto).map_err(|error| WriteError::Fatal(told(&error)))?;
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

/// The same for a frame that was read back.
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

fn write_error(error: &AppendError) -> WriteError {
    match error {
        AppendError::LowSpace(_) | AppendError::Unknown(_) => WriteError::LowSpace(told(error)),
        _ => WriteError::Fatal(told(error)),
    }
}

fn locked(home: &Home) -> Failure {
    Failure::new(
        Exit::Failed,
        "The home cannot be opened",
        format!("{} is open in another process", home.dir().display()),
        "One node runs from one home. Stop the other (`tally stop`), or choose another home with --home.",
    )
}

fn newer(home: &Home, version: u32, known: u32) -> Failure {
    Failure::new(
        Exit::Failed,
        "The home cannot be opened",
        format!(
            "the journal in {} was written by a newer version of this program (format {version}, this one reads up to \
             {known})",
            home.dir().display()
        ),
        "Use that version, or a later one.",
    )
}

fn fence_failure(home: &Home, error: &FenceError) -> Failure {
    match error {
        FenceError::NewerFormat { version } => newer(home, *version, 1),
        _ => cannot(home, &told(error)),
    }
}

fn cannot(home: &Home, why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "The journal cannot be opened",
        format!("{}: {why}", home.journal_folder().display()),
        "Check the disk and who owns the folder; then start again.",
    )
}
