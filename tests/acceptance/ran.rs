use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The longest any command of these tests may take: a minute is far beyond what each needs on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A command that has ended.
#[derive(Debug)]
#[expect(dead_code, reason = "the line is there to be printed when a test fails")]
pub(crate) struct Ran {
    line: String,
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program to its end, within the limit.
pub(crate) fn tally(arguments: &[&str]) -> Ran {
    finished(program(arguments))
}

/// The program with these arguments, away from the user's own home and terminal.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tally"));
    command
        .args(arguments)
        .env_remove("TALLY_HOME")
        .env("TALLY_SCRYPT_LOG_N", "4")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn finished(mut command: Command) -> Ran {
    let line = format!("{command:?}");
    let mut child = command.spawn().expect("the program starts");
    let mut out = child.stdout.take().expect("piped");
    let mut err = child.stderr.take().expect("piped");
    let read_out = std::thread::spawn(move || text(&mut out));
    let read_err = std::thread::spawn(move || text(&mut err));
    let deadline = Instant::now() + LIMIT;
    let code = loop {
        if let Some(status) = child.try_wait().expect("waited for") {
            break status.code();
        }
        if Instant::now() >= deadline {
            child.kill().expect("killed");
            child.wait().expect("waited for");
            panic!("{line} did not end in {} seconds", LIMIT.as_secs());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Ran { line, code, out: read_out.join().expect("read"), err: read_err.join().expect("read") }
}

fn text(from: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("read");
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Ran {
    /// What it printed, having ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.out
    }

    /// The one document that it printed, having ended well.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.document()
    }

    /// The one document that it printed, however it ended.
    #[track_caller]
    pub(crate) fn document(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        assert_eq!(value["schema"], 1, "{self:#?}");
        value
    }

    /// That it failed with this code, said nothing on the standard output, and said all of this, with what helps.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(self.out.is_empty(), "results and errors are mixed: {self:#?}");
        for word in says {
            assert!(self.err.to_lowercase().contains(&word.to_lowercase()), "{word:?} is not said: {self:#?}");
        }
        if code != 2 || self.err.contains("why:") {
            assert!(self.err.contains("why:") && self.err.contains("helps:"), "not in three parts: {self:#?}");
        }
    }
}

impl Ran {
    /// That it was refused as a value that does not fit: by a rule, or as a command line that means nothing.
    #[track_caller]
    pub(crate) fn fails_either(self, says: &[&str]) {
        let code = self.code.filter(|code| [1, 2].contains(code));
        assert!(code.is_some(), "{self:#?}");
        self.fails(code.unwrap_or_default(), says);
    }
}
