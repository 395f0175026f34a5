//! The end of a world: everything heals, everybody tells everything, and then nobody has anything left to say.

use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{DocumentId, EntryId, LogId};
use tally_replica::{EntryReading, LogReading, QueryAnswer, RecordReading, Verdict};

use crate::fault::Fault;
use crate::network::Weather;
use crate::violation::Violation;
use crate::world::{Final, World};

/// How long after healing everybody must agree, in milliseconds: several rounds of comparing, which come every half
/// minute, and a few questions that had been given up.
const HEALED_AFTER: i64 = 300_000;
/// How long quiet is watched, in minutes.
const QUIET_MINUTES: u64 = 3;
/// Questions that one node may ask another in a minute when nothing changes: comparing twice, and a receipt.
const QUIET_QUESTIONS: u64 = 4;

impl World {
    /// Stops everything that goes wrong, and lets time pass.
    pub(crate) fn heal(&mut self) -> Result<(), Violation> {
        self.healing = true;
        self.recording.note(self.now, &[15], &[], || "everything heals".into());
        self.network.weather = Weather::FAIR;
        self.heal_ways()?;
        let healed = self.now.plus(HEALED_AFTER);
        self.run_until(healed)?;
        self.agree()?;
        let before = self.asked;
        let quiet = self.now.plus(i64::try_from(QUIET_MINUTES).unwrap_or(1) * 60_000);
        self.run_until(quiet)?;
        let asked = self.asked - before;
        let ways = (self.machines.len() * (self.machines.len() - 1)) as u64;
        let allowed = ways * QUIET_MINUTES * QUIET_QUESTIONS;
        if asked > allowed {
            return Err(Violation::Restless { asked, minutes: QUIET_MINUTES, allowed });
        }
        Ok(())
    }

    fn agree(&mut self) -> Result<(), Violation> {
        for node in 0..self.machines.len() {
            self.look_finally(node)?;
        }
        let soon = self.now.plus(5_000);
        self.run_until(soon)?;
        let mut logs: BTreeMap<usize, Vec<LogReading>> = BTreeMap::new();
        let mut records: BTreeMap<usize, Vec<RecordReading>> = BTreeMap::new();
        for (node, what, answer) in std::mem::take(&mut self.answers) {
            match (what, *answer) {
                (Final::Logs, QueryAnswer::Logs(read)) => drop(logs.insert(node, read)),
                (Final::Records, QueryAnswer::Records(read)) => drop(records.insert(node, read)),
                _ => {}
            }
        }
        for node in 0..self.machines.len() {
            if !logs.contains_key(&node) || !records.contains_key(&node) {
                return Err(Violation::Start { node, why: "it does not answer after healing".into() });
            }
        }
        let disturbed = self.disturbed(logs.values().flatten());
        for (node, logs) in &logs {
            self.check_waiting(*node, logs, &disturbed)?;
            let present: BTreeSet<EntryId> =
                logs.iter().flat_map(|log| &log.entries).map(|entry| entry.entry).collect();
            self.checker.check_kept(*node, &present, true)?;
        }
        for a in 0..self.machines.len() {
            for b in a + 1..self.machines.len() {
                self.compare_logs(a, b, &logs[&a], &logs[&b])?;
                self.compare_records(a, b, &records[&a], &records[&b])?;
            }
        }
        Ok(())
    }

    /// Documents of which something can never be judged: it stands on a branch that was set aside, went with a
    /// restore, or is a liar's that builds on what was never sent.
    fn disturbed<'a>(&self, logs: impl Iterator<Item = &'a LogReading>) -> BTreeSet<DocumentId> {
        let mut disturbed = self.checker.bereaved();
        for entry in logs.flat_map(|log| &log.entries) {
            let lies = self.is_liars(entry) && entry.verdict == Some(Verdict::Waiting);
            if entry.aside || lies {
                disturbed.extend(entry.header.document);
            }
        }
        disturbed
    }

    fn is_liars(&self, entry: &EntryReading) -> bool {
        self.members.index(entry.header.node).is_some_and(|author| self.liars.contains(&author))
    }

    fn check_waiting(
        &mut self,
        node: usize,
        logs: &[LogReading],
        disturbed: &BTreeSet<DocumentId>,
    ) -> Result<(), Violation> {
        for entry in logs.iter().flat_map(|log| &log.entries).filter(|entry| !entry.aside) {
            if entry.verdict != Some(Verdict::Waiting) || self.is_liars(entry) {
                continue;
            }
            if !entry.header.document.is_some_and(|document| disturbed.contains(&document)) {
                return Err(Violation::Waits { node, entry: entry.entry });
            }
            self.faults.count(Fault::Orphaned);
        }
        Ok(())
    }

    fn compare_logs(&self, a: usize, b: usize, left: &[LogReading], right: &[LogReading]) -> Result<(), Violation> {
        let left = self.log_lines(b, left);
        let right = self.log_lines(a, right);
        let logs: BTreeSet<&LogId> = left.keys().chain(right.keys()).collect();
        for log in logs {
            let (l, r) = (left.get(log), right.get(log));
            if l != r {
                let empty = Vec::new();
                let (l, r) = (l.unwrap_or(&empty), r.unwrap_or(&empty));
                let at = l.iter().zip(r).take_while(|(l, r)| l == r).count();
                let what = format!(
                    "{log:?}: {} and {} lines, first difference at {at}: {:?} and {:?}",
                    l.len(),
                    r.len(),
                    l.get(at),
                    r.get(at)
                );
                return Err(Violation::PositionsDiffer { a, b, what });
            }
        }
        Ok(())
    }

    /// What a log holds that the other may hold too: where it froze, its entries and what each counts for.
    fn log_lines(&self, other: usize, logs: &[LogReading]) -> BTreeMap<LogId, Vec<String>> {
        logs.iter()
            .filter(|log| self.checker.may_see(log.log.audience, other))
            .map(|log| {
                let entries = log.entries.iter().filter(|entry| !entry.aside);
                let entries = entries.map(|entry| format!("{} {:?}", entry.entry, entry.verdict));
                let frozen = std::iter::once(format!("{:?}", log.frozen_after));
                (log.log, frozen.chain(entries).collect::<Vec<String>>())
            })
            .filter(|(_, lines)| lines.len() > 1 || lines.iter().any(|line| line != "None"))
            .collect()
    }

    fn compare_records(
        &self,
        a: usize,
        b: usize,
        left: &[RecordReading],
        right: &[RecordReading],
    ) -> Result<(), Violation> {
        let left = self.record_lines(b, left);
        let right = self.record_lines(a, right);
        let documents: BTreeSet<&DocumentId> = left.keys().chain(right.keys()).collect();
        for document in documents {
            let (l, r) = (left.get(document), right.get(document));
            if l != r {
                let nothing = BTreeMap::new();
                let (l, r) = (l.unwrap_or(&nothing), r.unwrap_or(&nothing));
                let parts: Vec<String> = l
                    .keys()
                    .chain(r.keys())
                    .filter(|part| l.get(*part) != r.get(*part))
                    .map(|part| format!("{part}: {:?} | {:?}", l.get(part), r.get(part)))
                    .collect();
                return Err(Violation::DocumentsDiffer { a, b, document: *document, what: parts.join("; ") });
            }
            if l.is_some_and(|parts| parts.get("stopped").is_some_and(|stopped| stopped == "true")) {
                return Err(Violation::DocumentsDiffer { a, b, document: *document, what: "it stopped".into() });
            }
        }
        Ok(())
    }

    fn record_lines(
        &self,
        other: usize,
        records: &[RecordReading],
    ) -> BTreeMap<DocumentId, BTreeMap<&'static str, String>> {
        records
            .iter()
            .filter(|record| self.checker.may_see(record.audience, other))
            .map(|record| {
                let said: Vec<_> = record.statements.iter().map(|said| (said.entry, &said.version)).collect();
                let parts = [
                    ("reading", format!("{:?}", record.reading)),
                    ("answers", format!("{:?}", record.answers)),
                    ("joined", format!("{:?}", record.joined)),
                    ("statements", format!("{said:?}")),
                    ("version", record.version.to_string()),
                    ("heads", record.heads.to_string()),
                    ("home", record.home.to_string()),
                    ("changed", format!("{:?} {:?}", record.born, record.changed)),
                    ("stopped", record.stopped.to_string()),
                ];
                (record.document, parts.into())
            })
            .collect()
    }
}
