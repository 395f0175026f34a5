//! The process of one node.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::error::StageError;
use crate::router::NodeProcess;

/// How long a node may take to be ready, or to end: far longer than it ever needed on two busy cores.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);
/// How often a process is asked whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Bytes of a node's log that are shown when it did not start: the last thing it said stands there.
const SHOWN: usize = 2_000;

/// Where a node writes what it says and, where it is watched, what it sends.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) said: PathBuf,
    pub(crate) frames: Option<PathBuf>,
    /// Nobody reads what it prints after its first event, as where a supervisor has stopped reading.
    pub(crate) unread: bool,
}

/// A running node; killed when dropped.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    /// Held for as long as the node runs.
    _running: mpsc::Sender<()>,
}

impl Node {
    /// Starts a node, notes its process at once, and waits for its first event.
    pub(crate) fn start(
        member: &str,
        mut command: Command,
        log: &Log,
        process: &NodeProcess,
    ) -> Result<(Self, Value), StageError> {
        let mut said = File::options().create(true).append(true).open(&log.said)?;
        if let Some(frames) = &log.frames {
            command.arg("--verbose").arg("--frames").arg(frames);
        }
        // A Ctrl-C at the terminal reaches whoever has the stage, and that ends the nodes.
        let mut child = command.stderr(said.try_clone()?).process_group(0).spawn()?;
        process.store(child.id(), Ordering::SeqCst);
        let stdout = child.stdout.take();
        let (running, ended) = mpsc::channel();
        let node = Self { child, _running: running };
        let (tell, told) = mpsc::channel();
        let unread = log.unread;
        thread::spawn(move || {
            for line in stdout.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()).map_while(Result::ok) {
                // Only the first line is waited for; the others are read so that the node never waits for us.
                let _heard = tell.send(line.clone());
                if writeln!(said, "{line}").is_err() {
                    return;
                }
                if unread {
                    // The pipe stays open, and fills.
                    let _ended = ended.recv();
                    return;
                }
            }
        });
        match told.recv_timeout(LIMIT) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(ready) => Ok((node, ready)),
                Err(_) => Err(StageError::NotReady { member: member.to_owned(), said: line }),
            },
            Err(RecvTimeoutError::Disconnected) => {
                Err(StageError::NotReady { member: member.to_owned(), said: end_of(&log.said) })
            }
            Err(RecvTimeoutError::Timeout) => {
                Err(StageError::Endless { line: format!("the start of {member}'s node"), limit: LIMIT })
            }
        }
    }

    /// Tells it to end, as a service manager does; gives its exit code.
    pub(crate) fn stop(mut self, member: &str) -> Result<Option<i32>, StageError> {
        let process = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(process) = process {
            kill_process(process, Signal::TERM).map_err(std::io::Error::from)?;
        }
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.code());
            }
            if Instant::now() >= deadline {
                return Err(StageError::Endless { line: format!("the node of {member}"), limit: LIMIT });
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn end_of(said: &Path) -> String {
    let text = std::fs::read_to_string(said).unwrap_or_default();
    let from = (text.len().saturating_sub(SHOWN)..text.len()).find(|&at| text.is_char_boundary(at));
    text.get(from.unwrap_or_default()..).unwrap_or_default().trim().to_owned()
}
