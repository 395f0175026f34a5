//! Everything held is checked, from the bytes on disk.
#![allow(clippy::disallowed_methods, reason = "how long a check took is told to people")]

use std::time::{Duration, Instant};

use tally_control::{EntryFault, Fault, LogVerify, Place, Refusal, Verified, told};
use tally_home::{EntryFault as InEntry, JournalFault as Found, Report, verify};

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

/// What a check found, as commands and pages get it.
#[must_use]
pub fn verified(report: &Report, took: Duration) -> Verified {
    Verified {
        entries: report.entries,
        logs: report.logs,
        faults: report.faults.iter().map(fault).collect(),
        seconds: took.as_secs_f64(),
    }
}

fn fault(fault: &Found) -> Fault {
    macro_rules! place {
        ($at:expr) => {
            Place { segment: $at.segment, offset: $at.offset }
        };
    }
    match fault {
        Found::CutShort { acknowledged, gone } => Fault::CutShort { acknowledged: place!(acknowledged), gone: *gone },
        Found::AllGone { acknowledged, gone } => Fault::AllGone { acknowledged: place!(acknowledged), gone: *gone },
        Found::OtherJournal { acknowledged, frames } => {
            Fault::OtherJournal { acknowledged: place!(acknowledged), frames: *frames }
        }
        Found::Damaged(damage) => Fault::Damaged { place: place!(damage), bytes: damage.bytes, entries: damage.frames },
        Found::Unread { place: at, source } => Fault::Unread { place: place!(at), found: told(source) },
        Found::Entry { place: at, entry, sequence, node, source } => Fault::Entry {
            place: place!(at),
            entry: entry.to_string(),
            sequence: *sequence,
            node: node.to_string(),
            why: entry_fault(source),
        },
        Found::NotOnDisk(entry) => Fault::NotOnDisk { entry: entry.to_string() },
        Found::JudgedOtherwise(entry) => Fault::JudgedOtherwise { entry: entry.to_string() },
    }
}

fn entry_fault(fault: &InEntry) -> EntryFault {
    match fault {
        InEntry::Gap => EntryFault::Gap,
        InEntry::NotChained => EntryFault::NotChained,
        InEntry::NoCertificate => EntryFault::NoCertificate,
        InEntry::NoEdition => EntryFault::NoEdition,
        InEntry::NoAudience => EntryFault::NoAudience,
        InEntry::NotAMember => EntryFault::NotAMember,
        InEntry::Signature(error) => EntryFault::Signature { found: told(error) },
        InEntry::Run(error) => EntryFault::Signature { found: told(error) },
        InEntry::Unsigned => EntryFault::Unsigned,
    }
}
