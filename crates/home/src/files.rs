//! Writing the files of a home: for their owner alone, whole or not at all, on disk before anything follows.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Read and written by the owner alone.
const FILE_MODE: u32 = 0o600;
/// Entered by the owner alone.
const FOLDER_MODE: u32 = 0o700;

/// Makes a folder that only its owner may enter; one that is there stays as it is.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

/// Writes a new file for the owner alone, and syncs it.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts new bytes in the place of a file in one step: a crash leaves the old ones or the new ones.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_new(&beside, bytes)?;
    fs::rename(&beside, path)?;
    sync_folder(path.parent().unwrap_or_else(|| Path::new(".")))
}

/// Makes new names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
