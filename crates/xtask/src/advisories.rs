//! `advisories`: known faults of the dependencies.
//!
//! The database is fetched from the network. Without it nothing can be said, and a build must not fail for that.

use crate::root::{self, ProgramError};

/// What is printed where the database cannot be fetched.
const NOT_CHECKED: &str = "advisories: not checked (no advisory database can be reached from here)";

/// What stands in the way of an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdvisoriesError {
    /// cargo-deny is missing.
    #[error("cargo-deny is not installed: `cargo install --locked cargo-deny@0.20.2`")]
    NoCargoDeny(#[source] ProgramError),
    /// The fetch failed for another reason than the network.
    #[error("the advisory database could not be read")]
    Fetch(#[source] ProgramError),
    /// An advisory applies, or the configuration is wrong.
    #[error("an advisory applies to a dependency")]
    Found(#[source] ProgramError),
}

/// Fetches the database and checks against it.
pub(crate) fn run() -> Result<(), AdvisoriesError> {
    root::output("cargo", &["deny", "--version"]).map_err(AdvisoriesError::NoCargoDeny)?;
    match root::output("cargo", &["deny", "fetch", "db"]) {
        Ok(_) => {}
        Err(ProgramError::Failed { said, .. }) if is_out_of_reach(&said) => {
            println!("{NOT_CHECKED}");
            return Ok(());
        }
        Err(error) => return Err(AdvisoriesError::Fetch(error)),
    }
    root::run("cargo", &["deny", "check", "advisories"]).map_err(AdvisoriesError::Found)
}

/// Whether a failed fetch says that the network, not the configuration, was the reason.
fn is_out_of_reach(said: &str) -> bool {
    said.contains("failed to fetch advisory database") || said.contains("failed to open advisory database")
}
