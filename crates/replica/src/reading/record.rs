//! A record as it reads, with who said what in it.

use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Reading, UnknownVersion, Version};
use tally_entry::{ChangeHash, NodeId, Time};
use tally_record::StatementPlace;

use crate::api::reading::{AnswerReading, RecordReading, StatementReading, StepReading};
use crate::counted::document::{RecordedDocument, RecordedStatement};
use crate::ledger::chained::AudienceRef;
use crate::reading::Reader;

impl Reader<'_> {
    /// A record as it reads, now or at a version.
    pub(super) fn record(
        &self,
        of: AudienceRef,
        recorded: &RecordedDocument,
        at: Option<&Version>,
    ) -> Result<RecordReading, UnknownVersion> {
        let reading = self.read(recorded, at)?;
        Ok(self.assemble(of, recorded, at, reading))
    }

    /// Reads the fields; none where the type is not known to this version of the program.
    pub(super) fn read(
        &self,
        recorded: &RecordedDocument,
        at: Option<&Version>,
    ) -> Result<Option<Reading>, UnknownVersion> {
        let Some(kind) = tally_record::find(&recorded.birth.type_name) else {
            return Ok(None);
        };
        self.readings.set(self.readings.get() + 1);
        recorded.document.read(kind.description, at).map(Some)
    }

    /// Puts beside the fields who said what, and who has a copy.
    pub(super) fn assemble(
        &self,
        of: AudienceRef,
        recorded: &RecordedDocument,
        at: Option<&Version>,
        reading: Option<Reading>,
    ) -> RecordReading {
        let heads = recorded.document.heads();
        let mut answers: BTreeMap<String, Vec<AnswerReading>> = BTreeMap::new();
        for (path, several) in reading.iter().flat_map(|reading| &reading.answers) {
            let several = several.iter().map(|answer| AnswerReading {
                value: answer.value.clone(),
                member: recorded.actors.get(&answer.by).and_then(|entry| self.ledger.writer(entry)),
                change: answer.change,
            });
            answers.insert(path.clone(), several.collect());
        }
        let statements = self.statements_of(recorded);
        let said = statements.iter().map(|said| &said.version);
        let seen = said.filter_map(|version| Some((version.clone(), recorded.document.seen(version)?))).collect();
        let concurrent = reading.iter().flat_map(|reading| &reading.joined);
        let mut joined: BTreeSet<String> =
            concurrent.filter(|(_, changes)| !is_read(recorded, changes)).map(|(field, _)| field.clone()).collect();
        joined.extend(joined_by_writers(recorded, at));
        let book = self.ledger.book(&of);
        let edition = self.ledger.edition(&of.0);
        let holders = edition
            .zip(book)
            .map(|(edition, book)| {
                edition
                    .members
                    .iter()
                    .map(|listed| listed.member)
                    .filter(|member| book.audience().holds(edition, *member))
                    .collect()
            })
            .unwrap_or_default();
        let times = recorded.changes.values().map(|step| step.entry.header().time);
        RecordReading {
            document: recorded.id,
            ring: of.0,
            audience: of.1,
            holders,
            narrow: book.is_some_and(|book| book.audience().members().is_some()),
            kind: recorded.birth.type_name.clone(),
            home: recorded.birth.home,
            writers: recorded.birth.writers,
            handling: recorded.birth.handling.clone(),
            retention: recorded.birth.retention.clone(),
            born: recorded.born.header().time,
            changed: times.max().unwrap_or_default(),
            version: at.cloned().unwrap_or_else(|| heads.clone()),
            heads,
            reading,
            answers,
            joined: joined.into_iter().collect(),
            statements,
            seen,
            held_by: self.copies(&of, recorded),
            stopped: recorded.document.blown().is_some(),
        }
    }

    fn statements_of(&self, recorded: &RecordedDocument) -> Vec<StatementReading> {
        let reading_of = |said: &RecordedStatement| {
            let header = said.entry.header();
            StatementReading {
                entry: said.entry.id(),
                member: self.ledger.writer(&said.entry),
                seat: header.seat.clone(),
                at: header.time,
                place: StatementPlace {
                    node: header.node,
                    incarnation: header.incarnation,
                    again: said.statement.again.is_some(),
                    sequence: header.sequence,
                },
                statement: said.statement.clone(),
                version: said.version.clone(),
            }
        };
        in_order(recorded.statements.iter().map(reading_of).collect())
    }

    pub(super) fn history(&self, recorded: &RecordedDocument) -> Vec<StepReading> {
        recorded
            .document
            .history()
            .into_iter()
            .filter_map(|step| {
                let held = recorded.changes.get(&step.hash)?;
                Some(StepReading {
                    change: step.hash,
                    entry: held.entry.id(),
                    at: held.entry.header().time,
                    member: self.ledger.writer(&held.entry),
                    seat: held.entry.header().seat.clone(),
                    fields: step.fields,
                    reason: held.reason.clone(),
                    version: std::iter::once(step.hash).collect(),
                    dependencies: step.deps,
                })
            })
            .collect()
    }
}

/// Statements by time, but those of one node as they follow each other in its logs.
///
/// A statement counts as made no earlier than the one before it in the same log: its clock ran ahead then, or was put
/// back since.
fn in_order(mut statements: Vec<StatementReading>) -> Vec<StatementReading> {
    statements.sort_by_key(|said| (said.place.node, said.place.order()));
    let mut reached: Option<(NodeId, Time)> = None;
    let mut timed: Vec<(Time, StatementReading)> = Vec::new();
    for said in statements {
        let node = said.place.node;
        let before = reached.filter(|(other, _)| *other == node).map(|(_, time)| time);
        let time = before.map_or(said.at, |before| before.max(said.at));
        reached = Some((node, time));
        timed.push((time, said));
    }
    // Stable: at one time, the words of one node stay as they are.
    timed.sort_by_key(|(time, _)| *time);
    timed.into_iter().map(|(_, said)| said).collect()
}

/// Fields that a slow form joined with what had been written meanwhile, and that nobody has touched or read since.
fn joined_by_writers(recorded: &RecordedDocument, at: Option<&Version>) -> Vec<String> {
    let joins: Vec<_> = recorded.changes.iter().filter(|(_, step)| !step.joined.is_empty()).collect();
    if joins.is_empty() {
        return Vec::new();
    }
    let history = recorded.document.history();
    let mut fields = Vec::new();
    for (hash, step) in joins {
        if is_read(recorded, &[*hash]) {
            continue;
        }
        let join: Version = std::iter::once(*hash).collect();
        if at.is_some_and(|at| recorded.document.includes(at, &join) != Some(true)) {
            continue;
        }
        for field in &step.joined {
            let touched = history.iter().any(|later| {
                let version: Version = std::iter::once(later.hash).collect();
                later.hash != *hash
                    && later.fields.contains(field)
                    && recorded.document.includes(&version, &join) == Some(true)
            });
            if !touched {
                fields.push(field.clone());
            }
        }
    }
    fields
}

/// Whether somebody has read the joined text: made a statement on a version in which it stood joined.
fn is_read(recorded: &RecordedDocument, changes: &[ChangeHash]) -> bool {
    let joined: Version = changes.iter().copied().collect();
    recorded.statements.iter().any(|said| recorded.document.includes(&said.version, &joined) == Some(true))
}
