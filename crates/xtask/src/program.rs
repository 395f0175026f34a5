//! The program that is killed or measured.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

use tally_stage::Program;

use crate::root;

/// The program at this path, or a release build of this tree.
pub(crate) fn given_or_built(tally: Option<PathBuf>) -> Result<Program, Box<dyn Error>> {
    if let Some(given) = tally {
        return Ok(Program::new(std::path::absolute(given)?));
    }
    let root = root::root();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "-p", "tallystick"]).current_dir(root);
    if !cargo.status()?.success() {
        return Err("the node does not build".into());
    }
    Ok(Program::new(target.join("release/tally")))
}
