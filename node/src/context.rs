use std::path::PathBuf;
use std::time::Duration;

use tally_control::{Ask, Exit, Failure};
use tally_home::Home;

use crate::failure::{asked, failure};
use crate::print::Output;

/// How long a request may take where nothing is said: a node answers in milliseconds, a full check of years in seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every command is given: which home, who acts, and how to speak.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The home directory.
    pub(crate) home: PathBuf,
    /// The seat that acts, if one was named.
    pub(crate) seat: Option<String>,
    /// The file that holds the passphrase of the root key.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Whether nothing may be asked.
    pub(crate) no_input: bool,
    /// How long to wait at most, where it was said.
    pub(crate) timeout: Option<Duration>,
    /// Where and how results and messages go.
    pub(crate) output: Output,
}

impl Context {
    /// Opens the home without locking it.
    pub(crate) fn open_home(&self) -> Result<Home, Failure> {
        Home::open(&self.home).map_err(failure)
    }

    /// Asks the running node of this home.
    pub(crate) fn ask<A: Ask>(&self, ask: &A) -> Result<A::Answer, Failure> {
        let socket = self.open_home()?.socket();
        tally_control::ask(&socket, self.seat.as_deref(), ask, self.patience())
            .map_err(|error| self.located(asked(A::NAME, &error)))
    }

    /// Asks the running node of this home; none where no node runs.
    pub(crate) fn ask_if_running<A: Ask>(&self, ask: &A) -> Result<Option<A::Answer>, Failure> {
        match self.ask(ask) {
            Ok(answer) => Ok(Some(answer)),
            Err(failure) if failure.exit == Exit::NotRunning => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Says of a home for a demonstration what its root key is worth.
    pub(crate) fn warn_of_weak_key(&self, home: &Home) {
        if home.is_for_demonstration() {
            self.output.say("This home is for a demonstration: its root key is weak. Keep nothing in it.");
        }
    }

    /// How long one request may take.
    pub(crate) fn patience(&self) -> Duration {
        self.timeout.unwrap_or(PATIENCE)
    }

    /// The same failure; where the node is not running, with the command that starts this one.
    fn located(&self, failure: Failure) -> Failure {
        if failure.exit != Exit::NotRunning {
            return failure;
        }
        Failure { hint: format!("start it with: tally run --home {}", self.home.display()), ..failure }
    }
}
