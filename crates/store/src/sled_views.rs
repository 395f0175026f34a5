//! The views in sled: disposable, checked value by value, on a thread of their own.

mod engine;
mod folder;
mod worker;

use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use crate::views::{Batch, MAX_STATE, Page, Scan, ViewError, ViewStore, check_key, within};
use engine::Engine;
use folder::{Folders, Manifest};
use worker::Worker;

/// How the views are kept.
#[derive(Clone, Copy, Debug)]
pub struct ViewsConfig {
    /// How long one call may take; longer, and the machine is in trouble that a restart must settle.
    pub deadline: Duration,
    /// How long opening may take; longer, and a rebuild is quicker.
    pub open_deadline: Duration,
    /// How long sealing may take: it writes everything out.
    pub seal_deadline: Duration,
    /// Bytes of sled's cache; small, because its memory is several times that.
    pub cache_bytes: u64,
}

impl Default for ViewsConfig {
    /// Ten seconds a call, thirty to open, sixty to seal, a cache of 32 MiB.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            open_deadline: Duration::from_secs(30),
            seal_deadline: Duration::from_secs(60),
            cache_bytes: 32 << 20,
        }
    }
}

/// What the views must have been made from to be used as they are.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The version of the caller's views.
    pub version: u32,
    /// A digest of the state of the log, at most [`MAX_STATE`] bytes.
    pub state: &'a [u8],
}

/// Whether opened views hold what they should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// They were made from exactly the expected state of the log.
    Ready,
    /// They are empty and must be filled from the journal.
    MustRebuild {
        /// What was found in their place.
        why: RebuildReason,
    },
}

/// Why views must be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildReason {
    /// There were none.
    New,
    /// They were not sealed: the process ended in the middle of its work.
    NotSealed,
    /// Their manifest cannot be read.
    ManifestDamaged,
    /// They are of another version.
    OtherVersion {
        /// The version in the manifest.
        found: u32,
    },
    /// They were made from another state of the log.
    OtherState,
    /// The database does not open, or does not hold what the manifest says.
    Damaged {
        /// What sled says, for the log alone.
        reason: String,
    },
    /// The database panicked while it opened.
    Panicked,
    /// The database did not open in time.
    TooSlow,
}

/// Why no views open at all, not even empty ones.
#[derive(Debug, Error)]
pub enum ViewsOpenError {
    /// The folder cannot be prepared.
    #[error("the folder of the views could not be prepared")]
    Folder(#[source] std::io::Error),
    /// Not even an empty database opens.
    #[error("an empty database for the views does not open")]
    Empty(#[source] ViewError),
    /// The digest is too long.
    #[error("the expected state of the views is too long")]
    State(#[source] ViewError),
}

/// Views that are open.
#[derive(Debug)]
pub struct OpenedViews {
    /// Ready to be read and written, if they need not be filled first.
    pub views: Views,
    /// Whether they hold what they should.
    pub state: Readiness,
}

/// The views of one home, in sled.
///
/// After [`ViewError::TooSlow`] or [`ViewError::Panicked`] every call is refused; after any error but `Busy` and
/// `TooLarge` the next open sets the folder aside and asks for a rebuild.
#[derive(Debug)]
pub struct Views {
    worker: Worker<Engine>,
    config: ViewsConfig,
    folders: Folders,
    folder: PathBuf,
    version: u32,
}

impl Views {
    /// Opens the views under a directory, or sets them aside and begins empty ones.
    ///
    /// Set aside means renamed to `views.bad-<n>`, of which the newest two are kept.
    pub fn open(
        dir: impl AsRef<Path>,
        expected: Expected<'_>,
        config: ViewsConfig,
    ) -> Result<OpenedViews, ViewsOpenError> {
        within("state", expected.state.len(), MAX_STATE).map_err(ViewsOpenError::State)?;
        let folders = Folders::prepare(dir.as_ref()).map_err(ViewsOpenError::Folder)?;
        let why = match Self::open_old(&folders, expected, config) {
            Ok(views) => return Ok(OpenedViews { views, state: Readiness::Ready }),
            Err(why) => why,
        };
        let folder = folders.set_aside().map_err(ViewsOpenError::Folder)?;
        let views =
            Self::start(&folders, folder, expected.version, config, |_| Ok(())).map_err(ViewsOpenError::Empty)?;
        Ok(OpenedViews { views, state: Readiness::MustRebuild { why } })
    }

    fn open_old(folders: &Folders, expected: Expected<'_>, config: ViewsConfig) -> Result<Self, RebuildReason> {
        let Some(folder) = folders.newest() else {
            return Err(RebuildReason::New);
        };
        let manifest = folders.manifest()?;
        if manifest.version != expected.version {
            return Err(RebuildReason::OtherVersion { found: manifest.version });
        }
        if manifest.state != expected.state {
            return Err(RebuildReason::OtherState);
        }
        let seal = manifest.encode();
        let check = move |engine: &mut Engine| engine.check_seal(&seal);
        Self::start(folders, folder, expected.version, config, check).map_err(|error| match error {
            ViewError::Panicked => RebuildReason::Panicked,
            ViewError::TooSlow { .. } | ViewError::Busy => RebuildReason::TooSlow,
            ViewError::Database { reason } => RebuildReason::Damaged { reason },
            other => RebuildReason::Damaged { reason: other.to_string() },
        })
    }

    fn start(
        folders: &Folders,
        folder: PathBuf,
        version: u32,
        config: ViewsConfig,
        check: impl FnOnce(&mut Engine) -> Result<(), ViewError> + Send + 'static,
    ) -> Result<Self, ViewError> {
        let path = folder.clone();
        let open = move || Engine::open(&path, config.cache_bytes);
        let worker = Worker::start(open, check, config.open_deadline)?;
        Ok(Self { worker, config, folders: folders.clone(), folder, version })
    }

    fn call<T: Send + 'static>(
        &self,
        deadline: Duration,
        job: impl FnOnce(&mut Engine) -> Result<T, ViewError> + Send + 'static,
    ) -> Result<T, ViewError> {
        let result = self.worker.call(deadline, job);
        if !matches!(result, Ok(_) | Err(ViewError::Busy | ViewError::TooLarge { .. } | ViewError::Stopped)) {
            // Without a manifest the next open asks for a rebuild. If even that fails, the seal in the database is
            // broken by the next write, and a value that is wrong is still found by its checksum.
            let _ = self.folders.remove_manifest();
        }
        result
    }

    fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Engine) -> Result<T, ViewError> + Send + 'static,
    ) -> Result<T, ViewError> {
        let folders = self.folders.clone();
        self.call(self.config.deadline, move |engine| {
            if engine.unseal()? {
                folders.remove_manifest().map_err(ViewError::Io)?;
            }
            job(engine)
        })
    }
}

impl ViewStore for Views {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        check_key(tree, key)?;
        let (tree, key) = (tree.to_owned(), key.to_vec());
        self.call(self.config.deadline, move |engine| engine.get(&tree, &key))
    }

    fn apply(&self, tree: &str, batch: Batch) -> Result<(), ViewError> {
        check_key(tree, &[])?;
        batch.check()?;
        let tree = tree.to_owned();
        self.write(move |engine| engine.apply(&tree, batch))
    }

    fn scan(&self, tree: &str, scan: Scan<'_>) -> Result<Page, ViewError> {
        check_key(tree, scan.prefix)?;
        let tree = tree.to_owned();
        let (prefix, after) = (scan.prefix.to_vec(), scan.after.map(<[u8]>::to_vec));
        let limit = scan.limit;
        self.call(self.config.deadline, move |engine| {
            engine.scan(&tree, Scan { prefix: &prefix, after: after.as_deref(), limit })
        })
    }

    fn clear(&self, tree: &str) -> Result<(), ViewError> {
        check_key(tree, &[])?;
        let tree = tree.to_owned();
        self.write(move |engine| engine.clear(&tree))
    }

    fn seal(&self, state: &[u8]) -> Result<(), ViewError> {
        within("state", state.len(), MAX_STATE)?;
        let manifest = Manifest { version: self.version, state: state.to_vec() };
        let (folders, folder) = (self.folders.clone(), self.folder.clone());
        self.call(self.config.seal_deadline, move |engine| {
            engine.seal(&manifest.encode())?;
            // sled's flush does not reach the platter; the manifest may not get there first.
            folders.sync(&folder).map_err(ViewError::Io)?;
            folders.write_manifest(&manifest).map_err(ViewError::Io)
        })
    }
}

#[cfg(test)]
mod tests;
