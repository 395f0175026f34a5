//! Where results, messages and errors go, and in which form.

mod document;
mod record;
mod table;
mod time;

use std::io::{IsTerminal, Write};

use tally_control::Failure;

pub(crate) use document::document;
pub(crate) use record::{field_text, record, short, words};
pub(crate) use table::{table, table_of};
pub(crate) use time::moment;

/// How a command speaks: results on the standard output, everything else on the standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// One document for programs in place of text for people.
    pub(crate) json: bool,
    /// No messages beside the result.
    pub(crate) quiet: bool,
    /// Whole ids in place of short ones.
    pub(crate) verbose: bool,
    /// Whether colour may be used at all.
    pub(crate) colour: bool,
}

/// A colour for a word that also says it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Colour {
    /// As it should be.
    Good,
    /// To be looked at.
    Warning,
    /// Wrong.
    Bad,
}

impl Output {
    /// Colour is used where it was not refused, by flag or by the environment.
    pub(crate) fn may_colour(no_color: bool) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        !no_color && !set("NO_COLOR") && !dumb
    }

    /// One line of the result.
    pub(crate) fn line(&self, line: &str) {
        // A reader that closed the pipe has what it wanted.
        let _closed = writeln!(std::io::stdout().lock(), "{}", line.trim_end());
    }

    /// A message beside the result.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet && !self.json {
            let _closed = writeln!(std::io::stderr().lock(), "{line}");
        }
    }

    /// A failure: what, why, and what to do next.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut stderr = std::io::stderr().lock();
        let _closed = if self.json {
            let text = document(&serde_json::json!({ "error": {
                "code": failure.exit.code(), "exit": failure.exit, "what": failure.what,
                "why": failure.why, "hint": failure.hint,
            }}));
            writeln!(stderr, "{text}")
        } else {
            let mark = self.painted("error", Colour::Bad, std::io::stderr().is_terminal());
            writeln!(stderr, "{mark}: {}\n  why:   {}\n  hint:  {}", failure.what, failure.why, failure.hint)
        };
    }

    /// A word of the result, in colour on a terminal.
    pub(crate) fn word(&self, word: &str, colour: Colour) -> String {
        self.painted(word, colour, std::io::stdout().is_terminal())
    }

    /// An id, whole or its first eight characters.
    pub(crate) fn id<'a>(&self, id: &'a str) -> &'a str {
        if self.verbose { id } else { short(id) }
    }

    fn painted(&self, word: &str, colour: Colour, terminal: bool) -> String {
        if !(self.colour && terminal) {
            return word.to_owned();
        }
        let code = match colour {
            Colour::Good => 32,
            Colour::Warning => 33,
            Colour::Bad => 31,
        };
        format!("\u{1b}[1;{code}m{word}\u{1b}[0m")
    }
}
