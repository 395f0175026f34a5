use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use tally_control::{Exit, Failure, LogVerify};
use tally_home::Home;
use tally_service::verified;

use crate::context::Context;
use crate::failure::failure;
use crate::print::{Colour, document};

/// Check everything held: chains, signatures, certificates, editions, the gate, bodies
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Check the home in this directory, without a running node; nothing in it is changed, so a copy that may only be
    /// read will do
    #[arg(long, value_name = "PATH")]
    offline: Option<PathBuf>,
}

impl Verify {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let verified = match &self.offline {
            Some(path) => {
                let started = Instant::now();
                let report = Home::open(path).map_err(failure)?.verify_offline().map_err(failure)?;
                verified(&report, started.elapsed())
            }
            None => context.ask(&LogVerify {})?,
        };
        let output = &context.output;
        if output.json {
            output.line(&document(&verified));
        } else {
            let verdict = if verified.faults.is_empty() {
                output.word("OK", Colour::Good)
            } else {
                output.word("FAILED", Colour::Bad)
            };
            output.line(&format!(
                "{verdict}: {} entries in {} logs checked in {:.1} s",
                verified.entries, verified.logs, verified.seconds
            ));
            for fault in &verified.faults {
                output.line(&format!("  {fault}"));
            }
        }
        Ok(if verified.faults.is_empty() { Exit::Done } else { Exit::Integrity })
    }
}
