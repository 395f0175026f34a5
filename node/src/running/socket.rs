//! The control socket: one line a request, one line an answer, for the node's own user and the administrator.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tally_control::{Ask as _, Envelope, Event, Events, LINE_BYTES_MAX, LineError, Outcome, Refusal, told};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;

use super::core::CoreHandle;
use super::news;
use super::parts::NodeService;

/// Connections at once: every person and page of one member, several times over.
const CONNECTIONS: usize = 64;
/// Where the system keeps the users that it knows itself.
const USERS: &str = "/etc/passwd";

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
pub(super) async fn serve(listener: UnixListener, service: Arc<NodeService>) {
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

async fn converse(stream: UnixStream, service: &NodeService) -> io::Result<()> {
    let user = stream.peer_cred()?.uid();
    let own = rustix::process::geteuid().as_raw();
    let (read, mut write) = stream.into_split();
    if user != own && user != 0 {
        return refuse(&mut write, Refusal::NotPermitted).await;
    }
    let name = user_name(user).await;
    let mut lines = BufReader::new(read);
    loop {
        let line = next_line(&mut lines).await?;
        if line.is_empty() {
            return Ok(());
        }
        let envelope = match Envelope::from_line(&line) {
            Ok(envelope) if envelope.schema > tally_control::SCHEMA => {
                refuse(&mut write, Refusal::Newer).await?;
                continue;
            }
            Ok(envelope) => envelope,
            Err(error) => {
                refuse(&mut write, Refusal::NotUnderstood { said: told(&error) }).await?;
                continue;
            }
        };
        match envelope.ask.as_str() {
            Events::NAME => return tell_events(&mut write, lines, service.core()).await,
            _ => {
                let line = service.reply(envelope, &name).await.or_else(|error| too_long(&error))?;
                write.write_all(&line).await?;
            }
        }
    }
}

async fn refuse(write: &mut OwnedWriteHalf, refusal: Refusal) -> io::Result<()> {
    say(write, &Outcome::<()>::Failed(refusal)).await
}

/// One line with its end; empty when the other side has closed.
async fn next_line(lines: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = LINE_BYTES_MAX as u64 + 1;
    lines.take(most).read_until(b'\n', &mut line).await?;
    Ok(line)
}

async fn say<T: Serialize>(write: &mut OwnedWriteHalf, outcome: &Outcome<T>) -> io::Result<()> {
    let line = outcome.to_line().or_else(|error| too_long(&error))?;
    write.write_all(&line).await
}

fn too_long(error: &LineError) -> io::Result<Vec<u8>> {
    Outcome::<()>::Failed(Refusal::AnswerTooLong { said: told(error) }).to_line().map_err(io::Error::other)
}

async fn tell_events(
    write: &mut OwnedWriteHalf,
    mut lines: BufReader<OwnedReadHalf>,
    core: &CoreHandle,
) -> io::Result<()> {
    let mut events = core.listen();
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
            Err(RecvError::Lagged(missed)) => news::missed(missed),
            Err(RecvError::Closed) => return Ok(()),
        };
        say(write, &Outcome::<Event>::Done(event)).await?;
    }
}

/// The name of a user; the number where the system knows no name.
async fn user_name(user: u32) -> String {
    let number = user.to_string();
    let listed = std::fs::read_to_string(USERS).unwrap_or_default();
    if let Some(name) = listed.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == number).then(|| name.to_owned())
    }) {
        return name;
    }
    // Users of a directory service are not in the file; the system's own command asks wherever they are.
    let told = tokio::process::Command::new("id").args(["-nu", &number]).output().await;
    told.ok()
        .filter(|told| told.status.success())
        .and_then(|told| String::from_utf8(told.stdout).ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or(number)
}
