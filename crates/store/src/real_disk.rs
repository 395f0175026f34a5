//! The disk that is really there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use crate::disk::{Disk, DiskFile};

/// Bytes written at once where a file system cannot preallocate; one mebibyte keeps the buffer small.
const ZEROS: usize = 1024 * 1024;

/// One directory of the machine's file system.
#[derive(Clone, Debug)]
pub struct RealDisk {
    directory: Arc<Path>,
    read_only: bool,
}

/// An open file of a [`RealDisk`].
#[derive(Debug)]
pub struct RealFile(File);

/// An exclusive lock on a [`RealDisk`], released when dropped or when the process ends in any way.
#[derive(Debug)]
pub struct RealLock {
    /// None where a directory that may only be read has no lock file: then nothing ever held it.
    _file: Option<File>,
}

impl RealDisk {
    /// Opens a directory, creating it (readable by its owner only) with its parents when missing.
    pub fn open(directory: impl AsRef<Path>) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let directory = directory.as_ref();
        if !directory.is_dir() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            // The new name stands in the parent: without this a power cut could take the whole directory.
            if let Some(parent) = directory.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                File::open(parent)?.sync_all()?;
            }
        }
        Ok(Self { directory: directory.into(), read_only: false })
    }

    /// Opens a directory to be looked at: nothing in it is made or changed, and one that is missing is empty.
    pub fn open_read_only(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().into(), read_only: true }
    }

    fn may_write(&self) -> io::Result<()> {
        if self.read_only { Err(io::Error::from(io::ErrorKind::ReadOnlyFilesystem)) } else { Ok(()) }
    }

    /// Returns the directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn path(&self, name: &str) -> io::Result<PathBuf> {
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        Ok(self.directory.join(name))
    }
}

fn preallocate(file: &File, length: u64) -> io::Result<()> {
    if length == 0 {
        return Ok(());
    }
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, length) {
        Ok(()) => Ok(()),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => {
            let zeros = vec![0; ZEROS];
            let mut offset = 0;
            while offset < length {
                let part = usize::try_from((length - offset).min(ZEROS as u64)).unwrap_or(ZEROS);
                file.write_all_at(&zeros[..part], offset)?;
                offset += part as u64;
            }
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

impl Disk for RealDisk {
    type File = RealFile;
    type Lock = RealLock;

    fn create(&self, name: &str, length: u64) -> io::Result<RealFile> {
        use std::os::unix::fs::OpenOptionsExt;
        self.may_write()?;
        let path = self.path(name)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        if let Err(error) = preallocate(&file, length) {
            // Half a file under this name would only be in the way of the next attempt.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok(RealFile(file))
    }

    fn open(&self, name: &str) -> io::Result<RealFile> {
        OpenOptions::new().read(true).write(!self.read_only).open(self.path(name)?).map(RealFile)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if self.read_only && error.kind() == io::ErrorKind::NotFound => return Ok(names),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.may_write()?;
        fs::rename(self.path(from)?, self.path(to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.may_write()?;
        fs::remove_file(self.path(name)?)
    }

    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(&*self.directory)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn lock(&self, name: &str) -> io::Result<Option<RealLock>> {
        let path = self.path(name)?;
        if self.read_only {
            return match File::open(path) {
                Ok(file) => locked(file, File::try_lock_shared),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(RealLock { _file: None })),
                Err(error) => Err(error),
            };
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        locked(file, File::try_lock)
    }

    fn is_read_only(&self) -> bool {
        self.read_only
    }
}

fn locked(file: File, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<RealLock>> {
    match lock(&file) {
        Ok(()) => Ok(Some(RealLock { _file: Some(file) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl DiskFile for RealFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        while read < buffer.len() {
            match self.0.read_at(&mut buffer[read..], offset + read as u64) {
                Ok(0) => break,
                Ok(bytes) => read += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}
