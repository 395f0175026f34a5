//! Where the control socket is: in the home, or in a short place where the home's path is too long for one.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tally_entry::{Tag, digest};

use crate::files;

const SOCKET: &str = "control.sock";
/// Names the other place, for whoever asks.
const ELSEWHERE: &str = "socket";
/// The longest path of a socket, in bytes: the least that the systems we run on take, less its end mark.
const PATH_BYTES_MAX: usize = 103;

/// Where it is, or will be.
pub(crate) fn of(dir: &Path) -> PathBuf {
    let inside = dir.join(SOCKET);
    if fits(&inside) {
        return inside;
    }
    match std::fs::read_to_string(dir.join(ELSEWHERE)) {
        Ok(path) => PathBuf::from(path.trim()),
        Err(_) => short(dir).join(SOCKET),
    }
}

/// Makes the folder it goes into.
pub(crate) fn prepare(dir: &Path) -> io::Result<PathBuf> {
    let inside = dir.join(SOCKET);
    if fits(&inside) {
        return Ok(inside);
    }
    let folder = short(dir);
    files::make_folder(&folder)?;
    // In a place that all users share, somebody else may have made it first.
    let about = std::fs::symlink_metadata(&folder)?;
    if !about.is_dir() || about.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("{} belongs to somebody else", folder.display())));
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    let socket = folder.join(SOCKET);
    files::replace(&dir.join(ELSEWHERE), socket.to_string_lossy().as_bytes())?;
    Ok(socket)
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= PATH_BYTES_MAX
}

/// A folder for this home alone among those of running programs.
fn short(dir: &Path) -> PathBuf {
    let whole = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let name = digest(&Tag::new("tally/1/socket-folder"), &[whole.as_os_str().as_encoded_bytes()]);
    let name: String = name.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let user = rustix::process::geteuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.as_os_str().len() < 60);
    runtime.unwrap_or_else(|| PathBuf::from("/tmp")).join(format!("tally-{user}-{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_home_holds_its_socket() {
        assert_eq!(of(Path::new("/srv/tally")), Path::new("/srv/tally/control.sock"));
    }

    #[test]
    fn a_long_home_has_its_socket_in_a_short_place() {
        let long = PathBuf::from(format!("/srv/{}", "a".repeat(120)));
        assert!(of(&long).as_os_str().len() <= PATH_BYTES_MAX);
    }
}
