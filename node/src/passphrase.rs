//! The passphrase of the root key: from a file, or asked on a terminal without showing it.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use tally_control::{Exit, Failure};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::interrupt;

/// The longest file that is read as a passphrase, in bytes: a sentence, and no file named by mistake.
const FILE_BYTES_MAX: u64 = 4096;

/// The passphrase of a root key that exists.
pub(crate) fn existing(context: &Context) -> Result<Zeroizing<String>, Failure> {
    match &context.passphrase_file {
        Some(file) => from_file(file),
        None => ask(context, "Passphrase of the root key: "),
    }
}

/// The passphrase of a root key that is about to be made: asked twice on a terminal.
pub(crate) fn new(context: &Context) -> Result<Zeroizing<String>, Failure> {
    if let Some(file) = &context.passphrase_file {
        return from_file(file);
    }
    let first = ask(context, "New passphrase for the root key: ")?;
    if *first != *ask(context, "The same once more: ")? {
        return Err(Failure::new(
            Exit::Failed,
            "The passphrase was not taken",
            "the two are not the same",
            "run the command again",
        ));
    }
    Ok(first)
}

fn from_file(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let refused = |why: String, hint: &str| Failure::new(Exit::Failed, "The passphrase was not read", why, hint);
    let shown = file.display();
    let length = std::fs::metadata(file)
        .map_err(|error| {
            refused(format!("{shown}: {error}"), "name a file that holds the passphrase on its first line")
        })?
        .len();
    if length > FILE_BYTES_MAX {
        return Err(refused(
            format!("{shown} has {length} bytes; a passphrase has at most {FILE_BYTES_MAX}"),
            "name a file that holds nothing but the passphrase",
        ));
    }
    let text = Zeroizing::new(
        std::fs::read_to_string(file)
            .map_err(|error| refused(format!("{shown}: {error}"), "name a file of plain text"))?,
    );
    let passphrase = text.lines().next().unwrap_or_default();
    if passphrase.is_empty() {
        return Err(refused(format!("the first line of {shown} is empty"), "write the passphrase on the first line"));
    }
    Ok(Zeroizing::new(passphrase.to_owned()))
}

fn ask(context: &Context, prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let stdin = std::io::stdin();
    if context.no_input || !stdin.is_terminal() {
        return Err(Failure::new(
            Exit::Failed,
            "The root key was not used",
            if context.no_input {
                "its passphrase may not be asked with --no-input"
            } else {
                "its passphrase can only be asked on a terminal"
            },
            "name a file that holds it: --passphrase-file FILE",
        ));
    }
    let broken = |error: std::io::Error| {
        Failure::new(
            Exit::Failed,
            "The passphrase was not read",
            error.to_string(),
            "name a file that holds it: --passphrase-file FILE",
        )
    };
    eprint!("{prompt}");
    std::io::stderr().flush().map_err(broken)?;
    let before = tcgetattr(&stdin).map_err(|error| broken(error.into()))?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    interrupt::keep(before);
    tcsetattr(&stdin, OptionalActions::Flush, &silent).map_err(|error| broken(error.into()))?;
    let mut line = Zeroizing::new(String::new());
    let read = stdin.lock().read_line(&mut line);
    interrupt::restore();
    eprintln!();
    read.map_err(broken)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
