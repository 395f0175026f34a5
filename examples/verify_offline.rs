//! Checks everything that a home holds, through the library, while no node runs from it:
//!
//! ```text
//! cargo run --example verify_offline -- HOME
//! ```
//!
//! It is what `tally log verify --offline HOME` does. Nothing in the home is changed, so a copy will do.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tally_home::Home;
use tally_service::verified;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from).ok_or("give the folder of a home")?;
    for line in check(&dir)? {
        println!("{line}");
    }
    Ok(())
}

/// What the check found, a line each.
pub(crate) fn check(dir: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let home = Home::open(dir)?;
    let report = home.verify_offline()?;
    let mut lines = vec![format!("{}: {} entries in {} logs", home.name(), report.entries, report.logs)];
    if report.faults.is_empty() {
        lines.push("everything holds".to_owned());
    }
    lines.extend(verified(&report, Duration::ZERO).failures());
    Ok(lines)
}
