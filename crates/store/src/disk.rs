//! The few file operations everything durable is built from, so that a twin in memory can lose power.

use std::fmt::Debug;
use std::io;

/// The files of one directory, addressed by plain name; a clone is another handle on the same directory.
pub trait Disk: Clone + Debug + Send + Sync + 'static {
    /// An open file of this disk.
    type File: DiskFile;
    /// An exclusive lock, held until it is dropped.
    type Lock: Debug + Send + Sync + 'static;

    /// Creates a file of `length` zero bytes whose space is already taken; fails when the name exists.
    ///
    /// The name is durable only after [`Disk::sync_dir`], the length after [`DiskFile::sync_data`].
    fn create(&self, name: &str, length: u64) -> io::Result<Self::File>;
    /// Opens an existing file for reading and writing.
    fn open(&self, name: &str) -> io::Result<Self::File>;
    /// Lists the names of the files, sorted.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Renames a file in one step, replacing what had the new name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes created, renamed and removed names durable.
    fn sync_dir(&self) -> io::Result<()>;
    /// Returns how many bytes this process may still write.
    fn free_bytes(&self) -> io::Result<u64>;
    /// Takes the exclusive lock of that name, or `None` when somebody else holds it.
    fn lock(&self, name: &str) -> io::Result<Option<Self::Lock>>;

    /// Says whether this handle may only read. Whoever opens something through it then repairs and prepares nothing.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Reads at most `limit` bytes from the start of a file.
    fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open(name)?;
        let length = usize::try_from(file.length()?.min(limit)).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        let read = file.read_at(0, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    }
}

/// One open file.
pub trait DiskFile: Debug + Send + Sync + 'static {
    /// Returns the length in bytes.
    fn length(&self) -> io::Result<u64>;
    /// Fills the buffer from `offset`; returns fewer bytes only at the end of the file.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes all the bytes at `offset`, growing the file when needed; durable only after a sync.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything written to this file durable. After an error the file must not be trusted or synced again.
    fn sync_data(&self) -> io::Result<()>;
    /// Cuts or grows (with zeros) the file.
    fn truncate(&self, length: u64) -> io::Result<()>;
}
