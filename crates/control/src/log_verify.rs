use serde::{Deserialize, Serialize};

use crate::ask::Ask;

/// Check everything held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogVerify {}

impl Ask for LogVerify {
    const NAME: &'static str = "log_verify";
    type Answer = Verified;
}

/// What a check of everything found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// Entries checked.
    pub entries: u64,
    /// Logs checked.
    pub logs: u64,
    /// What does not hold, each as a sentence with its place.
    pub failures: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}
