use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tally_control::{Exit, Failure};

/// How long a node may take to end when asked before its process is killed.
const END: Duration = Duration::from_secs(10);

/// Another process of this same program.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts a node; what it says goes into a file beside its home.
    pub(super) fn run(home: &Path, said: &Path) -> Result<Self, Failure> {
        let broken = |error: std::io::Error| failed("A node was not started", &error.to_string());
        let file = File::options().create(true).append(true).open(said).map_err(broken)?;
        let errors = file.try_clone().map_err(broken)?;
        let child = command(home)?
            .args(["run", "--json"])
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            // Ctrl-C at the terminal reaches the demonstration alone, which then ends the three.
            .process_group(0)
            .spawn()
            .map_err(broken)?;
        Ok(Self { child })
    }

    /// Ends it in the middle of whatever it does: SIGKILL, as when the power goes.
    pub(super) fn kill(mut self) {
        self.kill_now();
    }

    /// Waits for it to end after it was asked to; kills it where it does not.
    pub(super) fn ended(mut self) {
        let deadline = Instant::now() + END;
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill_now();
    }

    fn kill_now(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_now();
    }
}

/// Runs a command to its end and gives what it printed.
pub(super) fn done(home: &Path, arguments: &[&str], files: &[PathBuf]) -> Result<serde_json::Value, Failure> {
    let ran = command(home)?
        .args(arguments)
        .args(files)
        .args(["--json", "--no-input"])
        // The homes last as long as the story: a root key that is quick to open is enough for them.
        .env("TALLY_SCRYPT_LOG_N", "4")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed("A command was not run", &error.to_string()))?;
    if !ran.status.success() {
        let what = format!("tally {} did not end well", arguments.join(" "));
        return Err(failed(&what, String::from_utf8_lossy(&ran.stderr).trim()));
    }
    serde_json::from_slice(&ran.stdout).map_err(|error| failed("A command printed no document", &error.to_string()))
}

fn command(home: &Path) -> Result<Command, Failure> {
    let program = std::env::current_exe().map_err(|error| failed("This program was not found", &error.to_string()))?;
    let mut command = Command::new(program);
    command.arg("--home").arg(home).env_remove("TALLY_HOME");
    Ok(command)
}

fn failed(what: &str, why: &str) -> Failure {
    Failure::new(Exit::Failed, what, why, "See whether this machine has space and processes left, and run it again.")
}
