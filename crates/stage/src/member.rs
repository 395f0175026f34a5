use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tally_control::{Ask, AskError, EventStream, Events};

use crate::error::StageError;
use crate::node::{Log, Node};
use crate::program::{Program, Ran};
use crate::router::{CutOff, NodeProcess, Router};

/// How long a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Mebibytes that a home on the stage holds back on the disk: it lives for minutes.
const RESERVE_MIB: i64 = 1;

/// The place of a member's running node, also for whoever ends all of them.
pub(crate) type Running = Arc<Mutex<Option<Node>>>;

/// One member on the stage: its home, the router before it and, while it runs, its node.
#[derive(Debug)]
pub struct Member {
    program: Program,
    name: String,
    home: PathBuf,
    passphrase: PathBuf,
    port: u16,
    router: Router,
    process: NodeProcess,
    running: Running,
    log: Mutex<Log>,
    socket: Mutex<Option<PathBuf>>,
}

impl Member {
    /// A member whose home, beside its passphrase in this folder, is made by nobody yet.
    pub(crate) fn new(program: &Program, folder: &Path, name: &str, cut_off: &CutOff) -> Result<Self, StageError> {
        let short = name.to_lowercase();
        let passphrase = folder.join(format!("{short}.passphrase"));
        std::fs::write(&passphrase, format!("the passphrase of {name}\n"))?;
        let port = crate::ports::free_port()?;
        Ok(Self {
            program: program.clone(),
            name: name.to_owned(),
            home: folder.join(&short),
            passphrase,
            port,
            router: Router::open(port, cut_off.clone())?,
            process: NodeProcess::default(),
            running: Running::default(),
            log: Mutex::new(Log { said: folder.join(format!("{short}.said")), frames: None, unread: false }),
            socket: Mutex::default(),
        })
    }

    /// Makes the home with `tally init`; partners are told the router's address.
    pub(crate) fn init(&self, codes: &[&str]) -> Result<(), StageError> {
        let (name, listen) = (self.name.clone(), address(self.router.port()));
        let mut arguments = vec!["init", "--name", &name, "--listen", &listen];
        for code in codes {
            arguments.extend(["--code", code]);
        }
        self.with_root(&arguments)?.done()?;
        self.put_behind_router()
    }

    /// Has a home that was made for the router's address listen behind it.
    pub(crate) fn put_behind_router(&self) -> Result<(), StageError> {
        self.change_settings(|settings| {
            settings.insert("listen".to_owned(), vec![address(self.port)].into());
            settings.insert("announce".to_owned(), vec![address(self.router.port())].into());
        })?;
        self.hold_back(RESERVE_MIB, RESERVE_MIB)
    }

    /// Says how many mebibytes of the disk the node holds back, from its next start on.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub fn hold_back(&self, ballast: i64, reserve: i64) -> Result<(), StageError> {
        let mut guard = toml::Table::new();
        guard.insert("ballast_mib".to_owned(), ballast.into());
        guard.insert("reserve_mib".to_owned(), reserve.into());
        self.change_settings(|settings| {
            settings.insert("guard".to_owned(), guard.into());
        })
    }

    fn change_settings(&self, change: impl FnOnce(&mut toml::Table)) -> Result<(), StageError> {
        let path = self.home.join("settings.toml");
        let mut settings: toml::Table =
            toml::from_str(&std::fs::read_to_string(&path)?).map_err(std::io::Error::other)?;
        change(&mut settings);
        Ok(std::fs::write(&path, toml::to_string(&settings).map_err(std::io::Error::other)?)?)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its home.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The file that holds the passphrase of its root key.
    #[must_use]
    pub fn passphrase(&self) -> &Path {
        &self.passphrase
    }

    /// The port at which its node listens, behind the router.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port that partners dial.
    #[must_use]
    pub const fn router_port(&self) -> u16 {
        self.router.port()
    }

    /// The process of its node, while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        Some(self.process.load(Ordering::SeqCst)).filter(|process| *process != 0)
    }

    /// Runs a command on its home.
    ///
    /// # Errors
    /// When it does not start, or does not end in time.
    pub fn run(&self, arguments: &[&str]) -> Result<Ran, StageError> {
        let home = self.home.to_string_lossy();
        self.program.run(&[&["--home", &*home, "--no-input"][..], arguments].concat())
    }

    /// Runs a command that needs the root key.
    ///
    /// # Errors
    /// When it does not start, or does not end in time.
    pub fn with_root(&self, arguments: &[&str]) -> Result<Ran, StageError> {
        let passphrase = self.passphrase.to_string_lossy().into_owned();
        self.run(&[&["--passphrase-file", passphrase.as_str()][..], arguments].concat())
    }

    /// From the next start on the node says all it can say into one file, and writes what it sends into another.
    pub fn watch(&self, said: &Path, frames: &Path) {
        *locked(&self.log) = Log { said: said.to_owned(), frames: Some(frames.to_owned()), unread: false };
    }

    /// From the next start on nobody reads what the node prints after its first event.
    pub fn leave_unread(&self) {
        locked(&self.log).unread = true;
    }

    /// Starts the node and gives its first event.
    ///
    /// # Errors
    /// When it ends or says something else before it is ready.
    pub fn start(&self) -> Result<Value, StageError> {
        let home = self.home.to_string_lossy();
        self.start_with(&["--home", &home, "run", "--json"])
    }

    /// Starts the node at the port behind the router, whatever its settings say.
    pub(crate) fn start_behind_router(&self) -> Result<Value, StageError> {
        let (home, listen) = (self.home.to_string_lossy(), address(self.port));
        self.start_with(&["--home", &home, "run", "--json", "--listen", &listen])
    }

    fn start_with(&self, arguments: &[&str]) -> Result<Value, StageError> {
        let log = locked(&self.log).clone();
        let mut running = locked(&self.running);
        let (node, ready) = Node::start(&self.name, self.program.command(arguments), &log, &self.process)?;
        *running = Some(node);
        *locked(&self.socket) = ready["socket"].as_str().map(PathBuf::from);
        Ok(ready)
    }

    /// Ends the node as an operator does, and gives its exit code.
    ///
    /// # Errors
    /// When it does not run, or does not end in time.
    pub fn stop(&self) -> Result<Option<i32>, StageError> {
        let node = locked(&self.running).take().ok_or_else(|| StageError::NotRunning(self.name.clone()))?;
        let code = node.stop(&self.name);
        self.process.store(0, Ordering::SeqCst);
        code
    }

    /// Ends the node in the middle of whatever it does: SIGKILL, as when the power goes.
    pub fn kill(&self) {
        locked(&self.running).take();
        self.process.store(0, Ordering::SeqCst);
    }

    /// Asks the running node.
    ///
    /// # Errors
    /// When it does not run or answer, or says why it does not do it.
    pub fn ask<A: Ask>(&self, seat: Option<&str>, ask: &A) -> Result<A::Answer, StageError> {
        tally_control::ask(&self.socket()?, seat, ask, PATIENCE).map_err(|error| self.asked(A::NAME, error))
    }

    /// What happens at the node from now on.
    ///
    /// # Errors
    /// When it does not run.
    pub fn events(&self) -> Result<EventStream, StageError> {
        tally_control::events(&self.socket()?, PATIENCE).map_err(|error| self.asked(Events::NAME, error))
    }

    fn socket(&self) -> Result<PathBuf, StageError> {
        locked(&self.socket).clone().ok_or_else(|| StageError::NotRunning(self.name.clone()))
    }

    fn asked(&self, request: &'static str, source: AskError) -> StageError {
        StageError::Asked { member: self.name.clone(), request, source }
    }

    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Cuts the member off from all others, or lets it back.
    pub(crate) fn set_cut_off(&self, cut_off: &CutOff, off: bool) {
        cut_off.set(self.router.port(), &self.process, off);
    }

    pub(crate) fn apply_cuts(&self) {
        self.router.apply();
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn address(port: u16) -> String {
    format!("/ip4/127.0.0.1/tcp/{port}")
}
