//! What tests of this program say of a command: it went well, it printed a document, it failed in three parts.

use serde_json::Value;
use tally_stage::{Member, Program, Ran};

/// The program, without a home.
pub(crate) fn program() -> Program {
    Program::new(env!("CARGO_BIN_EXE_tally"))
}

/// Runs the program to its end.
#[track_caller]
pub(crate) fn tally(arguments: &[&str]) -> Ran {
    program().run(arguments).expect("runs to its end")
}

/// Commands of a member.
pub(crate) trait Commands {
    /// Runs a command on this home.
    fn tally(&self, arguments: &[&str]) -> Ran;

    /// Runs a command as a seat.
    #[track_caller]
    fn by(&self, seat: &str, arguments: &[&str]) -> Ran {
        self.tally(&[&["--as", seat][..], arguments].concat())
    }

    /// Runs a command and reads its document.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        self.tally(&[&["--json"][..], arguments].concat()).json()
    }

    /// Runs a command as a seat and reads its document.
    #[track_caller]
    fn json_by(&self, seat: &str, arguments: &[&str]) -> Value {
        self.tally(&[&["--json", "--as", seat][..], arguments].concat()).json()
    }

    /// Runs a command that needs the root key.
    fn by_root(&self, arguments: &[&str]) -> Ran;
}

impl Commands for Member {
    #[track_caller]
    fn tally(&self, arguments: &[&str]) -> Ran {
        self.run(arguments).expect("runs to its end")
    }

    #[track_caller]
    fn by_root(&self, arguments: &[&str]) -> Ran {
        self.with_root(arguments).expect("runs to its end")
    }
}

/// How a command ended.
pub(crate) trait Ended {
    /// What it printed, having ended well.
    fn ok(self) -> String;

    /// The one document that it printed, having ended well.
    fn json(self) -> Value;

    /// The one document that it printed, however it ended.
    fn printed(&self) -> Value;

    /// That it failed with this code, said nothing on the standard output, and said all of this, with what to do next.
    fn fails(self, code: i32, says: &[&str]);

    /// That it was refused as a value that does not fit: by a rule, or as a command line that means nothing.
    fn fails_either(self, says: &[&str]);
}

impl Ended for Ran {
    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.out
    }

    #[track_caller]
    fn json(self) -> Value {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.printed()
    }

    #[track_caller]
    fn printed(&self) -> Value {
        let value = self.document().unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        assert_eq!(value["schema"], 1, "{self:#?}");
        value
    }

    #[track_caller]
    fn fails(self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(self.out.is_empty(), "results and errors are mixed: {self:#?}");
        for word in says {
            assert!(self.err.to_lowercase().contains(&word.to_lowercase()), "{word:?} is not said: {self:#?}");
        }
        if code != 2 || self.err.contains("why:") {
            assert!(self.err.contains("why:") && self.err.contains("hint:"), "not in three parts: {self:#?}");
        }
    }

    #[track_caller]
    fn fails_either(self, says: &[&str]) {
        let code = self.code.filter(|code| [1, 2].contains(code));
        assert!(code.is_some(), "{self:#?}");
        self.fails(code.unwrap_or_default(), says);
    }
}
