//! The sovereign store of this member.

use std::path::PathBuf;

use tally_control::{Exit, Failure, told};
use tally_sovereign::{OpenReport, SovereignFolder, SovereignKey, StoreError, open_folder};

use super::{Home, LOCAL, LOCAL_KEY};

impl Home {
    /// Where the journal of the sovereign store is, and what it kept of damage.
    pub(crate) fn local_journal_folder(&self) -> PathBuf {
        self.dir.join(LOCAL).join("journal")
    }

    /// Opens the sovereign store, and says what was found.
    pub(crate) fn open_local(&self) -> Result<(SovereignFolder, OpenReport), Failure> {
        let cannot = |error: &StoreError| {
            let locked = matches!(error, StoreError::Open(tally_store::OpenError::Locked));
            Failure::new(
                Exit::Failed,
                "The local records cannot be opened",
                if locked {
                    format!("{} is open in another process", self.dir.display())
                } else {
                    format!("{}: {}", self.dir.join(LOCAL).display(), told(error))
                },
                if locked {
                    "One node runs from one home. Stop the other (`tally stop`), or choose another home with --home."
                } else {
                    "Look at the disk and at who owns the files; or put the home back from a backup."
                },
            )
        };
        let key = SovereignKey::open(&self.dir.join(LOCAL_KEY)).map_err(|error| cannot(&error.into()))?;
        let (store, report) = open_folder(&self.dir.join(LOCAL), &key).map_err(|error| cannot(&error))?;
        for damage in &report.damaged {
            tracing::error!(segment = damage.segment, offset = damage.offset, "local records are damaged");
        }
        if report.gone > 0 {
            tracing::error!(facts = report.gone, "local records are gone without a trace");
        }
        Ok((store, report))
    }
}
