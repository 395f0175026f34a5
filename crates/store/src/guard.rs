//! The refusal that comes before the disk is full, while a refusal still costs nothing.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::disk::Disk;

/// The file that holds space back.
const BALLAST: &str = "ballast";

/// How much space is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardLimits {
    /// Bytes of the ballast file: given up when even the reserve is gone, so that stopping and cleaning up still work.
    pub ballast_bytes: u64,
    /// Bytes that must stay free after a write: room for views to be rebuilt and for the machine's own logs.
    pub reserve_bytes: u64,
}

impl Default for GuardLimits {
    /// 64 MiB of ballast, for a clean stop; 512 MiB of reserve, for a rebuild of the views of a usual ring.
    fn default() -> Self {
        Self { ballast_bytes: 64 << 20, reserve_bytes: 512 << 20 }
    }
}

impl GuardLimits {
    /// Returns limits that hold nothing back, for tests and throw-away homes on small disks.
    pub const fn none() -> Self {
        Self { ballast_bytes: 0, reserve_bytes: 0 }
    }
}

/// The disk has too little space left for a write; nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the disk is low on space: {free} bytes are free and {needed} are needed before anything is written")]
pub struct LowSpace {
    /// Bytes free now.
    pub free: u64,
    /// Bytes that must be free: the write and the reserve.
    pub needed: u64,
}

/// Why a write may not begin; nothing was written.
#[derive(Debug, Error)]
pub enum GuardError {
    /// Too little space; it is tried anew at every write, so it goes by itself when space is back.
    #[error(transparent)]
    LowSpace(#[from] LowSpace),
    /// The disk does not say how much is free.
    #[error("the disk does not say how much space is free")]
    Unknown(#[source] io::Error),
}

/// Watches the space of one disk.
#[derive(Debug)]
pub struct DiskGuard<D: Disk> {
    disk: D,
    limits: GuardLimits,
    ballast: AtomicBool,
}

impl<D: Disk> DiskGuard<D> {
    /// Begins to watch, laying the ballast when there is room for it; a full disk still opens.
    pub fn open(disk: D, limits: GuardLimits) -> io::Result<Self> {
        let held = disk.list()?.iter().any(|name| name == BALLAST);
        let guard = Self { disk, limits, ballast: AtomicBool::new(held) };
        if let Ok(free) = guard.disk.free_bytes() {
            guard.trim(free);
        }
        Ok(guard)
    }

    /// Allows or refuses a write that may take so many bytes.
    pub fn check(&self, bytes: u64) -> Result<(), GuardError> {
        let needed = bytes.saturating_add(self.limits.reserve_bytes);
        let free = self.disk.free_bytes().map_err(GuardError::Unknown)?;
        self.trim(free);
        if free < needed {
            return Err(LowSpace { free, needed }.into());
        }
        Ok(())
    }

    /// Says whether the ballast is in place.
    pub fn holds_ballast(&self) -> bool {
        self.ballast.load(Ordering::Relaxed)
    }

    /// Gives the ballast up when less than its own size is left, and lays it again when there is plenty.
    ///
    /// A failure of either changes nothing that was promised, so it is only tried again at the next check.
    fn trim(&self, free: u64) {
        let size = self.limits.ballast_bytes;
        if size == 0 || self.disk.is_read_only() {
            return;
        }
        let held = self.ballast.load(Ordering::Relaxed);
        if held && free < size && self.disk.remove(BALLAST).is_ok() {
            self.ballast.store(false, Ordering::Relaxed);
        }
        // Twice its size on top of the reserve, so that laying it cannot bring on the refusal it guards against.
        if !held
            && free >= self.limits.reserve_bytes.saturating_add(size.saturating_mul(2))
            && self.disk.create(BALLAST, size).is_ok()
        {
            self.ballast.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim_disk::SimDisk;

    const LIMITS: GuardLimits = GuardLimits { ballast_bytes: 100, reserve_bytes: 500 };

    #[test]
    fn refuses_before_the_reserve_is_touched_and_says_how_much() {
        let disk = SimDisk::new();
        disk.set_capacity(1100);
        let guard = DiskGuard::open(disk.clone(), LIMITS).expect("opens");
        assert!(guard.holds_ballast());
        guard.check(500).expect("1000 free, 1000 needed");
        match guard.check(501) {
            Err(GuardError::LowSpace(low)) => assert_eq!(low, LowSpace { free: 1000, needed: 1001 }),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn gives_the_ballast_up_and_takes_it_back_by_itself() {
        let disk = SimDisk::new();
        disk.set_capacity(1100);
        let guard = DiskGuard::open(disk.clone(), LIMITS).expect("opens");
        disk.create("filler", 950).expect("fits");
        assert!(guard.check(1).is_err());
        assert!(!guard.holds_ballast());
        assert_eq!(disk.free_bytes().expect("free"), 150);
        disk.remove("filler").expect("removed");
        guard.check(1).expect("space is back");
        assert!(guard.holds_ballast());
    }

    #[test]
    fn opens_on_a_full_disk() {
        let disk = SimDisk::new();
        disk.set_capacity(10);
        let guard = DiskGuard::open(disk, LIMITS).expect("opens");
        assert!(!guard.holds_ballast());
        assert!(guard.check(0).is_err());
    }
}
