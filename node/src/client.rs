//! The control socket from the side of a command: one line each way, or a stream of events.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use tally_control::{Answer, Envelope, Event, Exit, Failure, LINE_BYTES_MAX, Outcome, Request};

/// Asks a running node once.
pub(crate) fn ask(socket: &Path, envelope: &Envelope, patience: Duration) -> Result<Answer, Failure> {
    let deadline = Instant::now() + patience;
    let mut lines = send(socket, envelope, patience)?;
    lines.next(deadline)?.ok_or_else(ended)
}

/// Opens the stream of what happens from now on.
pub(crate) fn events(socket: &Path, patience: Duration) -> Result<Events, Failure> {
    send(socket, &Envelope::new(None, Request::Events), patience).map(|lines| Events { lines })
}

/// What happens at a node, one at a time.
pub(crate) struct Events {
    lines: Lines,
}

impl Events {
    /// The next event before the deadline; none when the time is over or the node has ended.
    pub(crate) fn next(&mut self, deadline: Instant) -> Result<Option<Event>, Failure> {
        loop {
            match self.lines.next(deadline) {
                Ok(Some(Answer::Event(event))) => return Ok(Some(event)),
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(failure) if failure.exit == Exit::TimedOut => return Ok(None),
                Err(failure) => return Err(failure),
            }
        }
    }
}

struct Lines {
    reader: BufReader<UnixStream>,
    /// What was read of a line whose end has not come.
    begun: Vec<u8>,
}

impl Lines {
    fn next(&mut self, deadline: Instant) -> Result<Option<Answer>, Failure> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(timed_out());
            }
            self.reader.get_ref().set_read_timeout(Some(left)).map_err(|error| broken(&error))?;
            let room = (LINE_BYTES_MAX + 1).saturating_sub(self.begun.len()) as u64;
            match self.reader.by_ref().take(room).read_until(b'\n', &mut self.begun) {
                Ok(_) if self.begun.last() == Some(&b'\n') || self.begun.len() > LINE_BYTES_MAX => {
                    let line = std::mem::take(&mut self.begun);
                    return outcome(&line).map(Some);
                }
                Ok(_) => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Err(timed_out());
                }
                Err(error) => return Err(broken(&error)),
            }
        }
    }
}

fn send(socket: &Path, envelope: &Envelope, patience: Duration) -> Result<Lines, Failure> {
    let line = envelope.to_line().map_err(|error| {
        Failure::new(Exit::Failed, "The node was not asked", error.to_string(), "give less in one command")
    })?;
    let mut stream = UnixStream::connect(socket).map_err(|error| not_connected(&error, socket))?;
    stream.set_write_timeout(Some(patience.max(Duration::from_millis(1)))).map_err(|error| broken(&error))?;
    stream.write_all(&line).map_err(|error| broken(&error))?;
    Ok(Lines { reader: BufReader::new(stream), begun: Vec::new() })
}

fn outcome(line: &[u8]) -> Result<Answer, Failure> {
    match Outcome::from_line(line) {
        Ok(Outcome::Done(answer)) => Ok(*answer),
        Ok(Outcome::Failed(failure)) => Err(failure),
        Err(error) => Err(Failure::new(
            Exit::Failed,
            "The node's answer cannot be read",
            error.to_string(),
            "the running node and this command are of different versions: end the node and start it again with this one",
        )),
    }
}

fn not_connected(error: &std::io::Error, socket: &Path) -> Failure {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
            Failure::new(Exit::NotRunning, "The node was not asked", "it is not running", "start it with: tally run")
        }
        ErrorKind::PermissionDenied => Failure::new(
            Exit::NotPermitted,
            "The node was not asked",
            format!("its socket {} is not open to this user", socket.display()),
            "run the command as the user that the node runs as",
        ),
        _ => broken(error),
    }
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, "The node did not answer", error.to_string(), "see whether it still runs: tally status")
}

fn ended() -> Failure {
    Failure::new(
        Exit::NotRunning,
        "The node did not answer",
        "it ended before it could",
        "see what it said last, then start it with: tally run",
    )
}

fn timed_out() -> Failure {
    Failure::new(
        Exit::TimedOut,
        "The node did not answer",
        "the time for this command is over",
        "give it longer with --timeout, or look at: tally status",
    )
}
