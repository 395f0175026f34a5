//! A disk in memory that forgets what was not synced, the way real ones may.
//!
//! What is written is seen at once by whoever reads; only a sync makes it survive. After a power cut any subset of the
//! unsynced changes is there: lost, kept, torn at any byte, or kept in some sectors only. A failed sync drops what it
//! should have written, yet readers go on seeing it: that is what Linux does, and why a sync is never retried.

mod crash;
mod world;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Disk, DiskFile};
pub use crash::{Fate, Tear};
use world::{Operation, World};

/// What an injected fault says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space left; met only by operations that need space.
    Full,
    /// An input or output error, met by any operation.
    Broken,
}

/// A directory in memory, shared by its clones; see [`SimDisk::crash`] for what makes it different from a map.
#[derive(Clone, Debug)]
pub struct SimDisk {
    world: Arc<Mutex<World>>,
}

/// An open file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    inode: u64,
}

/// An exclusive lock on a [`SimDisk`].
#[derive(Debug)]
pub struct SimLock {
    disk: SimDisk,
    name: String,
}

impl Default for SimDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl SimDisk {
    /// Makes an empty disk without faults, of 1 TiB, with sectors of 512 bytes.
    pub fn new() -> Self {
        Self::from_world(World::new())
    }

    fn from_world(world: World) -> Self {
        Self { world: Arc::new(Mutex::new(world)) }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets how many bytes all files together may take.
    pub fn set_capacity(&self, bytes: u64) {
        self.world().capacity = bytes;
    }

    /// Sets the unit in bytes that survives whole or not at all; small sectors make small tests tear like big files.
    pub fn set_sector(&self, bytes: usize) {
        self.world().sector = bytes.max(1);
    }

    /// Takes the syncs out: they succeed and do nothing. With `files` the syncs of data, with `names` of the directory.
    pub fn skip_syncs(&self, files: bool, names: bool) {
        let mut world = self.world();
        world.skip_file_syncs = files;
        world.skip_name_syncs = names;
    }

    /// Returns how many operations were begun; the next one has this number.
    pub fn operations(&self) -> u64 {
        self.world().operations
    }

    /// Returns how many syncs of data and of the directory were asked for.
    pub fn syncs(&self) -> (u64, u64) {
        let world = self.world();
        (world.file_syncs, world.name_syncs)
    }

    /// Makes operation number `at` fail, once; a failing write leaves its first half.
    pub fn fail_at(&self, at: u64, fault: Fault) {
        self.world().faults.insert(at, fault);
    }

    /// Cuts the power before operation number `at`: it and everything after fails.
    pub fn stop_at(&self, at: u64) {
        self.world().stop_at = Some(at);
    }

    /// Returns the disk as another process would find it now, without a power cut and without the old faults.
    pub fn restart(&self) -> Self {
        let mut world = self.world().clone();
        world.clear_faults();
        world.locks = BTreeSet::new();
        Self::from_world(world)
    }

    /// Returns every legal state the disk may be in after a power cut now.
    ///
    /// Up to eight unsynced changes: every subset, and in it every kept write torn in every way of [`Tear`]. Beyond
    /// eight: every prefix, every single loss, every single survivor.
    pub fn crash_states(&self) -> impl Iterator<Item = Self> {
        let world = self.world().clone();
        crash::plans(&world.pending, world.sector)
            .into_iter()
            .map(move |plan| Self::from_world(crash::apply(&world, &plan)))
    }

    /// Returns one state after a power cut now, drawn from the seed.
    pub fn crash(&self, seed: u64) -> Self {
        let world = self.world().clone();
        let plan = crash::draw(&world.pending, world.sector, &mut crash::Draw::new(seed));
        Self::from_world(crash::apply(&world, &plan))
    }

    /// Flips the bits of `mask` in one durable byte, as rot does; false when the byte is not there.
    pub fn flip(&self, name: &str, offset: u64, mask: u8) -> bool {
        self.world().flip(name, offset, mask)
    }

    /// Returns the bytes of a file as a reader sees them, without counting an operation.
    pub fn peek(&self, name: &str) -> Option<Vec<u8>> {
        let world = self.world();
        let inode = world.live_names.get(name)?;
        world.inodes.get(inode).map(|inode| inode.live.clone())
    }
}

impl Disk for SimDisk {
    type File = SimFile;
    type Lock = SimLock;

    fn create(&self, name: &str, length: u64) -> io::Result<SimFile> {
        let mut world = self.world();
        world.begin(Operation::Grow)?;
        let inode = world.create(name, length)?;
        Ok(SimFile { disk: self.clone(), inode })
    }

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        let inode = *world.live_names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(SimFile { disk: self.clone(), inode })
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        Ok(world.live_names.keys().cloned().collect())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        world.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        world.remove(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut world = self.world();
        world.name_syncs += 1;
        world.begin(Operation::Other)?;
        world.sync_names();
        Ok(())
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        Ok(world.free())
    }

    fn lock(&self, name: &str) -> io::Result<Option<SimLock>> {
        let mut world = self.world();
        world.begin(Operation::Other)?;
        if !world.locks.insert(name.to_owned()) {
            return Ok(None);
        }
        Ok(Some(SimLock { disk: self.clone(), name: name.to_owned() }))
    }
}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.disk.world().locks.remove(&self.name);
    }
}

impl DiskFile for SimFile {
    fn length(&self) -> io::Result<u64> {
        let mut world = self.disk.world();
        world.begin(Operation::Other)?;
        Ok(world.live(self.inode).len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut world = self.disk.world();
        world.begin(Operation::Other)?;
        let live = world.live(self.inode);
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(live.len());
        let read = buffer.len().min(live.len() - start);
        buffer[..read].copy_from_slice(&live[start..start + read]);
        Ok(read)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.disk.world();
        if let Err(error) = world.begin(Operation::Write) {
            // A write that fails has often written something.
            if world.stop_at.is_none() {
                world.write(self.inode, offset, &bytes[..bytes.len() / 2]);
            }
            return Err(error);
        }
        let end = offset + bytes.len() as u64;
        let grows = end.saturating_sub(world.live(self.inode).len() as u64);
        if grows > world.free() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        world.write(self.inode, offset, bytes);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut world = self.disk.world();
        world.file_syncs += 1;
        if let Err(error) = world.begin(Operation::Sync) {
            if world.stop_at.is_none() {
                world.drop_unsynced_writes(self.inode);
            }
            return Err(error);
        }
        world.sync_file(self.inode);
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut world = self.disk.world();
        world.begin(Operation::Grow)?;
        let grows = length.saturating_sub(world.live(self.inode).len() as u64);
        if grows > world.free() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        world.set_length(self.inode, length);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
