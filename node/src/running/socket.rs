//! The control socket: one line a request, one line an answer, for the node's own user and the administrator.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use tally_control::{Answer, Envelope, Exit, Failure, LINE_BYTES_MAX, Outcome, Request};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;

use crate::service::{Service, who};

/// Connections at once: every person and page of one member, several times over.
const CONNECTIONS: usize = 64;

/// Opens the socket; one that a node left behind gives way. The journal's lock says that no other node runs.
pub(super) fn bind(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves everybody who may ask, for ever.
pub(super) async fn serve(listener: UnixListener, service: Arc<Service>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection to the control socket failed");
                // Out of descriptors, most likely: give others time to close theirs.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            if let Err(error) = converse(stream, &service).await {
                tracing::debug!(%error, "a conversation on the control socket ended");
            }
            drop(place);
        });
    }
}

async fn converse(stream: UnixStream, service: &Service) -> io::Result<()> {
    let user = stream.peer_cred()?.uid();
    let own = rustix::process::geteuid().as_raw();
    let (read, mut write) = stream.into_split();
    if user != own && user != 0 {
        let failure = Failure::new(
            Exit::NotPermitted,
            "Not permitted",
            "this node takes requests only from the user that runs it",
            "Run the command as that user, for example with sudo -u.",
        );
        return say(&mut write, &Outcome::Failed(failure)).await;
    }
    let name = who::user_name(user).await;
    let mut lines = BufReader::new(read);
    loop {
        let line = next_line(&mut lines).await?;
        if line.is_empty() {
            return Ok(());
        }
        let envelope = match Envelope::from_line(&line) {
            Ok(envelope) if envelope.schema > tally_control::SCHEMA => {
                say(&mut write, &Outcome::Failed(newer())).await?;
                continue;
            }
            Ok(envelope) => envelope,
            Err(error) => {
                let failure = Failure::new(
                    Exit::Usage,
                    "The request was not understood",
                    tally_control::told(&error),
                    "Use the command and the node of one version: stop the node and start it again.",
                );
                say(&mut write, &Outcome::Failed(failure)).await?;
                continue;
            }
        };
        if envelope.request == Request::Events {
            return tell_events(&mut write, lines, service).await;
        }
        let outcome = match service.answer(envelope, &name).await {
            Ok(answer) => Outcome::Done(Box::new(answer)),
            Err(failure) => Outcome::Failed(failure),
        };
        say(&mut write, &outcome).await?;
    }
}

fn newer() -> Failure {
    Failure::new(
        Exit::Usage,
        "The request was not understood",
        "it was made by a newer version of this program than the node that runs",
        "Stop the node and start it again with the newer version.",
    )
}

/// One line with its end; empty when the other side has closed.
async fn next_line(lines: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = LINE_BYTES_MAX as u64 + 1;
    lines.take(most).read_until(b'\n', &mut line).await?;
    Ok(line)
}

async fn say(write: &mut OwnedWriteHalf, outcome: &Outcome) -> io::Result<()> {
    let line = match outcome.to_line() {
        Ok(line) => line,
        Err(error) => Outcome::Failed(Failure::new(
            Exit::Failed,
            "The answer was not given",
            tally_control::told(&error),
            "Ask for less at once: one kind, one ring, or one record.",
        ))
        .to_line()
        .map_err(io::Error::other)?,
    };
    write.write_all(&line).await
}

async fn tell_events(
    write: &mut OwnedWriteHalf,
    mut lines: BufReader<OwnedReadHalf>,
    service: &Service,
) -> io::Result<()> {
    let mut events = service.listen();
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            // The listener closes its end when it has heard enough.
            line = next_line(&mut lines) => {
                if line?.is_empty() {
                    return Ok(());
                }
                continue;
            }
        };
        let event = match event {
            Ok(event) => event,
            Err(RecvError::Lagged(missed)) => super::news::missed(missed),
            Err(RecvError::Closed) => return Ok(()),
        };
        say(write, &Outcome::Done(Box::new(Answer::Event(event)))).await?;
    }
}
