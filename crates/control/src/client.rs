//! The control socket from the side of whoever asks: one line each way, or a stream of events.
#![allow(clippy::disallowed_methods, reason = "whoever asks has a deadline by the machine's clock")]

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::ask::Ask;
use crate::envelope::{Envelope, LINE_BYTES_MAX, LineError, Outcome};
use crate::events::{Event, Events};
use crate::refusal::Refusal;

/// Why a request brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The request is longer than a line.
    #[error("the request is too long")]
    Request(#[source] LineError),
    /// No node listens there.
    #[error("it is not running")]
    NotRunning,
    /// The socket belongs to another user.
    #[error("its socket {} is not open to this user", socket.display())]
    NotPermitted {
        /// The socket.
        socket: PathBuf,
    },
    /// The connection broke.
    #[error("{0}")]
    Broken(#[source] io::Error),
    /// The node closed the connection. It may or may not have acted.
    #[error("the node exited before it answered")]
    Ended,
    /// The time was over. The node may still act.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The answer is of another version.
    #[error("{0}")]
    Answer(#[source] LineError),
    /// The node says why not.
    #[error(transparent)]
    Refused(Box<Refusal>),
}

/// Asks a running node once.
///
/// # Errors
/// When there is no answer in time, or it says that nothing was done.
pub fn ask<A: Ask>(socket: &Path, seat: Option<&str>, ask: &A, patience: Duration) -> Result<A::Answer, AskError> {
    let mut lines = send(socket, &Envelope::new(seat, ask).map_err(AskError::Request)?, patience)?;
    lines.next(Instant::now() + patience)?.ok_or(AskError::Ended)
}

/// Opens the stream of what happens from now on.
///
/// # Errors
/// When the node cannot be asked.
pub fn events(socket: &Path, patience: Duration) -> Result<EventStream, AskError> {
    let envelope = Envelope::new(None, &Events {}).map_err(AskError::Request)?;
    send(socket, &envelope, patience).map(EventStream)
}

/// What happens at a node, one at a time.
pub struct EventStream(Lines);

impl EventStream {
    /// The next event before the deadline; none when the time is over or the node has ended.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn next(&mut self, deadline: Instant) -> Result<Option<Event>, AskError> {
        match self.0.next(deadline) {
            Err(AskError::TimedOut(_)) => Ok(None),
            other => other,
        }
    }
}

struct Lines {
    reader: BufReader<UnixStream>,
    /// What was read of a line whose end has not come.
    begun: Vec<u8>,
    patience: Duration,
}

impl Lines {
    fn next<T: DeserializeOwned>(&mut self, deadline: Instant) -> Result<Option<T>, AskError> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AskError::TimedOut(self.patience));
            }
            self.reader.get_ref().set_read_timeout(Some(left)).map_err(AskError::Broken)?;
            let room = (LINE_BYTES_MAX + 1).saturating_sub(self.begun.len()) as u64;
            match self.reader.by_ref().take(room).read_until(b'\n', &mut self.begun) {
                Ok(_) if self.begun.last() == Some(&b'\n') || self.begun.len() > LINE_BYTES_MAX => {
                    return match Outcome::from_line(&std::mem::take(&mut self.begun)).map_err(AskError::Answer)? {
                        Outcome::Done(answer) => Ok(Some(answer)),
                        Outcome::Failed(refusal) => Err(AskError::Refused(Box::new(refusal))),
                    };
                }
                Ok(_) => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Err(AskError::TimedOut(self.patience));
                }
                Err(error) => return Err(AskError::Broken(error)),
            }
        }
    }
}

fn send(socket: &Path, envelope: &Envelope, patience: Duration) -> Result<Lines, AskError> {
    let line = envelope.to_line().map_err(AskError::Request)?;
    let mut stream = UnixStream::connect(socket).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => AskError::NotRunning,
        ErrorKind::PermissionDenied => AskError::NotPermitted { socket: socket.to_owned() },
        _ => AskError::Broken(error),
    })?;
    stream.set_write_timeout(Some(patience.max(Duration::from_millis(1)))).map_err(AskError::Broken)?;
    stream.write_all(&line).map_err(AskError::Broken)?;
    Ok(Lines { reader: BufReader::new(stream), begun: Vec::new(), patience })
}
