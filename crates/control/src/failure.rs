use serde::{Deserialize, Serialize};

/// The exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Done, or healthy.
    Done,
    /// Failed, or refused by a rule.
    Failed,
    /// The command was not understood.
    Usage,
    /// The node is not running.
    NotRunning,
    /// Not permitted to whoever asks.
    NotPermitted,
    /// Needs attention.
    Attention,
    /// An integrity check failed.
    Integrity,
    /// Timed out.
    TimedOut,
    /// Still pending.
    Pending,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotRunning => 3,
            Self::NotPermitted => 4,
            Self::Attention => 5,
            Self::Integrity => 6,
            Self::TimedOut => 7,
            Self::Pending => 8,
            Self::Interrupted => 130,
        }
    }
}

/// Why something was not done: what, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Failure {
    /// What kind of failure, for programs.
    pub exit: Exit,
    /// What was not done.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub hint: String,
}

impl Failure {
    /// A failure in its three parts.
    #[must_use]
    pub fn new(exit: Exit, what: impl Into<String>, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, what: what.into(), why: why.into(), hint: hint.into() }
    }
}
