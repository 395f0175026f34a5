//! Pages of the manual that are run: Markdown whose blocks of commands are typed at real nodes.
//!
//! A block begins with ```` ```tally ````. A line such as `bexley$ tally status` is a command of a member; the lines
//! after it are what must be printed, the standard error after the standard output. `[..]` stands for anything within a
//! line, `...` alone for any lines. A last line `? 4` says that the command ends with 4 and not with 0.
//!
//! A command may end with `> FILE`; `tally run &` starts the member's node. Addresses of a page are exchanged for free
//! ones of this machine. What no command can do stands behind `stage$`: see [`Act`].

mod compare;
mod perform;
mod read;

use std::path::Path;

use crate::program::Program;

pub use compare::Mismatch;
pub use read::Unread;

/// A page, read.
#[derive(Clone, Debug)]
pub struct Transcript {
    text: String,
    steps: Vec<Step>,
}

/// One command with what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// The line of the page, counted from 1.
    line: usize,
    act: Act,
    expected: Vec<String>,
    /// The exit code.
    code: i32,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    /// A command of a member.
    Tally { member: String, words: Vec<String>, into: Option<String> },
    /// `tally run &`: the member's node starts.
    Run { member: String },
    /// `stage$ stop MEMBER`: the node ends as an operator ends it.
    Stop { member: String },
    /// `stage$ kill MEMBER`: the power goes.
    Kill { member: String },
    /// `stage$ cut off MEMBER`: no line leads to the member or from it.
    CutOff { member: String },
    /// `stage$ reconnect MEMBER`: the lines are back.
    Reconnect { member: String },
    /// `stage$ wait`: until all members hold the same.
    Wait,
}

/// Why a page does not hold.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// The page cannot be read.
    #[error("line {}: {}", .0.line, .0.why)]
    Unread(#[from] Unread),
    /// Something else was printed than the page says.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// A step could not be made.
    #[error("line {line}: {why}")]
    Stopped {
        /// The line of the page.
        line: usize,
        /// Why.
        why: String,
    },
}

impl Transcript {
    /// Reads a page.
    ///
    /// # Errors
    /// Names the line that means nothing.
    pub fn read(text: &str) -> Result<Self, Unread> {
        Ok(Self { text: text.to_owned(), steps: read::steps(text)? })
    }

    /// How many commands it has.
    #[must_use]
    pub fn commands(&self) -> usize {
        self.steps.len()
    }

    /// Types the page at real nodes of this program.
    ///
    /// # Errors
    /// Names the first line at which something else happened than the page says.
    pub fn run(&self, program: &Program) -> Result<(), TranscriptError> {
        perform::all(self, program, |step, printed| compare::check(step, &printed).map_err(Into::into))
    }

    /// Types the page at real nodes, and gives it back with what they printed. Lines that still fit stay as they are.
    ///
    /// # Errors
    /// When a step cannot be made, whatever it would print.
    pub fn rewritten(&self, program: &Program) -> Result<String, TranscriptError> {
        let mut lines: Vec<Vec<String>> = self.text.lines().map(|line| vec![line.to_owned()]).collect();
        perform::all(self, program, |step, printed| {
            if compare::check(step, &printed).is_err() {
                let last = step.line + step.expected.len() + usize::from(step.code != 0);
                for old in lines.iter_mut().take(last).skip(step.line) {
                    old.clear();
                }
                if let Some(command) = lines.get_mut(step.line - 1) {
                    command.extend(compare::rewrite(step, &printed));
                }
            }
            Ok(())
        })?;
        let mut text = lines.concat().join("\n");
        text.push('\n');
        Ok(text)
    }

    /// Reads and runs the page in a file, or rewrites what it expects.
    ///
    /// # Errors
    /// As [`Self::run`]; the machine's own errors, too.
    pub fn check_file(path: &Path, program: &Program, rewrite: bool) -> Result<(), Box<dyn std::error::Error>> {
        let page = Self::read(&std::fs::read_to_string(path)?)?;
        if rewrite {
            return Ok(std::fs::write(path, page.rewritten(program)?)?);
        }
        Ok(page.run(program)?)
    }
}
