use std::collections::BTreeMap;

use tally_entry::{AudienceId, LogId, MemberId, NodeId, RingId, RunError, Unverified};
use tally_ring::{Audience, ControlAct, Frozen, Ring, Scope};

use crate::api::append::{Note, Stored};
use crate::ledger::Ledger;
use crate::ledger::book::Book;
use crate::ledger::chained::{AudienceRef, Chained, LogKey};
use crate::start::believed::longest_believed;

/// What a start found in the journal.
#[derive(Debug, Default)]
pub struct Reopened {
    /// Entries that are in their logs again.
    pub entries: u64,
    /// Logs whose later entries are missing or do not hold: the sequence up to which they do, and why.
    pub short: Vec<Short>,
}

/// A log of which the journal holds less than it once did.
#[derive(Debug)]
pub struct Short {
    /// The log.
    pub log: LogId,
    /// The last sequence that is in place; the rest is fetched from partners again.
    pub until: u64,
    /// What is wrong with what follows; none where entries are simply missing.
    pub why: Option<RunError>,
}

/// The ledger that the frames of the journal make, in their order.
///
/// The chain and the last signature of every log are checked again. Nothing is appended, and nothing is news.
pub(crate) fn reopen(member: MemberId, node: NodeId, frames: impl IntoIterator<Item = Stored>) -> (Ledger, Reopened) {
    let mut start =
        Start { member, node, rings: BTreeMap::new(), books: BTreeMap::new(), incarnations: BTreeMap::new() };
    let reopened = start.take(frames);
    (Ledger::reopened(member, node, start.rings, start.books, start.incarnations), reopened)
}

/// What the frames taken so far make.
struct Start {
    member: MemberId,
    node: NodeId,
    rings: BTreeMap<RingId, Ring>,
    books: BTreeMap<AudienceRef, Book>,
    incarnations: BTreeMap<AudienceRef, u32>,
}

impl Start {
    fn take(&mut self, frames: impl IntoIterator<Item = Stored>) -> Reopened {
        let mut logs: BTreeMap<AudienceRef, BTreeMap<LogKey, Vec<Framed>>> = BTreeMap::new();
        // They are verified with certificates, which may stand later in a journal that was repaired.
        let mut of_audiences: Vec<(AudienceId, ControlAct)> = Vec::new();
        for (order, frame) in (1_u64..).zip(frames) {
            match frame {
                Stored::Entry(entry) => {
                    let log = entry.header().log();
                    let held = logs
                        .entry((log.ring, log.audience))
                        .or_default()
                        .entry((log.node, log.incarnation))
                        .or_default();
                    held.push(Framed { order, entry: *entry });
                }
                Stored::Note(Note::Aside { log, after }) => {
                    let held = logs
                        .entry((log.ring, log.audience))
                        .or_default()
                        .entry((log.node, log.incarnation))
                        .or_default();
                    let (kept, aside) =
                        std::mem::take(held).into_iter().partition(|held| held.entry.header().sequence <= after);
                    *held = kept;
                    self.reopen_aside(&log, aside);
                }
                Stored::Note(Note::Opens { ring, audience, incarnation }) => {
                    self.incarnations.insert((ring, audience), incarnation);
                }
                Stored::Note(Note::Audience { ring, only }) => {
                    let audience = Audience::only(ring, only.into_iter().collect());
                    self.books.entry((ring, audience.id())).or_insert_with(|| Book::new(ring, audience));
                }
                Stored::Act(act) => match act.scope() {
                    Scope::Ring(ring) => self.reopen_ring(ring, *act),
                    Scope::Audience(audience) => of_audiences.push((audience, *act)),
                    // Kept as an act of the ring that took it.
                    Scope::Member => {}
                },
                Stored::MemberAct(ring, act) => {
                    if let Some(ring) = self.rings.get_mut(&ring) {
                        // What the ring refuses has no effect, as when it was offered first.
                        let _ = ring.take(*act);
                    }
                }
                Stored::Card(ring, card) => {
                    if let Some(ring) = self.rings.get_mut(&ring) {
                        ring.take_card(*card);
                    }
                }
            }
        }
        for (audience, act) in of_audiences {
            self.reopen_audience(audience, &act);
        }
        let mut reopened = Reopened::default();
        for (of, logs) in logs {
            self.reopen_logs(of, logs, &mut reopened);
        }
        for (of, book) in &mut self.books {
            if let Some(ring) = self.rings.get(&of.0) {
                book.rejudge(ring);
            }
        }
        reopened
    }

    fn reopen_ring(&mut self, id: RingId, act: ControlAct) {
        let own = self.member;
        let _ = self.rings.entry(id).or_insert_with(|| Ring::seen_by(own, id)).take(act);
        let whole = Audience::whole(id);
        self.books.entry((id, whole.id())).or_insert_with(|| Book::new(id, whole));
    }

    fn reopen_audience(&mut self, audience: AudienceId, act: &ControlAct) {
        let Some((of, book)) = self.books.iter_mut().find(|(of, _)| of.1 == audience) else {
            return;
        };
        let of: AudienceRef = *of;
        // What the book refuses has no effect, as when it was offered first.
        let Some(Ok(Some(Frozen { log, .. }))) = self.rings.get(&of.0).map(|ring| book.take_act(ring, act)) else {
            return;
        };
        if log.node == self.node && log.incarnation >= self.incarnations.get(&of).copied().unwrap_or(1) {
            // The power failed between the proof and the note that opens the next.
            self.incarnations.insert(of, log.incarnation.saturating_add(1));
        }
    }

    fn reopen_aside(&mut self, log: &LogId, aside: Vec<Framed>) {
        let key = self.rings.get(&log.ring).and_then(|ring| ring.node(log.node)).map(|certificate| certificate.key);
        let (Some(key), Some(book)) = (key, self.books.get_mut(&(log.ring, log.audience))) else {
            return;
        };
        let entries = aside.into_iter().map(|held| held.entry).collect();
        for entry in longest_believed(entries, &key, |_| false).0 {
            book.keep_aside(Chained::vouch(entry));
        }
    }

    fn reopen_logs(&mut self, of: AudienceRef, logs: BTreeMap<LogKey, Vec<Framed>>, reopened: &mut Reopened) {
        let (Some(ring), Some(book)) = (self.rings.get(&of.0), self.books.get_mut(&of)) else {
            return;
        };
        let mut all: Vec<(u64, Chained)> = Vec::new();
        for (key, held) in logs {
            let log = book.log_id(key);
            let Some(certificate) = ring.node(key.0) else {
                continue;
            };
            // An entry fetched again after damage stands later in the journal than those that follow it in the log.
            let by_sequence: BTreeMap<u64, Framed> =
                held.into_iter().map(|held| (held.entry.header().sequence, held)).collect();
            let total = by_sequence.len() as u64;
            let mut run: Vec<Framed> = Vec::new();
            for (sequence, held) in by_sequence {
                if sequence != run.len() as u64 + 1 {
                    break;
                }
                run.push(held);
            }
            let (orders, entries): (Vec<u64>, Vec<Unverified>) =
                run.into_iter().map(|held| (held.order, held.entry)).unzip();
            let (run, why) = longest_believed(entries, &certificate.key, |entry| book.forks().is_followed(entry));
            let until = run.len() as u64;
            all.extend(orders.into_iter().zip(run.into_iter().map(Chained::vouch)));
            reopened.entries += until;
            if until < total {
                reopened.short.push(Short { log, until, why });
            }
        }
        all.sort_by_key(|(order, _)| *order);
        let mut lengths: BTreeMap<LogKey, u64> = BTreeMap::new();
        let mut later: Vec<Chained> = Vec::new();
        for (_, entry) in all {
            let length = lengths.entry(entry.log_key()).or_default();
            if entry.header().sequence == *length + 1 {
                *length += 1;
                book.put(entry);
            } else {
                later.push(entry);
            }
        }
        later.sort_by_key(|entry| (entry.log_key(), entry.header().sequence));
        for entry in later {
            book.put(entry);
        }
        for key in lengths.keys() {
            book.end(key);
        }
    }
}

/// An entry with the number of its frame in the journal.
struct Framed {
    order: u64,
    entry: Unverified,
}
