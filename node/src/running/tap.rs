//! A copy of every frame that leaves, for whoever wants to see for himself what does.

use std::fs::OpenOptions;
use std::io::{Error, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tally_control::{Exit, Failure};
use tally_net::Tap;

/// Opens the file that frames are added to, four bytes of length before each; it holds the words of the ring in the
/// clear, so only its owner may read it.
pub(super) fn open(path: &Path) -> Result<Tap, Failure> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "The node was not started",
            format!("frames cannot be written to {}: {error}", path.display()),
            "Choose a file in a folder that the user that runs the node may write to.",
        )
    })?;
    let file = Mutex::new(file);
    Ok(Arc::new(move |frame| {
        let mut copy = u32::try_from(frame.len()).map_err(Error::other)?.to_be_bytes().to_vec();
        copy.extend_from_slice(frame);
        // One write each, so that a full disk leaves out whole frames, which then do not leave either.
        file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&copy)
    }))
}
