use std::path::PathBuf;
use std::time::Duration;

use tally_control::{Answer, Envelope, Exit, Failure, Request};
use tally_home::Home;

use crate::client;
use crate::failure::failure;
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
    pub(crate) fn ask(&self, request: Request) -> Result<Answer, Failure> {
        let socket = self.open_home()?.socket();
        let envelope = Envelope::new(self.seat.clone(), request);
        client::ask(&socket, &envelope, self.patience()).map_err(|failure| self.located(failure))
    }

    /// Asks the running node of this home; none where no node runs.
    pub(crate) fn ask_if_running(&self, request: Request) -> Result<Option<Answer>, Failure> {
        match self.ask(request) {
            Ok(answer) => Ok(Some(answer)),
            Err(failure) if failure.exit == Exit::NotRunning => Ok(None),
            Err(failure) => Err(failure),
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
        Failure { helps: format!("start it with: tally run --home {}", self.home.display()), ..failure }
    }
}

/// The failure of an answer that does not belong to what was asked: the node is of another version.
pub(crate) fn unexpected(answer: &Answer) -> Failure {
    let got = serde_json::to_value(answer)
        .ok()
        .and_then(|value| value.as_object().and_then(|map| map.keys().next().cloned()))
        .unwrap_or_default();
    Failure::new(
        Exit::Failed,
        "The node's answer cannot be used",
        format!("it answered with {got:?}, which is not an answer to this command"),
        "the running node and this command are of different versions: end the node and start it again with this one",
    )
}
