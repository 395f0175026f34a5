use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::StageError;

/// The longest any command may take: far beyond what each needs on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);
/// How often a process is asked whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The program of which nodes are made.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
}

/// A command that has ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The command line.
    pub line: String,
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Program {
    /// The program at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The program with these arguments, away from the user's own home and terminal.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .env_remove("TALLY_HOME")
            .env("HOME", "/nonexistent")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end, however it ends.
    ///
    /// # Errors
    /// When it does not start, or does not end in time.
    pub fn run(&self, arguments: &[&str]) -> Result<Ran, StageError> {
        finish(self.command(arguments))
    }

    /// Runs it in a folder, so that files can be named as a person would.
    pub(crate) fn run_in(&self, folder: &Path, home: &Path, arguments: &[&str]) -> Result<Ran, StageError> {
        let mut command = self.command(arguments);
        command.current_dir(folder).env("TALLY_HOME", home);
        finish(command)
    }
}

fn finish(mut command: Command) -> Result<Ran, StageError> {
    let line = line(&command);
    let mut child = command.spawn()?;
    let out = child.stdout.take().map(|pipe| thread::spawn(move || text(pipe)));
    let err = child.stderr.take().map(|pipe| thread::spawn(move || text(pipe)));
    let deadline = Instant::now() + LIMIT;
    let code = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Err(StageError::Endless { line, limit: LIMIT });
        }
        thread::sleep(LOOK_AGAIN);
    };
    let read = |reader: Option<thread::JoinHandle<String>>| reader.and_then(|one| one.join().ok()).unwrap_or_default();
    Ok(Ran { line, code, out: read(out), err: read(err) })
}

/// The command as somebody would type it.
fn line(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once("tally".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn text(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    // A pipe that breaks has given all it had.
    let _broken = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Ran {
    /// The command, having ended with 0.
    ///
    /// # Errors
    /// When it ended otherwise.
    pub fn done(self) -> Result<Self, StageError> {
        if self.code == Some(0) {
            return Ok(self);
        }
        Err(StageError::Failed { line: self.line, code: self.code, err: self.err.trim().to_owned() })
    }

    /// The document that it printed, however it ended.
    ///
    /// # Errors
    /// When it printed none.
    pub fn document(&self) -> Result<Value, StageError> {
        serde_json::from_str(&self.out)
            .map_err(|_| StageError::NoDocument { line: self.line.clone(), out: self.out.clone() })
    }
}
