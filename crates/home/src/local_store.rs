//! The sovereign store of this member.

use std::path::PathBuf;

use tally_sovereign::{OpenReport, SovereignFolder, SovereignKey, StoreError, open_folder};
use tally_store::OpenError;
use thiserror::Error;

use crate::home::{Home, LOCAL, LOCAL_KEY};

/// Why the sovereign store does not open.
#[derive(Debug, Error)]
pub enum OpenLocalError {
    /// Another process has it open.
    #[error("{} is open in another process", .0.display())]
    Locked(PathBuf),
    /// The key, the folder or what is in it cannot be used.
    #[error("{}", path.display())]
    Store {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
}

impl Home {
    /// Where the journal of the sovereign store is, and what it kept of damage.
    pub fn local_journal_folder(&self) -> PathBuf {
        self.path(LOCAL).join("journal")
    }

    /// Opens the sovereign store, and says what was found.
    pub fn open_local(&self) -> Result<(SovereignFolder, OpenReport), OpenLocalError> {
        let path = self.path(LOCAL);
        let opened = SovereignKey::open(&self.path(LOCAL_KEY))
            .map_err(StoreError::from)
            .and_then(|key| open_folder(&path, &key));
        let (store, report) = opened.map_err(|error| match error {
            StoreError::Open(OpenError::Locked) => OpenLocalError::Locked(self.dir().to_owned()),
            source => OpenLocalError::Store { path, source },
        })?;
        for damage in &report.damaged {
            tracing::error!(segment = damage.segment, offset = damage.offset, "local records are damaged");
        }
        if report.gone > 0 {
            tracing::error!(facts = report.gone, "local records are gone without a trace");
        }
        Ok((store, report))
    }
}
