//! Asking the node of this home, when it runs.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use tally_control::{Answer, Envelope, Exit, Failure, LINE_BYTES_MAX, Outcome, Request};

/// How long a running node may take to answer what it has to write to disk first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks, or returns nothing where no node runs.
pub(super) fn ask(socket: &Path, request: Request) -> Result<Option<Answer>, Failure> {
    let stream = match UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(socket, &error.to_string())),
    };
    let line = converse(stream, &Envelope::new(None, request)).map_err(|error| failed(socket, &error.to_string()))?;
    match Outcome::from_line(&line).map_err(|error| failed(socket, &error.to_string()))? {
        Outcome::Done(answer) => Ok(Some(*answer)),
        Outcome::Failed(failure) => Err(failure),
    }
}

fn converse(mut stream: UnixStream, envelope: &Envelope) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&envelope.to_line().map_err(io::Error::other)?)?;
    let mut line = Vec::new();
    BufReader::new(stream.take(LINE_BYTES_MAX as u64 + 1)).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn failed(socket: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "The running node did not answer",
        format!("{}: {why}", socket.display()),
        "Look at what the node itself prints; `tally stop` ends it.",
    )
}
