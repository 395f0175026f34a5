//! Where the workspace is, and starting a program there.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The root of the workspace: the folder that `cargo` was told when it built this.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or_else(|| here.clone(), PathBuf::from)
}

/// Why a program did not do what it was started for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    /// It could not be started.
    #[error("{program} could not be started; is it installed?")]
    Start { program: &'static str, source: io::Error },
    /// It ended with a failure of its own.
    #[error("{program} failed:\n{said}")]
    Failed { program: &'static str, said: String },
}

/// Runs a program at the root of the workspace and gives what it wrote on its standard output.
pub(crate) fn output(program: &'static str, arguments: &[&str]) -> Result<String, ProgramError> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .map_err(|source| ProgramError::Start { program, source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(ProgramError::Failed { program, said: String::from_utf8_lossy(&output.stderr).into_owned() })
    }
}

/// Runs a program at the root of the workspace, its words going straight to the terminal.
pub(crate) fn run(program: &'static str, arguments: &[&str]) -> Result<(), ProgramError> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .map_err(|source| ProgramError::Start { program, source })?;
    if status.success() { Ok(()) } else { Err(ProgramError::Failed { program, said: status.to_string() }) }
}
