//! The files and names of a simulated disk, as readers see them and as a power cut would leave them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::Fault;

/// Bytes of a disk nobody limited: more than a test can fill.
const UNLIMITED: u64 = 1 << 40;

/// The number Linux gives an input or output error.
const EIO: i32 = 5;

/// What an operation needs from the disk, as far as faults care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Grow,
    Write,
    Sync,
    Other,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    pub(super) live: Vec<u8>,
    pub(super) durable: Vec<u8>,
}

/// A change that readers see and no sync has made durable.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Write { inode: u64, offset: u64, bytes: Vec<u8> },
    Length { inode: u64, length: u64 },
    Link { name: String, inode: u64 },
    Unlink { name: String },
    Rename { from: String, to: String, inode: u64 },
}

impl Pending {
    pub(super) fn is_name(&self) -> bool {
        matches!(self, Self::Link { .. } | Self::Unlink { .. } | Self::Rename { .. })
    }
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) inodes: BTreeMap<u64, Inode>,
    pub(super) live_names: BTreeMap<String, u64>,
    pub(super) durable_names: BTreeMap<String, u64>,
    pub(super) pending: Vec<Pending>,
    pub(super) next_inode: u64,
    pub(super) operations: u64,
    pub(super) file_syncs: u64,
    pub(super) name_syncs: u64,
    pub(super) stop_at: Option<u64>,
    pub(super) faults: BTreeMap<u64, Fault>,
    pub(super) capacity: u64,
    pub(super) sector: usize,
    pub(super) skip_file_syncs: bool,
    pub(super) skip_name_syncs: bool,
    pub(super) locks: BTreeSet<String>,
}

pub(super) fn put(bytes: &mut Vec<u8>, offset: u64, new: &[u8]) {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(new);
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            inodes: BTreeMap::new(),
            live_names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            pending: Vec::new(),
            next_inode: 1,
            operations: 0,
            file_syncs: 0,
            name_syncs: 0,
            stop_at: None,
            faults: BTreeMap::new(),
            capacity: UNLIMITED,
            sector: 512,
            skip_file_syncs: false,
            skip_name_syncs: false,
            locks: BTreeSet::new(),
        }
    }

    pub(super) fn clear_faults(&mut self) {
        self.stop_at = None;
        self.faults.clear();
    }

    pub(super) fn begin(&mut self, operation: Operation) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        if self.stop_at.is_some_and(|at| number >= at) {
            return Err(io::Error::other("the power is off"));
        }
        match self.faults.remove(&number) {
            Some(Fault::Full) if matches!(operation, Operation::Grow | Operation::Write) => {
                Err(io::ErrorKind::StorageFull.into())
            }
            Some(Fault::Broken) => Err(io::Error::from_raw_os_error(EIO)),
            Some(Fault::Full) | None => Ok(()),
        }
    }

    pub(super) fn live(&self, inode: u64) -> &[u8] {
        self.inodes.get(&inode).map_or(&[], |inode| &inode.live)
    }

    pub(super) fn free(&self) -> u64 {
        let used: u64 = self.live_names.values().map(|inode| self.live(*inode).len() as u64).sum();
        self.capacity.saturating_sub(used)
    }

    pub(super) fn create(&mut self, name: &str, length: u64) -> io::Result<u64> {
        if self.live_names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if length > self.free() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let inode = self.next_inode;
        self.next_inode += 1;
        self.inodes.insert(inode, Inode::default());
        self.live_names.insert(name.to_owned(), inode);
        self.pending.push(Pending::Link { name: name.to_owned(), inode });
        if length > 0 {
            self.set_length(inode, length);
        }
        Ok(inode)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let inode = self.live_names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        self.live_names.insert(to.to_owned(), inode);
        self.pending.push(Pending::Rename { from: from.to_owned(), to: to.to_owned(), inode });
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str) -> io::Result<()> {
        self.live_names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        self.pending.push(Pending::Unlink { name: name.to_owned() });
        Ok(())
    }

    pub(super) fn sync_names(&mut self) {
        if self.skip_name_syncs {
            return;
        }
        self.durable_names = self.live_names.clone();
        self.pending.retain(|change| !change.is_name());
    }

    pub(super) fn write(&mut self, inode: u64, offset: u64, bytes: &[u8]) {
        if let Some(file) = self.inodes.get_mut(&inode) {
            put(&mut file.live, offset, bytes);
            self.pending.push(Pending::Write { inode, offset, bytes: bytes.to_vec() });
        }
    }

    pub(super) fn set_length(&mut self, inode: u64, length: u64) {
        if let Some(file) = self.inodes.get_mut(&inode) {
            file.live.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
            self.pending.push(Pending::Length { inode, length });
        }
    }

    pub(super) fn sync_file(&mut self, inode: u64) {
        if self.skip_file_syncs {
            return;
        }
        // Not a copy of what readers see: a write dropped by an earlier failed sync stays dropped.
        let mut kept = Vec::with_capacity(self.pending.len());
        for change in std::mem::take(&mut self.pending) {
            match change {
                Pending::Write { inode: of, offset, bytes } if of == inode => {
                    if let Some(file) = self.inodes.get_mut(&inode) {
                        put(&mut file.durable, offset, &bytes);
                    }
                }
                Pending::Length { inode: of, length } if of == inode => {
                    if let Some(file) = self.inodes.get_mut(&inode) {
                        file.durable.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
                    }
                }
                other => kept.push(other),
            }
        }
        self.pending = kept;
    }

    pub(super) fn drop_unsynced_writes(&mut self, inode: u64) {
        self.pending.retain(|change| !matches!(change, Pending::Write { inode: of, .. } if *of == inode));
    }

    pub(super) fn flip(&mut self, name: &str, offset: u64, mask: u8) -> bool {
        let Some(inode) = self.live_names.get(name) else {
            return false;
        };
        let Some(file) = self.inodes.get_mut(inode) else {
            return false;
        };
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        if let Some(byte) = file.durable.get_mut(at) {
            *byte ^= mask;
        }
        file.live.get_mut(at).map(|byte| *byte ^= mask).is_some()
    }
}
