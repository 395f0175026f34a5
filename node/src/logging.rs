//! The log of a node: what happened, on standard error, with names of members and ids and never with record text.

use std::io::stderr;
use std::time::Duration;

use tally_control::{Exit, Failure};
use tally_home::LogLevel;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::print::Output;

/// The variable that says more exactly what is logged: `warn,tally=debug`, as other programs in Rust take it.
const VARIABLE: &str = "RUST_LOG";
/// Lines that wait for a slow reader of standard error, such as a journal on a busy disk: some minutes of ordinary work,
/// in about a megabyte. Lines beyond these are left out and counted.
const QUEUE: usize = 8192;
/// How often lines that were left out are counted in the log itself.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// The log of this process; when it is dropped, what waits is written, for about a second at most.
pub(crate) struct Log {
    left_out: ErrorCounter,
    _writer: WorkerGuard,
}

/// Begins to log, on a thread of its own, for as long as the process lasts.
///
/// `RUST_LOG` decides what; without it `--quiet` and `--verbose` do, and without them the setting. Libraries say only
/// what is wrong with them: their detail is about bytes, which are not ours to print.
///
/// # Errors
/// When `RUST_LOG` cannot be read as a filter.
pub(crate) fn begin(output: &Output, setting: LogLevel) -> Result<Log, Failure> {
    let filter = match std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) {
        Some(text) => EnvFilter::try_new(&text).map_err(|error| {
            Failure::new(
                Exit::Usage,
                "The node was not started",
                format!("{VARIABLE}={text:?} does not say what to log: {error}"),
                "Write it as in RUST_LOG=warn,tally=debug, or unset it.",
            )
        })?,
        None => EnvFilter::new(format!("warn,tally={}", level(output, setting).word())),
    };
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(QUEUE).thread_name("log").finish(stderr());
    let left_out = writer.error_counter();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).init();
    Ok(Log { left_out, _writer: guard })
}

fn level(output: &Output, setting: LogLevel) -> LogLevel {
    match (output.quiet, output.verbose) {
        (true, _) => LogLevel::Warn,
        (false, true) => LogLevel::Debug,
        (false, false) => setting,
    }
}

impl Log {
    /// Says now and then in the log how many lines it had to leave out. Runs for ever.
    pub(crate) fn count(&self) -> impl Future<Output = ()> + Send + use<> {
        let left_out = self.left_out.clone();
        async move {
            let mut told = 0;
            loop {
                tokio::time::sleep(COUNT_EVERY).await;
                let lines = left_out.dropped_lines();
                if lines > told {
                    tracing::warn!(lines = lines - told, "left out of this log: standard error is read too slowly");
                    told = lines;
                }
            }
        }
    }
}
