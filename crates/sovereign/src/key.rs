use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tally_entry::{Tag, digest};
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of the sovereign key: one XChaCha20 key.
pub const KEY_BYTES: usize = 32;

/// The only mode a key file may have: its owner reads and writes, nobody else does anything.
const KEY_MODE: u32 = 0o600;

/// The key of one sovereign store; what it seals can be read by nothing else.
pub struct SovereignKey(Zeroizing<[u8; KEY_BYTES]>);

/// Says why a key file cannot be used.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// Others may read or write it.
    #[error("{} may be read by others (mode {mode:o}); set it to 600 and find out who could read it", path.display())]
    Open {
        /// Where the key was looked for.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to another user of this machine.
    #[error("{} belongs to user {owner}, not to user {user} who runs this", path.display())]
    OtherOwner {
        /// Where the key was looked for.
        path: PathBuf,
        /// Its owner's number.
        owner: u32,
        /// The number of the user who runs this process.
        user: u32,
    },
    /// It is not a plain file.
    #[error("{} is not a plain file", path.display())]
    NotAFile {
        /// What is a folder, a link or a device.
        path: PathBuf,
    },
    /// It does not hold a key.
    #[error("{} holds {bytes} bytes, and a key has {KEY_BYTES}", path.display())]
    Length {
        /// Where the key was looked for.
        path: PathBuf,
        /// How long the file is.
        bytes: u64,
    },
    /// It cannot be read or written.
    #[error("cannot use {}", path.display())]
    Io {
        /// Where the key was looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl SovereignKey {
    /// Takes 32 bytes that nobody can guess.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Makes a key file that only its owner can read; never overwrites one.
    ///
    /// # Errors
    /// Where the file exists or cannot be written and synced.
    pub fn create(path: &Path, bytes: [u8; KEY_BYTES]) -> Result<Self, KeyFileError> {
        let key = Self::from_bytes(bytes);
        let io = |source| KeyFileError::Io { path: path.to_owned(), source };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(KEY_MODE).open(path).map_err(io)?;
        file.write_all(key.0.as_slice()).map_err(io)?;
        file.sync_all().map_err(io)?;
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            File::open(folder).and_then(|d| d.sync_all()).map_err(io)?;
        }
        Ok(key)
    }

    /// Reads a key file that only its owner, who runs this, can read.
    ///
    /// # Errors
    /// Refuses a file that others may read, that another user owns, or that holds no key.
    pub fn open(path: &Path) -> Result<Self, KeyFileError> {
        Self::open_for(path, rustix::process::geteuid().as_raw())
    }

    fn open_for(path: &Path, user: u32) -> Result<Self, KeyFileError> {
        let io = |source| KeyFileError::Io { path: path.to_owned(), source };
        // The opened file is judged, not its name: what the name points to may change in between.
        let mut file = File::open(path).map_err(io)?;
        let about = file.metadata().map_err(io)?;
        if !about.is_file() {
            return Err(KeyFileError::NotAFile { path: path.to_owned() });
        }
        if about.uid() != user {
            return Err(KeyFileError::OtherOwner { path: path.to_owned(), owner: about.uid(), user });
        }
        let mode = about.mode() & 0o7777;
        if mode & !KEY_MODE != 0 {
            return Err(KeyFileError::Open { path: path.to_owned(), mode });
        }
        if about.len() != KEY_BYTES as u64 {
            return Err(KeyFileError::Length { path: path.to_owned(), bytes: about.len() });
        }
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        file.read_exact(bytes.as_mut_slice()).map_err(io)?;
        Ok(Self(bytes))
    }

    /// Derives the key for one purpose, so that no two purposes share one.
    pub(crate) fn derive(&self, tag: &Tag) -> Zeroizing<[u8; KEY_BYTES]> {
        Zeroizing::new(digest(tag, &[self.0.as_slice()]))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_new_key_file_is_its_owners_alone_and_opens_again() {
        let folder = folder();
        let path = folder.path().join("key");
        SovereignKey::create(&path, [7; KEY_BYTES]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, KEY_MODE);
        assert_eq!(SovereignKey::open(&path).unwrap().0.as_slice(), [7; KEY_BYTES]);
    }

    #[test]
    fn every_wider_mode_is_refused() {
        let folder = folder();
        let path = folder.path().join("key");
        SovereignKey::create(&path, [7; KEY_BYTES]).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o601, 0o700, 0o644, 0o666] {
            set_mode(&path, mode);
            assert!(
                matches!(SovereignKey::open(&path), Err(KeyFileError::Open { mode: m, .. }) if m == mode),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn a_narrower_mode_is_accepted() {
        let folder = folder();
        let path = folder.path().join("key");
        SovereignKey::create(&path, [7; KEY_BYTES]).unwrap();
        set_mode(&path, 0o400);
        assert!(SovereignKey::open(&path).is_ok());
    }

    #[test]
    fn another_users_key_file_is_refused() {
        let folder = folder();
        let path = folder.path().join("key");
        SovereignKey::create(&path, [7; KEY_BYTES]).unwrap();
        let stranger = rustix::process::geteuid().as_raw() + 1;
        assert!(matches!(SovereignKey::open_for(&path, stranger), Err(KeyFileError::OtherOwner { .. })));
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let folder = folder();
        let path = folder.path().join("key");
        SovereignKey::create(&path, [7; KEY_BYTES]).unwrap();
        assert!(SovereignKey::create(&path, [8; KEY_BYTES]).is_err());
        assert_eq!(SovereignKey::open(&path).unwrap().0.as_slice(), [7; KEY_BYTES]);
    }

    #[test]
    fn a_short_key_file_is_refused() {
        let folder = folder();
        let path = folder.path().join("key");
        std::fs::write(&path, [1; 31]).unwrap();
        set_mode(&path, KEY_MODE);
        assert!(matches!(SovereignKey::open(&path), Err(KeyFileError::Length { bytes: 31, .. })));
    }

    #[test]
    fn a_folder_is_no_key_file() {
        let folder = folder();
        assert!(matches!(SovereignKey::open(folder.path()), Err(KeyFileError::NotAFile { .. })));
    }
}
