//! One broken rule in one place.

use std::fmt;

/// A broken rule: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Breach {
    /// Path from the root of the repository.
    pub(super) path: String,
    /// Line, counted from 1.
    pub(super) line: usize,
    /// What is wrong and what is wanted, in one sentence.
    pub(super) what: String,
}

impl Breach {
    /// A breach at one line of a file.
    pub(super) fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_reads_as_a_place_an_editor_can_open() {
        assert_eq!(Breach::at("a/b.rs", 3, "too long").to_string(), "a/b.rs:3: too long");
    }
}
