//! The logs and their entries, and the check of everything held.

use std::time::{Duration, Instant};

use tally_control::{Answer, Entry, Exit, Failure, Log, Verified, told};
use tally_entry::Kind;
use tally_home::{Fault, Report, verify};
use tally_replica::{EntryReading, LogReading, Query, QueryAnswer, Verdict};

use super::Service;
use super::atlas::Atlas;
use super::writing::unexpected;
use crate::moment;

impl Service {
    pub(super) async fn log_sights(&self, what: &str) -> Result<Vec<LogReading>, Failure> {
        match self.core.look(Query::Logs).await.map_err(|undone| undone.failure(what))? {
            QueryAnswer::Logs(logs) => Ok(logs),
            _ => Err(unexpected(what)),
        }
    }

    pub(super) async fn logs(&self) -> Result<Answer, Failure> {
        let what = "The logs were not shown";
        let atlas = self.atlas(what).await?;
        let sights = self.log_sights(what).await?;
        let mut entries: Vec<(&EntryReading, &LogReading)> =
            sights.iter().flat_map(|log| log.entries.iter().map(move |entry| (entry, log))).collect();
        entries.sort_by_key(|(entry, log)| (entry.header.time, log.log.node, entry.header.sequence));
        Ok(Answer::Logs {
            logs: sights.iter().map(|sight| log(sight, &atlas)).collect(),
            entries: entries.into_iter().map(|(sight, log)| entry(sight, log, &atlas)).collect(),
        })
    }

    pub(super) async fn log_show(&self, given: &str) -> Result<Entry, Failure> {
        let what = "The entry was not shown";
        let id = self.entry(what, given).await?;
        let atlas = self.atlas(what).await?;
        let sights = self.log_sights(what).await?;
        let found = sights
            .iter()
            .find_map(|log| log.entries.iter().find(|entry| entry.entry == id).map(|sight| entry(sight, log, &atlas)));
        found.ok_or_else(|| super::refusals::failure(what, &tally_replica::Refused::UnknownEntry(id)))
    }

    pub(crate) async fn log_verify(&self) -> Result<Verified, Failure> {
        let what = "Nothing was checked";
        let busy = |why: String| Failure::new(Exit::Failed, what, why, "Try again in a moment.");
        // What runs is looked at before and after the disk: only what was there all the while is compared.
        let before = self.log_sights(what).await?;
        let reread = self.core.reread().await.map_err(busy)?;
        let me = self.home.member();
        let known = self.shared.with(|shared| shared.damage.clone());
        let found = reread.damaged.clone();
        let started = Instant::now();
        let report = tokio::task::spawn_blocking(move || verify(reread, me, Some(&before))).await;
        let news: Vec<_> =
            found.iter().filter(|damage| !known.iter().any(|other| other.place() == damage.place())).collect();
        if !news.is_empty() {
            for damage in news {
                let about = [("segment", damage.segment.to_string()), ("offset", damage.offset.to_string())];
                self.news.tell(moment::now(), "damage", about);
            }
            self.shared.with(|shared| shared.damage = found);
        }
        report.map(|report| verified(&report, started.elapsed())).map_err(|error| busy(told(&error)))
    }
}

/// What a check found, as commands and pages show it.
pub(crate) fn verified(report: &Report, took: Duration) -> Verified {
    Verified {
        entries: report.entries,
        logs: report.logs,
        failures: report.faults.iter().map(fault).collect(),
        seconds: took.as_secs_f64(),
    }
}

fn fault(fault: &Fault) -> String {
    let told = told(fault);
    match fault {
        Fault::CutShort { .. } | Fault::AllGone { .. } | Fault::OtherJournal { .. } => format!(
            "{told}: start the node with partners connected, who send what they hold, or put the home back from a newer \
             backup"
        ),
        _ => told,
    }
}

fn log(sight: &LogReading, atlas: &Atlas) -> Log {
    Log {
        ring: atlas.ring_name(&sight.log.ring),
        audience: sight.log.audience.to_string(),
        member: sight.member.map(|member| atlas.member(Some(&sight.log.ring), &member)),
        node: sight.log.node.to_string(),
        incarnation: sight.log.incarnation,
        entries: sight.position.map_or(0, |position| position.sequence),
        head: sight.position.map(|position| position.entry.to_string()),
        frozen_after: sight.frozen_after,
    }
}

fn entry(sight: &EntryReading, log: &LogReading, atlas: &Atlas) -> Entry {
    let header = &sight.header;
    let (verdict, why) = match &sight.verdict {
        Some(Verdict::Standing) => ("standing", None),
        Some(Verdict::Void(why)) => ("void", Some(told(why))),
        Some(Verdict::Waiting) => ("waiting", None),
        None => (if sight.aside { "aside" } else { "waiting" }, None),
    };
    Entry {
        entry: sight.entry.to_string(),
        kind: match header.kind {
            Kind::Birth => "birth".to_owned(),
            Kind::Change => "change".to_owned(),
            Kind::Statement => "statement".to_owned(),
            Kind::Seal => "seal".to_owned(),
            Kind::Unknown(number) => number.to_string(),
        },
        member: log.member.map(|member| atlas.member(Some(&log.log.ring), &member)),
        node: header.node.to_string(),
        incarnation: header.incarnation,
        sequence: header.sequence,
        previous: header.previous.map(|previous| previous.to_string()),
        edition: header.edition.to_string(),
        document: header.document.map(|document| document.to_string()),
        seat: header.seat.clone(),
        at: moment::text(header.time),
        body_bytes: header.body_length,
        verdict: verdict.to_owned(),
        why,
        signed: sight.signed,
        aside: sight.aside,
    }
}
