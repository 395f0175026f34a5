use std::path::Path;

use tally_store::{Expected, JournalConfig, Readiness, RealDisk, Views, ViewsConfig};

use crate::key::SovereignKey;
use crate::store::{OpenReport, SUMMARY_FORM, Sovereign, StoreError};

/// A sovereign store in a folder of this machine.
pub type SovereignFolder = Sovereign<RealDisk, Views>;

/// Opens the sovereign store of a folder, or founds it: its journal in `journal`, its views in `views`.
///
/// # Errors
/// Where the key is another one, another process holds the store, or the folder cannot be used.
pub fn open_folder(folder: &Path, key: &SovereignKey) -> Result<(SovereignFolder, OpenReport), StoreError> {
    let journal = folder.join("journal");
    std::fs::create_dir_all(&journal)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(crate::seal::SealError::from)?;
    let views = folder.join("views");
    Sovereign::open(RealDisk::open(&journal)?, key, JournalConfig::new(seed), |state| {
        let expected = Expected { version: SUMMARY_FORM, state };
        let opened = Views::open(&views, expected, ViewsConfig::default())?;
        let rebuild = matches!(opened.state, Readiness::MustRebuild { .. });
        Ok((opened.views, rebuild))
    })
}
