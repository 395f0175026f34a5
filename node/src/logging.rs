//! The log of a node: what happened, on standard error, with ids and never with record text.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use crate::print::Output;

/// Begins to log for as long as the process lasts: warnings alone with `--quiet`, every step with `--verbose`.
///
/// Libraries say only what is wrong with them: their detail is about bytes, which are not ours to print.
pub(crate) fn begin(output: &Output) {
    let ours = match (output.quiet, output.verbose) {
        (true, _) => "warn",
        (false, false) => "info",
        (false, true) => "debug",
    };
    let filter = EnvFilter::new(format!("warn,tally={ours}"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).init();
}
