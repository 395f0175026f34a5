use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::ran::{Ran, finished, program};

/// How long a node may take to start or to end.
const LIMIT: Duration = Duration::from_secs(60);

/// Files to which a node writes what it says and what it sends.
struct Watch {
    said: PathBuf,
    frames: PathBuf,
}

/// One home and, while it runs, its node.
pub(crate) struct Home {
    pub(crate) dir: PathBuf,
    pub(crate) passphrase: PathBuf,
    pub(crate) port: u16,
    watched: Option<Watch>,
    running: Option<Child>,
}

impl Home {
    /// A home made by `tally init`, with a passphrase file beside it and a port of its own.
    pub(crate) fn init(folder: &Path, name: &str, code: &str) -> Self {
        let dir = folder.join(name.to_lowercase());
        let passphrase = folder.join(format!("{}.passphrase", name.to_lowercase()));
        std::fs::write(&passphrase, format!("the passphrase of {name}\n")).expect("written");
        let port = free_port();
        let home = Self { dir, passphrase, port, watched: None, running: None };
        let listen = format!("/ip4/127.0.0.1/tcp/{port}");
        home.with_root(&["init", "--name", name, "--code", code, "--listen", &listen]).ok();
        home.set_guard(1, 1);
        home
    }

    /// Says how many mebibytes the node holds back on the disk.
    pub(crate) fn set_guard(&self, ballast: i64, reserve: i64) {
        let path = self.dir.join("settings.toml");
        let mut table: toml::Table = toml::from_str(&std::fs::read_to_string(&path).expect("read")).expect("settings");
        let mut guard = toml::Table::new();
        guard.insert("ballast_mib".to_owned(), ballast.into());
        guard.insert("reserve_mib".to_owned(), reserve.into());
        table.insert("guard".to_owned(), guard.into());
        std::fs::write(&path, toml::to_string(&table).expect("settings")).expect("written");
    }

    /// Runs a command on this home.
    pub(crate) fn tally(&self, arguments: &[&str]) -> Ran {
        self.finished(arguments, &[])
    }

    /// Runs a command as a seat.
    pub(crate) fn by(&self, seat: &str, arguments: &[&str]) -> Ran {
        self.finished(arguments, &["--as", seat])
    }

    /// Runs a command and reads its document.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.finished(arguments, &["--json"]).json()
    }

    /// Runs a command as a seat and reads its document.
    #[track_caller]
    pub(crate) fn json_by(&self, seat: &str, arguments: &[&str]) -> Value {
        self.finished(arguments, &["--json", "--as", seat]).json()
    }

    /// Runs a command that needs the root key.
    pub(crate) fn with_root(&self, arguments: &[&str]) -> Ran {
        let file = self.passphrase.to_string_lossy().into_owned();
        self.finished(arguments, &["--passphrase-file", &file])
    }

    fn finished(&self, arguments: &[&str], more: &[&str]) -> Ran {
        let dir = self.dir.to_string_lossy().into_owned();
        let mut all = vec!["--home", dir.as_str(), "--no-input"];
        all.extend(more);
        all.extend(arguments);
        finished(program(&all))
    }

    /// From the next start on the node says all it can say into one file, and writes what it sends into another.
    pub(crate) fn watch(&mut self, said: &Path, frames: &Path) {
        self.watched = Some(Watch { said: said.to_owned(), frames: frames.to_owned() });
    }

    /// Starts the node and returns its first event.
    #[track_caller]
    pub(crate) fn start(&mut self) -> Value {
        let dir = self.dir.to_string_lossy().into_owned();
        let mut command = program(&["--home", &dir, "run", "--json"]);
        let mut said = self.watched.as_ref().map(|watch| {
            command.arg("--verbose").arg("--frames").arg(&watch.frames);
            File::options().create(true).append(true).open(&watch.said).expect("opened")
        });
        match &said {
            Some(file) => command.stderr(file.try_clone().expect("one more handle")),
            None => command.arg("--quiet").stderr(Stdio::inherit()),
        };
        let mut child = command.spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("read");
        self.running = Some(child);
        std::thread::spawn(move || {
            let mut rest = String::new();
            while lines.read_line(&mut rest).is_ok_and(|read| read > 0) {
                if let Some(said) = &mut said {
                    said.write_all(rest.as_bytes()).expect("written");
                }
                rest.clear();
            }
        });
        serde_json::from_str(&first).unwrap_or_else(|error| panic!("{error}: the node said {first:?}"))
    }

    /// Tells the node to end, as a service manager does, and returns its exit code.
    #[track_caller]
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let mut child = self.running.take().expect("a node that runs");
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id")).expect("a process id");
        kill_process(pid, Signal::TERM).expect("told");
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(status) = child.try_wait().expect("waited for") {
                return status.code();
            }
            if Instant::now() >= deadline {
                child.kill().expect("killed");
                child.wait().expect("waited for");
                panic!("the node did not end in {} seconds", LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the node in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.running.take() {
            // One that has ended already cannot be killed, and need not be.
            let _ended = child.kill();
            let _waited = child.wait();
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The ports of these tests: below those that systems give to outgoing connections, which could take one of a node
/// while it stands still.
const PORTS: std::ops::Range<u16> = 10_000..30_000;

/// A port that was free a moment ago, and that no other test of this process was given.
fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Processes that test at the same time begin at different places.
    let begin = u16::try_from(std::process::id() * 97 % u32::from(PORTS.end - PORTS.start)).expect("small");
    loop {
        let place = (begin + GIVEN.fetch_add(1, Ordering::Relaxed)) % (PORTS.end - PORTS.start);
        if std::net::TcpListener::bind(("127.0.0.1", PORTS.start + place)).is_ok() {
            return PORTS.start + place;
        }
    }
}
