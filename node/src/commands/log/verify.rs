use std::path::PathBuf;

use clap::Args;
use tally_control::{Answer, Exit, Failure, Request};

use crate::context::{Context, unexpected};
use crate::print::{Colour, document};
use crate::verifying;

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
            Some(path) => verifying::verify_offline(path)?,
            None => match context.ask(Request::LogVerify)? {
                Answer::Verified(verified) => verified,
                other => return Err(unexpected(&other)),
            },
        };
        let output = &context.output;
        if output.json {
            output.line(&document(&verified));
        } else {
            let verdict = if verified.failures.is_empty() {
                output.word("OK", Colour::Good)
            } else {
                output.word("FAILED", Colour::Bad)
            };
            output.line(&format!(
                "{verdict}: {} entries in {} logs checked in {:.1} s",
                verified.entries, verified.logs, verified.seconds
            ));
            for failure in &verified.failures {
                output.line(&format!("  {failure}"));
            }
        }
        Ok(if verified.failures.is_empty() { Exit::Done } else { Exit::Integrity })
    }
}
