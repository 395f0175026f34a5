use std::io;
use std::time::Duration;

use tally_control::AskError;

/// Why something on the stage did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The machine refused a file, a port or a process.
    #[error("the machine refused a file, a port or a process")]
    Machine(#[from] io::Error),
    /// A command did not end as it should.
    #[error("{line} ended with {code:?}: {err}")]
    Failed {
        /// What was run, as it would be typed.
        line: String,
        /// Its exit code; none where a signal ended it.
        code: Option<i32>,
        /// What it said on the standard error.
        err: String,
    },
    /// A command or a node did not end in time.
    #[error("{line} did not end within {} s", .limit.as_secs())]
    Endless {
        /// What was run, as it would be typed.
        line: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// A command printed something that is no JSON document.
    #[error("{line} printed no JSON document: {out:?}")]
    NoDocument {
        /// What was run, as it would be typed.
        line: String,
        /// What it printed.
        out: String,
    },
    /// A node ended before it was ready, or said something else first.
    #[error("the node of {member} did not become ready: {said:?}")]
    NotReady {
        /// What the stage calls it.
        member: String,
        /// Its first line.
        said: String,
    },
    /// A member's node does not run.
    #[error("the node of {0} does not run")]
    NotRunning(String),
    /// A member is not on the stage.
    #[error("no member is called {0}")]
    NoSuchMember(String),
    /// What was waited for did not come.
    #[error("waited {} s in vain until {what}", .limit.as_secs())]
    NotInTime {
        /// As a sentence without its full stop.
        what: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// A node did not answer, or answered that it does not do what it was asked.
    #[error("the node of {member} did not do what it was asked by {request}")]
    Asked {
        /// What the stage calls it.
        member: String,
        /// The name of the request.
        request: &'static str,
        /// What the socket or the node said.
        source: AskError,
    },
}
