//! The folders of the views, their manifest, and where bad ones go.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::RebuildReason;
use crate::views::MAX_STATE;

/// Folders set aside that are kept: one to look at, and one more if the first was not the cause.
const KEPT: usize = 2;

/// Bytes of the longest manifest.
const MAX_MANIFEST: u64 = 128 + 2 * MAX_STATE as u64;

const MANIFEST: &str = "views.manifest";
const LIVE: &str = "views-";
const BAD: &str = "views.bad-";

/// What views were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) version: u32,
    pub(super) state: Vec<u8>,
}

impl Manifest {
    /// Encodes it as three lines a person can read, the last one a checksum.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut text = format!("views 1 {}\nstate ", self.version);
        for byte in &self.state {
            text.push_str(&format!("{byte:02x}"));
        }
        let crc = crc32c::crc32c(text.as_bytes());
        text.push_str(&format!("\ncrc32c {crc:08x}\n"));
        text.into_bytes()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        let version = lines.next()?.strip_prefix("views 1 ")?.parse().ok()?;
        let hex = lines.next()?.strip_prefix("state ")?;
        let state = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
            .collect::<Option<Vec<u8>>>()?;
        let manifest = Self { version, state };
        (manifest.encode() == bytes).then_some(manifest)
    }
}

/// The directory the folders of the views are in.
///
/// Each database gets a number of its own: a thread that was left behind may still write files by path.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    dir: PathBuf,
}

impl Folders {
    pub(super) fn prepare(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    fn numbers(&self, prefix: &str) -> Vec<u64> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let mut numbers: Vec<u64> =
            entries.filter_map(|entry| entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Returns the folder in use.
    pub(super) fn newest(&self) -> Option<PathBuf> {
        let number = *self.numbers(LIVE).last()?;
        Some(self.dir.join(format!("{LIVE}{number}")))
    }

    pub(super) fn manifest(&self) -> Result<Manifest, RebuildReason> {
        let path = self.dir.join(MANIFEST);
        match fs::metadata(&path) {
            Err(_) => return Err(RebuildReason::NotSealed),
            Ok(metadata) if metadata.len() > MAX_MANIFEST => return Err(RebuildReason::ManifestDamaged),
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(|_| RebuildReason::ManifestDamaged)?;
        Manifest::decode(&bytes).ok_or(RebuildReason::ManifestDamaged)
    }

    pub(super) fn write_manifest(&self, manifest: &Manifest) -> io::Result<()> {
        let part = self.dir.join(format!("{MANIFEST}.part"));
        let mut file = File::create(&part)?;
        file.write_all(&manifest.encode())?;
        file.sync_all()?;
        fs::rename(&part, self.dir.join(MANIFEST))?;
        File::open(&self.dir)?.sync_all()
    }

    pub(super) fn remove_manifest(&self) -> io::Result<()> {
        match fs::remove_file(self.dir.join(MANIFEST)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Renames every folder in use out of the way, keeps the newest two of those, and names a fresh one.
    pub(super) fn set_aside(&self) -> io::Result<PathBuf> {
        self.remove_manifest()?;
        let live = self.numbers(LIVE);
        let mut bad = self.numbers(BAD);
        for number in &live {
            let aside = (*number).max(bad.last().map_or(0, |last| last + 1));
            let to = self.dir.join(format!("{BAD}{aside}"));
            fs::rename(self.dir.join(format!("{LIVE}{number}")), to)?;
            bad.push(aside);
        }
        for number in &bad[..bad.len().saturating_sub(KEPT)] {
            fs::remove_dir_all(self.dir.join(format!("{BAD}{number}")))?;
        }
        let next = live.last().max(bad.last()).map_or(1, |last| last + 1);
        Ok(self.dir.join(format!("{LIVE}{next}")))
    }

    /// Makes every file of a folder durable, and its name.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.sync(&path)?;
            } else {
                match File::open(&path) {
                    // sled removes what it no longer needs at any time.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                    Ok(file) => file.sync_all()?,
                }
            }
        }
        File::open(folder)?.sync_all()
    }
}
