use std::io;

use tally_home::{OpenHomeError, VerifyOfflineError};
use tally_stage::StageError;

use crate::forged::NotForged;

/// Why the story was not told, or a step of it broke off.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The facts or the story cannot be read.
    #[error("{file}")]
    Unread {
        /// The name of the file.
        file: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The nodes did not do as they should.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The files of a home were not copied, damaged or put back.
    #[error("the files of a home could not be handled")]
    Files(#[from] io::Error),
    /// A home does not open.
    #[error("a home does not open")]
    Home(#[from] OpenHomeError),
    /// A home was not checked.
    #[error("a home was not checked")]
    Check(#[from] VerifyOfflineError),
    /// The forged entry did not get into the copy of a journal.
    #[error("no entry was forged")]
    NotForged(#[from] NotForged),
}
