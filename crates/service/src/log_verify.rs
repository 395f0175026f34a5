//! Everything held is checked, from the bytes on disk.
#![allow(clippy::disallowed_methods, reason = "how long a check took is told to people")]

use std::time::{Duration, Instant};

use tally_control::{LogVerify, Refusal, Verified, told};
use tally_home::{JournalFault, Report, verify};

use crate::core::Core;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<LogVerify> for Service<P> {
    async fn answer(&self, _: LogVerify, _: &Asker) -> Result<Verified, Refusal> {
        let busy = |said: String| Refusal::Busy { said };
        // What runs is looked at before the disk is read: only what was there all the while is compared.
        let before = self.looking().logs().await?;
        let reread = self.core.reread().await.map_err(busy)?;
        let me = self.names().me;
        let started = Instant::now();
        let report = tokio::task::spawn_blocking(move || verify(reread, me, Some(&before))).await;
        report.map(|report| verified(&report, started.elapsed())).map_err(|error| busy(told(&error)))
    }
}

/// What a check found, as commands and pages show it.
#[must_use]
pub fn verified(report: &Report, took: Duration) -> Verified {
    Verified {
        entries: report.entries,
        logs: report.logs,
        failures: report.faults.iter().map(fault).collect(),
        seconds: took.as_secs_f64(),
    }
}

fn fault(fault: &JournalFault) -> String {
    let told = told(fault);
    match fault {
        JournalFault::CutShort { .. } | JournalFault::AllGone { .. } | JournalFault::OtherJournal { .. } => format!(
            "{told}: start the node with partners connected, who send what they hold, or put the home back from a newer \
             backup"
        ),
        _ => told,
    }
}
