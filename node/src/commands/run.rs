use std::path::PathBuf;

use clap::Args;
use tally_control::{Exit, Failure};

use crate::context::Context;
use crate::logging;
use crate::running::{self, RunOptions};

/// Run the node, in the foreground, until Ctrl-C or SIGTERM
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// An address to listen at, in place of those of the settings; may be given more than once
    #[arg(long, value_name = "MULTIADDR")]
    listen: Vec<String>,
    /// Also write every frame that leaves this machine to this file, as it was before encryption, to see for yourself
    /// what leaves; a frame that cannot be written does not leave. The file grows without end
    #[arg(long, value_name = "FILE")]
    frames: Option<PathBuf>,
}

impl Run {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let home = context.open_home()?;
        let log = logging::begin(&context.output, home.settings().log)?;
        let options = RunOptions {
            listen: self.listen,
            json: context.output.json,
            quiet: context.output.quiet,
            frames: self.frames,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // The machine of a small partnership has few processors, and the work is one loop.
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::new(
                    Exit::Failed,
                    "The node was not started",
                    error.to_string(),
                    "see whether this machine has threads and file handles left",
                )
            })?;
        runtime.spawn(log.count());
        runtime.block_on(running::run(home, options))?;
        Ok(Exit::Done)
    }
}
