//! Reading what is held, for commands and pages.

use std::collections::{BTreeMap, BTreeSet};

use tally_document::Version;
use tally_entry::{DocumentId, MemberId, NodeId, Time};
use tally_record::Place;

use crate::api::command::Refused;
use crate::api::query::{Query, QueryAnswer};
use crate::api::reading::{
    AnswerReading, EntryReading, LogReading, PartnerReading, RecordReading, RingReading, StatementReading, StepReading,
};
use crate::counted::document::{Folder, Said};
use crate::ledger::book::Book;
use crate::ledger::chained::{AudienceRef, Chained};
use crate::ledger::log::Log;
use crate::replica::{Replica, members};
use crate::session::partner::Partner;

impl Replica {
    /// The document and the audience it is in.
    pub(crate) fn find(&self, document: &DocumentId) -> Result<(AudienceRef, &Folder), Refused> {
        self.books
            .iter()
            .find_map(|(of, book)| Some((*of, book.shelf().folder(document)?)))
            .ok_or(Refused::UnknownDocument(*document))
    }

    /// Entries that wait for something not yet here, and how many documents stopped.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.books.values().map(|book| book.shelf().waiting()).sum()
    }

    pub(crate) fn look(&self, sought: &Query) -> Result<QueryAnswer, Refused> {
        Ok(match sought {
            Query::Rings => QueryAnswer::Rings(self.rings.keys().map(|id| self.ring_sight(id)).collect()),
            Query::Record { document, at } => {
                let (of, folder) = self.find(document)?;
                QueryAnswer::Record(Box::new(self.record_sight(of, folder, at.as_ref())?))
            }
            Query::Records { ring } => {
                let mut records = Vec::new();
                for (of, book) in &self.books {
                    if ring.is_none_or(|ring| ring == of.0) {
                        for folder in book.shelf().folders() {
                            records.push(self.record_sight(*of, folder, None)?);
                        }
                    }
                }
                QueryAnswer::Records(records)
            }
            Query::References { ring, letter } => QueryAnswer::References(
                self.books
                    .iter()
                    .filter(|(of, _)| of.0 == *ring)
                    .flat_map(|(_, book)| book.shelf().folders().filter_map(Folder::reference))
                    .filter(|reference| reference.letter() == *letter)
                    .cloned()
                    .collect(),
            ),
            Query::History(document) => {
                let (_, folder) = self.find(document)?;
                QueryAnswer::History(self.history(folder))
            }
            Query::Difference { document, before, after } => {
                let (_, folder) = self.find(document)?;
                let kind = tally_record::find(&folder.birth.type_name)
                    .ok_or_else(|| Refused::UnknownType(folder.birth.type_name.clone()))?;
                let heads = folder.document.heads();
                let after = after.as_ref().unwrap_or(&heads);
                QueryAnswer::Difference(folder.document.difference(kind.description, before, after)?)
            }
            Query::Copies(document) => QueryAnswer::Copies(match document {
                Some(document) => {
                    let (of, _) = self.find(document)?;
                    vec![(*document, self.held_by(&of, document))]
                }
                None => self
                    .books
                    .iter()
                    .flat_map(|(of, book)| {
                        book.shelf().folders().map(|folder| (folder.id, self.held_by(of, &folder.id)))
                    })
                    .collect(),
            }),
            Query::Partners => QueryAnswer::Partners(self.partner_sights()),
            Query::Logs => QueryAnswer::Logs(
                self.books
                    .values()
                    .flat_map(|book| book.logs().map(|(key, log)| self.log_sight(book, *key, log)))
                    .collect(),
            ),
            Query::Entry(entry) => QueryAnswer::Entry(Box::new(
                self.books
                    .values()
                    .find_map(|book| {
                        let held = book.entry(entry).map(|held| (held, false));
                        let aside = || book.aside().find(|held| held.id() == *entry);
                        let (held, aside) = held.or_else(|| aside().map(|held| (held, true)))?;
                        Some(entry_sight(book, held, aside))
                    })
                    .ok_or(Refused::UnknownEntry(*entry))?,
            )),
        })
    }

    fn ring_sight(&self, id: &tally_entry::RingId) -> RingReading {
        let ring = self.rings.get(id);
        let nodes = ring
            .map(|ring| {
                members(ring)
                    .into_iter()
                    .flat_map(|member| ring.nodes_of(member))
                    .map(|node| (node.member, node.node, node.name.clone()))
                    .collect()
            })
            .unwrap_or_default();
        RingReading {
            ring: *id,
            edition: ring.and_then(|ring| Some((ring.current_id()?, ring.current()?.clone()))),
            signed: ring.and_then(|ring| ring.signed_edition(ring.current_id()?).cloned()),
            drafts: ring.map(|ring| ring.drafts().cloned().collect()).unwrap_or_default(),
            nodes,
        }
    }

    fn member_of(&self, entry: &Chained) -> Option<MemberId> {
        self.rings.get(&entry.header().ring)?.member_of(entry.header().node)
    }

    fn record_sight(&self, of: AudienceRef, folder: &Folder, at: Option<&Version>) -> Result<RecordReading, Refused> {
        let heads = folder.document.heads();
        let kind = tally_record::find(&folder.birth.type_name);
        let reading = kind.map(|kind| folder.document.read(kind.description, at)).transpose()?;
        let mut answers: BTreeMap<String, Vec<AnswerReading>> = BTreeMap::new();
        for (path, several) in reading.iter().flat_map(|reading| &reading.answers) {
            let several = several.iter().map(|answer| AnswerReading {
                value: answer.value.clone(),
                member: folder.actors.get(&answer.by).and_then(|entry| self.member_of(entry)),
                change: answer.change,
            });
            answers.insert(path.clone(), several.collect());
        }
        let statements = self.statement_sights(folder);
        let said = statements.iter().map(|said| &said.version);
        let seen = said.filter_map(|version| Some((version.clone(), folder.document.seen(version)?))).collect();
        let concurrent = reading.iter().flat_map(|reading| &reading.joined);
        let mut joined: BTreeSet<String> =
            concurrent.filter(|(_, changes)| !is_read(folder, changes)).map(|(field, _)| field.clone()).collect();
        joined.extend(joined_by_writers(folder, at));
        let book = self.books.get(&of);
        let edition = self.rings.get(&of.0).and_then(|ring| ring.current());
        let holders = edition
            .zip(book)
            .map(|(edition, book)| {
                edition
                    .members
                    .iter()
                    .map(|listed| listed.member)
                    .filter(|member| book.audience.holds(edition, *member))
                    .collect()
            })
            .unwrap_or_default();
        let times = folder.changes.values().map(|step| step.entry.header().time);
        Ok(RecordReading {
            document: folder.id,
            ring: of.0,
            audience: of.1,
            holders,
            narrow: book.is_some_and(|book| book.audience.members().is_some()),
            kind: folder.birth.type_name.clone(),
            home: folder.birth.home,
            writers: folder.birth.writers,
            handling: folder.birth.handling.clone(),
            retention: folder.birth.retention.clone(),
            born: folder.born.header().time,
            changed: times.max().unwrap_or_default(),
            version: at.cloned().unwrap_or_else(|| heads.clone()),
            heads,
            reading,
            answers,
            joined: joined.into_iter().collect(),
            statements,
            seen,
            held_by: self.held_by(&of, &folder.id),
            stopped: folder.document.blown().is_some(),
        })
    }

    fn statement_sights(&self, folder: &Folder) -> Vec<StatementReading> {
        let sight = |said: &Said| {
            let header = said.entry.header();
            StatementReading {
                entry: said.entry.id(),
                member: self.member_of(&said.entry),
                seat: header.seat.clone(),
                at: header.time,
                place: Place {
                    node: header.node,
                    incarnation: header.incarnation,
                    again: said.statement.again.is_some(),
                    sequence: header.sequence,
                },
                statement: said.statement.clone(),
                version: said.version.clone(),
            }
        };
        in_order(folder.statements.iter().map(sight).collect())
    }

    fn history(&self, folder: &Folder) -> Vec<StepReading> {
        folder
            .document
            .history()
            .into_iter()
            .filter_map(|step| {
                let held = folder.changes.get(&step.hash)?;
                Some(StepReading {
                    change: step.hash,
                    entry: held.entry.id(),
                    at: held.entry.header().time,
                    member: self.member_of(&held.entry),
                    seat: held.entry.header().seat.clone(),
                    fields: step.fields,
                    reason: held.reason.clone(),
                    version: std::iter::once(step.hash).collect(),
                    dependencies: step.deps,
                })
            })
            .collect()
    }

    fn partner_sights(&self) -> Vec<PartnerReading> {
        let mut sights: BTreeMap<NodeId, PartnerReading> = BTreeMap::new();
        let nobody = Partner::default();
        for ring in self.rings.values() {
            for node in members(ring).iter().flat_map(|member| ring.nodes_of(*member)) {
                if node.node == self.node {
                    continue;
                }
                let partner = self.partners.get(&node.node).unwrap_or(&nobody);
                let sight = sights.entry(node.node).or_insert_with(|| PartnerReading {
                    node: node.node,
                    member: node.member,
                    name: node.name.clone(),
                    connected: partner.connected,
                    heard: partner.heard,
                    behind: 0,
                    ahead: 0,
                    cleared: true,
                });
                for (of, book) in self.books.iter().filter(|(of, _)| of.0 == ring.id()) {
                    if !self.may_hold(&node.node, of) {
                        continue;
                    }
                    let (behind, ahead) = distance(book, node.node);
                    sight.behind += behind;
                    sight.ahead += ahead;
                    sight.cleared &= partner.cleared.contains(of);
                }
            }
        }
        sights.into_values().collect()
    }

    fn log_sight(&self, book: &Book, key: (NodeId, u32), log: &Log) -> LogReading {
        let aside = book.aside().filter(|entry| entry.log_key() == key).map(|entry| entry_sight(book, entry, true));
        let held = log.items().iter().map(|item| entry_sight(book, &item.entry, false));
        LogReading {
            log: book.log_id(key),
            member: self.rings.get(&book.ring()).and_then(|ring| ring.member_of(key.0)),
            position: log.position(),
            frozen_after: log.frozen_after(),
            entries: held.chain(aside).collect(),
        }
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
fn joined_by_writers(folder: &Folder, at: Option<&Version>) -> Vec<String> {
    let joins: Vec<_> = folder.changes.iter().filter(|(_, step)| !step.joined.is_empty()).collect();
    if joins.is_empty() {
        return Vec::new();
    }
    let history = folder.document.history();
    let mut fields = Vec::new();
    for (hash, step) in joins {
        if is_read(folder, &[*hash]) {
            continue;
        }
        let join: Version = std::iter::once(*hash).collect();
        if at.is_some_and(|at| folder.document.includes(at, &join) != Some(true)) {
            continue;
        }
        for field in &step.joined {
            let touched = history.iter().any(|later| {
                let version: Version = std::iter::once(later.hash).collect();
                later.hash != *hash
                    && later.fields.contains(field)
                    && folder.document.includes(&version, &join) == Some(true)
            });
            if !touched {
                fields.push(field.clone());
            }
        }
    }
    fields
}

/// Whether somebody has read the joined text: made a statement on a version in which it stood joined.
fn is_read(folder: &Folder, changes: &[tally_entry::ChangeHash]) -> bool {
    let joined: Version = changes.iter().copied().collect();
    folder.statements.iter().any(|said| folder.document.includes(&said.version, &joined) == Some(true))
}

/// Entries that a node lacks by its newest receipt, and entries that it holds and we do not.
fn distance(book: &Book, node: NodeId) -> (u64, u64) {
    let receipt = book.receipts.get(&node);
    let theirs: BTreeMap<(NodeId, u32), u64> = receipt
        .iter()
        .flat_map(|receipt| &receipt.content().positions)
        .map(|(key, position)| ((key.node, key.incarnation), position.sequence))
        .collect();
    let behind =
        book.logs().map(|(key, log)| log.length().saturating_sub(theirs.get(key).copied().unwrap_or_default())).sum();
    let ahead = theirs
        .iter()
        .map(|(key, sequence)| {
            let log = book.log(key);
            let frozen = log.is_some_and(|log| log.frozen_after().is_some());
            let ours = log.map_or(0, Log::length);
            if frozen { 0 } else { sequence.saturating_sub(ours) }
        })
        .sum();
    (behind, ahead)
}

fn entry_sight(book: &Book, entry: &Chained, aside: bool) -> EntryReading {
    EntryReading {
        entry: entry.id(),
        header: entry.header().clone(),
        verdict: book.shelf().verdict(&entry.id()).cloned(),
        signed: entry.is_signed(),
        aside,
    }
}
