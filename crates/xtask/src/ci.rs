//! `ci`: the same steps that the repository's own check runs, so that there is one list of them.

use crate::root::{self, ProgramError};

/// Runs `.ci/run`.
pub(crate) fn run() -> Result<(), ProgramError> {
    root::run("bash", &[".ci/run"])
}
