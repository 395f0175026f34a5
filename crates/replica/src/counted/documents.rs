use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tally_entry::{DocumentId, EntryId, Kind, NodeId};

use crate::counted::document::RecordedDocument;
use crate::counted::judge::{Judge, Outcome, Rules};
use crate::counted::verdict::Verdict;
use crate::counted::waiting::{Need, Waiting};
use crate::ledger::chained::Chained;

/// An entry whose verdict has just been reached.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) entry: EntryId,
    pub(crate) document: Option<DocumentId>,
    pub(crate) verdict: Verdict,
}

/// The documents of one audience: entries become verdicts, standing changes become documents.
///
/// A verdict depends on the entry, its causal past and the control acts alone. Entries whose past is not here wait;
/// nothing is judged early and nothing is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    judge: Judge,
    /// Entries of kinds or versions that this program does not know.
    parked: usize,
    waiting: Waiting,
    held_back: BTreeMap<EntryId, Chained>,
    verdicts: BTreeMap<EntryId, Verdict>,
    /// The last change of each log in each document: the next is judged after it.
    last: BTreeMap<(DocumentId, NodeId, u32), EntryId>,
    /// The change before it in the same log and document.
    earlier: BTreeMap<EntryId, EntryId>,
}

impl Documents {
    pub(crate) fn get(&self, document: &DocumentId) -> Option<&RecordedDocument> {
        self.judge.documents.get(document)
    }

    /// Its document alone: what else is recorded of it changes by verdicts only.
    pub(crate) fn document(&mut self, id: &DocumentId) -> Option<&mut tally_document::Document> {
        self.judge.documents.get_mut(id).map(|recorded| &mut recorded.document)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &RecordedDocument> {
        self.judge.documents.values()
    }

    pub(crate) fn verdict(&self, entry: &EntryId) -> Option<&Verdict> {
        self.verdicts.get(entry)
    }

    /// Documents whose fuse blew since this was last asked.
    pub(crate) fn take_stopped(&mut self) -> BTreeSet<DocumentId> {
        std::mem::take(&mut self.judge.stopped)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.count() + self.parked
    }

    /// Judges an entry, and every entry that had waited for it.
    pub(crate) fn take(&mut self, rules: &Rules<'_>, entry: &Chained) -> Vec<Judged> {
        if self.verdicts.contains_key(&entry.id()) {
            return Vec::new();
        }
        self.note_order(entry);
        let mut judged = Vec::new();
        let mut queue = VecDeque::from([entry.clone()]);
        while let Some(entry) = queue.pop_front() {
            let id = entry.id();
            let outcome = self.judge.judge(rules, &entry, self.waiting_before(&id));
            let (verdict, met) = match outcome {
                Outcome::Waits(needs) => {
                    self.waiting.wait(id, needs);
                    self.held_back.insert(id, entry.clone());
                    (Verdict::Waiting, Vec::new())
                }
                Outcome::Parked => {
                    self.parked += 1;
                    (Verdict::Waiting, Vec::new())
                }
                Outcome::Stands(met) => (Verdict::Standing, met),
                Outcome::Void(why, met) => (Verdict::Void(why), met),
            };
            if verdict != Verdict::Waiting {
                self.held_back.remove(&id);
                let mut free = self.waiting.met(&Need::Earlier(id));
                for need in &met {
                    free.extend(match verdict {
                        Verdict::Void(_) => self.waiting.void(need),
                        _ => self.waiting.met(need),
                    });
                }
                queue.extend(free.iter().filter_map(|free| self.held_back.get(free).cloned()));
            }
            self.verdicts.insert(id, verdict.clone());
            judged.push(Judged { entry: id, document: entry.header().document, verdict });
        }
        judged
    }

    fn note_order(&mut self, entry: &Chained) {
        let header = entry.header();
        let (Kind::Change, Some(document)) = (header.kind, header.document) else {
            return;
        };
        let place = (document, header.node, header.incarnation);
        if let Some(before) = self.last.insert(place, entry.id()) {
            self.earlier.insert(entry.id(), before);
        }
    }

    /// Whether the last change of a log to a document waits.
    pub(crate) fn awaits(&self, document: DocumentId, node: NodeId, incarnation: u32) -> bool {
        self.last.get(&(document, node, incarnation)).is_some_and(|last| self.waits(last))
    }

    /// The change of the same log and document before this one, where that one still waits.
    fn waiting_before(&self, entry: &EntryId) -> Option<EntryId> {
        self.earlier.get(entry).copied().filter(|before| self.waits(before))
    }

    fn waits(&self, entry: &EntryId) -> bool {
        self.verdicts.get(entry) == Some(&Verdict::Waiting)
    }
}
