//! The command line: what may be said, and which file answers it.

mod card;
mod demo;
mod init;
mod introduction;
mod log;
mod peers;
mod record;
mod register;
mod respond;
mod ring;
mod run;
mod seat;
mod share;
mod status;
mod sync;
mod views;
mod why;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use tally_control::Exit;

use crate::context::Context;
use crate::interrupt;
use crate::print::Output;

/// Records that boroughs share and each of them owns.
///
/// Exit codes: 0 done or healthy, 1 failed or refused by a rule, 2 usage, 3 the node is not running, 4 not permitted,
/// 5 needs attention, 6 integrity check failed, 7 timed out, 8 still pending, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "tally", version, max_term_width = 110, propagate_version = true)]
struct CommandLine {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Everywhere {
    /// The node's home directory [default: tallystick in the user's data directory]
    #[arg(long, global = true, value_name = "DIR", env = "TALLY_HOME", help_heading = "Everywhere")]
    home: Option<PathBuf>,
    /// The seat that acts [default: the one of the operating-system user]
    #[arg(long = "as", global = true, value_name = "SEAT", help_heading = "Everywhere")]
    seat: Option<String>,
    /// A file with the passphrase of the root key on its first line
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    passphrase_file: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long, global = true, help_heading = "Everywhere")]
    json: bool,
    /// No messages beside the result
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    quiet: bool,
    /// Whole ids
    #[arg(long, short, global = true, conflicts_with = "quiet", help_heading = "Everywhere")]
    verbose: bool,
    /// No colour; NO_COLOR does the same
    #[arg(long, global = true, help_heading = "Everywhere")]
    no_color: bool,
    /// Ask nothing; fail where something would have to be asked
    #[arg(long, global = true, help_heading = "Everywhere")]
    no_input: bool,
    /// How long to wait at most: seconds, or with ms, s, m, h
    #[arg(long, global = true, value_name = "TIME", value_parser = duration, help_heading = "Everywhere")]
    timeout: Option<Duration>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Card(card::Card),
    #[command(subcommand)]
    Ring(ring::Ring),
    #[command(subcommand)]
    Seat(seat::Seat),
    Run(run::Run),
    #[command(subcommand)]
    Record(record::Record),
    Respond(respond::Respond),
    Share(share::Share),
    Register(register::Register),
    Status(status::Status),
    Peers(peers::Peers),
    Sync(sync::Sync),
    Why(why::Why),
    #[command(subcommand)]
    Log(log::Log),
    #[command(subcommand)]
    Views(views::Views),
    Demo(demo::Demo),
}

/// Reads the command line, does what it says, and says how it ended.
pub(crate) fn run() -> Exit {
    let mut definition = CommandLine::command();
    if !Output::may_colour(std::env::args_os().any(|argument| argument == "--no-color")) {
        definition = definition.color(ColorChoice::Never);
    }
    let parsed = definition.try_get_matches().and_then(|matches| CommandLine::from_arg_matches(&matches));
    let line = match parsed {
        Ok(line) => line,
        Err(error) => {
            // Help goes to the standard output and is no error; clap knows which is which.
            let _closed = error.print();
            return if error.exit_code() == 0 { Exit::Done } else { Exit::Usage };
        }
    };
    let context = context(line.everywhere);
    // The node and the demonstration have processes and files to put away: they take Ctrl-C themselves.
    if !matches!(line.command, Command::Run(_) | Command::Demo(_)) {
        interrupt::watch();
    }
    let done = match line.command {
        Command::Init(command) => command.run(&context),
        Command::Card(command) => command.run(&context),
        Command::Ring(command) => command.run(&context),
        Command::Seat(command) => command.run(&context),
        Command::Run(command) => command.run(&context),
        Command::Record(command) => command.run(&context),
        Command::Respond(command) => command.run(&context),
        Command::Share(command) => command.run(&context),
        Command::Register(command) => command.run(&context),
        Command::Status(command) => command.run(&context),
        Command::Peers(command) => command.run(&context),
        Command::Sync(command) => command.run(&context),
        Command::Why(command) => command.run(&context),
        Command::Log(command) => command.run(&context),
        Command::Views(command) => command.run(&context),
        Command::Demo(command) => command.run(&context),
    };
    done.unwrap_or_else(|failure| {
        context.output.failure(&failure);
        failure.exit
    })
}

fn context(everywhere: Everywhere) -> Context {
    Context {
        home: everywhere.home.unwrap_or_else(default_home),
        seat: everywhere.seat,
        passphrase_file: everywhere.passphrase_file,
        no_input: everywhere.no_input,
        timeout: everywhere.timeout,
        output: Output {
            json: everywhere.json,
            quiet: everywhere.quiet,
            verbose: everywhere.verbose,
            colour: Output::may_colour(everywhere.no_color),
        },
    }
}

/// Where a home is when nobody says: the platform's data directory of this user.
fn default_home() -> PathBuf {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| from("HOME").map(|home| home.join(".local/share")))
    };
    data.unwrap_or_default().join("tallystick")
}

fn duration(given: &str) -> Result<Duration, String> {
    let digits = given.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| "not a duration; try 30s".to_owned())?;
    let milliseconds = match &given[digits.len()..] {
        "ms" => Some(number),
        "" | "s" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => return Err("the unit is one of ms, s, m, h".to_owned()),
    };
    // A year: whoever waits longer has typed something else.
    milliseconds
        .filter(|&time| time <= 31_536_000_000)
        .map(Duration::from_millis)
        .ok_or_else(|| "this is longer than a year".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_time_is_in_seconds_or_has_a_unit_that_is_known() {
        assert_eq!(duration("5"), Ok(Duration::from_secs(5)));
        assert!(duration("5w").is_err());
    }
}
