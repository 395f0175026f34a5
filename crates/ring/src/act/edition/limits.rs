//! Size limits that an edition fixes for everybody in the ring.

use minicbor::{Decode, Encode};
use thiserror::Error;

/// The size limits of a ring, the same at every member because verdicts depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Limits {
    /// Words in one text.
    #[n(0)]
    pub text_words: u32,
    /// Bytes of one document's changes together.
    #[n(1)]
    pub record_bytes: u64,
    /// Bytes of one log.
    #[n(2)]
    pub log_bytes: u64,
    /// Bytes of one change.
    #[n(3)]
    pub change_bytes: u32,
    /// Operations of one change.
    #[n(4)]
    pub change_operations: u32,
    /// Bytes of one statement's words.
    #[n(5)]
    pub statement_bytes: u32,
    /// Documents one node may bear in one log.
    #[n(6)]
    pub log_documents: u32,
}

/// A limit lies outside what a node can keep.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the limit on {what} is {found}; it must be between {least} and {most}")]
pub struct LimitError {
    /// What is limited.
    pub what: &'static str,
    /// The limit that the edition sets.
    pub found: u64,
    /// The least that lets records of the field be written.
    pub least: u64,
    /// The most a node of the usual size can keep.
    pub most: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Forty pages of print: longer papers are publications, not texts.
            text_words: 20_000,
            // A year of a busy joint priority measures under one megabyte.
            record_bytes: 16 * 1024 * 1024,
            // Ten years of a busy borough's writing, and still copied within minutes.
            log_bytes: 2 * 1024 * 1024 * 1024,
            // The largest change that costs the gate no noticeable time.
            change_bytes: 64 * 1024,
            // A page pasted at once is about 600 words.
            change_operations: 2_000,
            // A reply of several pages.
            statement_bytes: 32 * 1024,
            // A node makes a few thousand records a year.
            log_documents: 100_000,
        }
    }
}

impl Limits {
    /// Checks that each limit lets work be done and can be kept.
    pub fn check(&self) -> Result<(), LimitError> {
        let rows = [
            ("words of a text", u64::from(self.text_words), 100, 100_000),
            ("bytes of a record", self.record_bytes, 64 * 1024, 256 * 1024 * 1024),
            ("bytes of a log", self.log_bytes, 1024 * 1024, 64 * 1024 * 1024 * 1024),
            ("bytes of a change", u64::from(self.change_bytes), 4 * 1024, 64 * 1024),
            ("operations of a change", u64::from(self.change_operations), 100, 2_000),
            ("bytes of a statement", u64::from(self.statement_bytes), 1024, 64 * 1024),
            ("documents of a log", u64::from(self.log_documents), 100, 10_000_000),
        ];
        for (what, found, least, most) in rows {
            if !(least..=most).contains(&found) {
                return Err(LimitError { what, found, least, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_stand() {
        assert_eq!(Limits::default().check(), Ok(()));
    }

    #[test]
    fn a_limit_of_nought_is_refused() {
        let limits = Limits { change_bytes: 0, ..Limits::default() };
        assert_eq!(limits.check().unwrap_err().what, "bytes of a change");
    }
}
