use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use minicbor::bytes::ByteVec;
use tally_entry::{
    AudienceId, Digest, DocumentId, EntryId, LogId, NodeId, Position, RUN_BYTES_MAX, RUN_ENTRIES_MAX, RingId, Tag,
    Unverified, canonical, digest, verify_run, vouched_run,
};
use tally_ring::{ActRefused, Audience, ControlAct, ForkProof, Frozen, Ring};

use crate::counted::documents::{Documents, Judged};
use crate::counted::judge::Rules;
use crate::ledger::act_refused::ActNotTaken;
use crate::ledger::chained::{Chained, INCARNATIONS_MAX, LogKey, Unchained};
use crate::ledger::forks::Forks;
use crate::ledger::log::{End, Item, Log, LogPosition, Remaining};
use crate::ledger::receipts::Receipts;

/// All that this node holds of one audience: its logs, and the documents they make.
#[derive(Debug)]
pub(crate) struct Book {
    audience: Audience,
    ring: RingId,
    id: AudienceId,
    logs: BTreeMap<LogKey, Log>,
    /// Where each entry stands.
    index: BTreeMap<EntryId, (LogKey, u64)>,
    arrivals: u64,
    /// Entries of branches that were set aside, kept to be shown and written again.
    aside: BTreeMap<EntryId, Chained>,
    /// By node and entry: which later entry of the same node writes it again. Nobody else's word counts.
    again: BTreeMap<(NodeId, EntryId), EntryId>,
    forks: Forks,
    receipts: Receipts,
    documents: Documents,
    /// Over the positions, until they move.
    digest: Cell<Option<Digest>>,
}

/// What a run that a partner sent is to this book.
#[derive(Debug)]
pub(crate) enum Offered {
    /// Nothing new.
    Known,
    /// Something before it is missing here.
    Gap,
    /// Its copy of the log parts from ours.
    Parts(LogKey),
    /// Chained to what is here.
    Chained(Vec<Chained>),
}

impl Book {
    pub(crate) fn new(ring: RingId, audience: Audience) -> Self {
        Self {
            id: audience.id(),
            audience,
            ring,
            logs: BTreeMap::new(),
            index: BTreeMap::new(),
            arrivals: 0,
            aside: BTreeMap::new(),
            again: BTreeMap::new(),
            forks: Forks::default(),
            receipts: Receipts::default(),
            documents: Documents::default(),
            digest: Cell::new(None),
        }
    }

    pub(crate) const fn audience(&self) -> &Audience {
        &self.audience
    }

    pub(crate) const fn documents(&self) -> &Documents {
        &self.documents
    }

    pub(crate) const fn documents_mut(&mut self) -> &mut Documents {
        &mut self.documents
    }

    pub(crate) const fn forks(&self) -> &Forks {
        &self.forks
    }

    pub(crate) const fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    pub(crate) const fn receipts_mut(&mut self) -> &mut Receipts {
        &mut self.receipts
    }

    pub(crate) fn take_stopped(&mut self) -> BTreeSet<DocumentId> {
        self.documents.take_stopped()
    }

    pub(crate) const fn ring(&self) -> RingId {
        self.ring
    }

    pub(crate) fn log(&self, key: &LogKey) -> Option<&Log> {
        self.logs.get(key)
    }

    pub(crate) fn logs(&self) -> impl Iterator<Item = (&LogKey, &Log)> {
        self.logs.iter()
    }

    pub(crate) const fn log_id(&self, key: LogKey) -> LogId {
        LogId { ring: self.ring, audience: self.id, node: key.0, incarnation: key.1 }
    }

    pub(crate) fn entry(&self, id: &EntryId) -> Option<&Chained> {
        let (key, sequence) = self.index.get(id)?;
        Some(&self.logs.get(key)?.at(*sequence)?.entry)
    }

    pub(crate) fn aside(&self) -> impl Iterator<Item = &Chained> {
        self.aside.values()
    }

    /// The entry that writes this one again, which may itself have been set aside since.
    pub(crate) fn written_as(&self, entry: &Chained) -> Option<&Chained> {
        let later = self.again.get(&(entry.header().node, entry.id()))?;
        self.entry(later).or_else(|| self.aside.get(later))
    }

    /// The control acts of this audience.
    ///
    /// They lie here and not in the ring, because not every member of the ring may know of the audience, and because
    /// they end logs, which the ring does not have.
    pub(crate) fn acts(&self) -> impl Iterator<Item = ControlAct> {
        self.forks.proofs().cloned().map(ControlAct::Fork)
    }

    /// Takes a control act of this audience; says where a log ends with it, if that is news.
    ///
    /// Acts whose effect this version does not know are refused, not half obeyed.
    pub(crate) fn take_act(&mut self, ring: &Ring, act: &ControlAct) -> Result<Option<Frozen>, ActNotTaken> {
        match act {
            ControlAct::Fork(proof) => self.take_fork(ring, proof),
            ControlAct::Cut(_)
            | ControlAct::Finality(_)
            | ControlAct::Erasure(_)
            | ControlAct::Erased(_)
            | ControlAct::Unknown { .. } => Err(ActRefused::UnknownKind { kind: act.kind() }.into()),
            ControlAct::Edition(_) | ControlAct::Certificate(_) | ControlAct::Notice(_) => Err(ActNotTaken::Elsewhere),
        }
    }

    fn take_fork(&mut self, ring: &Ring, proof: &ForkProof) -> Result<Option<Frozen>, ActNotTaken> {
        let log = proof.log();
        if log.ring != self.ring || log.audience != self.id {
            return Err(ActNotTaken::Elsewhere);
        }
        if log.incarnation > INCARNATIONS_MAX {
            return Err(ActNotTaken::Incarnation(log.incarnation));
        }
        let certificate = ring.node(log.node).ok_or(ActNotTaken::UnknownNode(log.node))?;
        let frozen = proof.verify(&certificate.key)?;
        Ok(self.freeze(proof, &frozen).then_some(frozen))
    }

    /// All entries held, in the order in which they came.
    pub(crate) fn entries(&self) -> Vec<&Chained> {
        let mut items: Vec<&Item> = self.logs.values().flat_map(Log::items).collect();
        items.sort_by_key(|item| item.arrival);
        items.into_iter().map(|item| &item.entry).collect()
    }

    /// Checks a run that a partner sent against what is here: signature, chain, membership, limits.
    pub(crate) fn offer(&self, ring: &Ring, mut run: Vec<Unverified>) -> Result<Offered, Unchained> {
        let Some(first) = run.first().map(|entry| entry.header().log()) else {
            return Ok(Offered::Known);
        };
        if first.ring != self.ring || first.audience != self.id {
            return Err(Unchained::Elsewhere);
        }
        let key: LogKey = (first.node, first.incarnation);
        if !(1..=INCARNATIONS_MAX).contains(&key.1) {
            return Err(Unchained::Incarnation(key.1));
        }
        let certificate = ring.node(first.node).ok_or(Unchained::UnknownNode(first.node))?;
        let empty = Log::default();
        let log = self.logs.get(&key).unwrap_or(&empty);
        let mut new = run.len();
        for (at, entry) in run.iter().enumerate() {
            let header = entry.header();
            match log.id_at(header.sequence) {
                Some(id) if id == header.id() => {}
                Some(_) => return Ok(Offered::Parts(key)),
                None => {
                    new = at;
                    break;
                }
            }
        }
        run.drain(..new);
        let Some(next) = run.first().map(Unverified::header) else {
            return Ok(Offered::Known);
        };
        if log.frozen_after().is_some_and(|after| next.sequence > after) {
            return Ok(Offered::Known);
        }
        if next.sequence != log.length() + 1 {
            return Ok(Offered::Gap);
        }
        if next.previous != log.head().map(Chained::id) {
            return Ok(Offered::Parts(key));
        }
        let vouched = log.frozen().and_then(|end| {
            run.truncate(usize::try_from(end.after - log.length()).unwrap_or(usize::MAX));
            end.last.filter(|last| run.last().is_some_and(|entry| entry.header().id() == *last))
        });
        let mut before = log.head().map(|head| head.header().edition);
        let mut spent = log.spent();
        for entry in &run {
            let header = entry.header();
            let edition = ring.author(&self.audience, header.node, header.edition)?.edition;
            if before.is_some_and(|before| ring.is_older(header.edition, before)) {
                return Err(Unchained::EditionOlder);
            }
            before = Some(header.edition);
            spent = spent.checked(header, &edition.limits)?;
        }
        let run = match vouched {
            Some(last) => vouched_run(run, &last, &certificate.key)?,
            None => verify_run(run, &certificate.key)?,
        };
        if run.iter().any(|entry| entry.body().is_none()) {
            return Err(Unchained::NoBody);
        }
        Ok(Offered::Chained(run.into_iter().map(Chained::vouch).collect()))
    }

    /// Puts entries that were chained to their log's head into it, and judges them.
    pub(crate) fn take(&mut self, ring: &Ring, entries: &[Chained]) -> Vec<Judged> {
        for entry in entries {
            self.put(entry.clone());
        }
        let rules = Rules { ring, audience: &self.audience };
        entries.iter().flat_map(|entry| self.documents.take(&rules, entry)).collect()
    }

    /// Puts an entry at the end of its log without judging it: a restart judges all at once.
    pub(crate) fn put(&mut self, entry: Chained) {
        self.digest.set(None);
        let key = entry.log_key();
        self.index.insert(entry.id(), (key, entry.header().sequence));
        self.aside.remove(&entry.id());
        self.note_rewrite(&entry);
        self.arrivals += 1;
        self.logs.entry(key).or_default().push(entry, self.arrivals);
    }

    /// Judges every entry anew: after a restart, or when a control act changed verdicts.
    pub(crate) fn rejudge(&mut self, ring: &Ring) -> Vec<Judged> {
        let mut documents = Documents::default();
        let rules = Rules { ring, audience: &self.audience };
        let judged = self.entries().into_iter().flat_map(|entry| documents.take(&rules, entry)).collect();
        self.documents = documents;
        judged
    }

    /// Takes own entries that no partner has back from the log's end.
    pub(crate) fn cut(&mut self, key: &LogKey, after: u64) {
        let cut = self.logs.get_mut(key).map(|log| log.cut(after)).unwrap_or_default();
        self.digest.set(None);
        for entry in cut {
            self.index.remove(&entry.id());
            self.aside.insert(entry.id(), entry);
        }
    }

    /// Sets aside what follows the end of a log that is frozen.
    pub(crate) fn end(&mut self, key: &LogKey) {
        let Some((log, after)) = self.logs.get(key).and_then(|log| Some((log, log.frozen_after()?))) else {
            return;
        };
        if let Some(last) = log.at(after) {
            self.forks.note_rest(&last.entry, log.after(after));
        }
        self.cut(key, after);
    }

    /// Takes a proof that a log forked: says whether it told anything new.
    fn freeze(&mut self, proof: &ForkProof, frozen: &Frozen) -> bool {
        let news = self.forks.take(proof, frozen);
        if news {
            let key: LogKey = (frozen.log.node, frozen.log.incarnation);
            self.logs.entry(key).or_default().freeze(End { after: frozen.after_sequence, last: frozen.last_common });
            self.end(&key);
        }
        news
    }

    /// Keeps an entry that was set aside in an earlier run; its log is listed though nothing else may be in it.
    pub(crate) fn keep_aside(&mut self, entry: Chained) {
        self.logs.entry(entry.log_key()).or_default();
        self.note_rewrite(&entry);
        self.aside.insert(entry.id(), entry);
    }

    fn note_rewrite(&mut self, entry: &Chained) {
        if let Some(again) = entry.writes_again() {
            self.again.insert((entry.header().node, again), entry.id());
        }
    }

    /// Forgets an own entry that was set aside before it was appended.
    pub(crate) fn forget(&mut self, id: &EntryId) {
        self.aside.remove(id);
    }

    pub(crate) fn positions(&self) -> Vec<LogPosition> {
        self.logs
            .iter()
            .filter_map(|((node, _), log)| Some(LogPosition { node: *node, position: log.position()? }))
            .collect()
    }

    /// Over positions: equal exactly when both sides hold the same entries.
    pub(crate) fn positions_digest(&self) -> Digest {
        let made = self.digest.get().unwrap_or_else(|| {
            let positions = canonical::encode(&self.positions());
            Digest::from_bytes(digest(&Tag::new("tally/1/positions-digest"), &[&positions]))
        });
        self.digest.set(Some(made));
        made
    }

    /// The next entries beyond these sequences, in the order in which they came here, as many as the budget allows.
    ///
    /// `have` is moved forward by what is given. Runs end where a signature stands, because an unsigned end would
    /// prove nothing.
    pub(crate) fn runs(
        &self,
        have: &mut BTreeMap<LogKey, u64>,
        without: Option<&NodeId>,
        budget: usize,
    ) -> (Vec<Vec<ByteVec>>, Remaining) {
        let mut queue = BinaryHeap::new();
        let mut more = Remaining::default();
        for (key, log) in &self.logs {
            let from = have.get(key).copied().unwrap_or_default();
            if Some(&key.0) == without {
                continue;
            }
            for item in log.after(from) {
                more.entries += 1;
                more.bytes += u64::from(item.entry.header().body_length);
            }
            if let Some(item) = log.at(from + 1) {
                queue.push(std::cmp::Reverse((item.arrival, *key)));
            }
        }
        let mut runs = Vec::new();
        let mut left = budget;
        while let Some(std::cmp::Reverse((_, key))) = queue.pop() {
            let Some(log) = self.logs.get(&key) else {
                continue;
            };
            let from = have.get(&key).copied().unwrap_or_default();
            let until = queue.peek().map_or(u64::MAX, |next| next.0.0);
            let Some(run) = next_run(log, from, until, &mut left) else {
                break;
            };
            if run.is_empty() {
                continue;
            }
            let given = run.len() as u64;
            for item in log.after(from).iter().take(run.len()) {
                more.entries -= 1;
                more.bytes -= u64::from(item.entry.header().body_length);
            }
            runs.push(run);
            have.insert(key, from + given);
            if let Some(item) = log.at(from + given + 1) {
                queue.push(std::cmp::Reverse((item.arrival, key)));
            }
        }
        (runs, more)
    }

    /// Logs that a partner's positions show to part from ours.
    pub(crate) fn parted(&self, theirs: &[LogPosition]) -> Vec<LogPosition> {
        theirs
            .iter()
            .filter(|held| {
                self.logs
                    .get(&(held.node, held.position.incarnation))
                    .is_some_and(|log| log.agrees(&held.position) == Some(false))
            })
            .copied()
            .collect()
    }

    /// What a partner with these positions is known to have of our logs.
    pub(crate) fn known(&self, theirs: &[LogPosition]) -> BTreeMap<LogKey, u64> {
        theirs
            .iter()
            .filter_map(|held| {
                let key = (held.node, held.position.incarnation);
                let log = self.logs.get(&key)?;
                match log.agrees(&held.position) {
                    Some(true) => Some((key, held.position.sequence)),
                    Some(false) => None,
                    None => Some((key, log.length())),
                }
            })
            .collect()
    }

    /// Whether these positions reach beyond ours anywhere.
    pub(crate) fn is_behind(&self, theirs: &[LogPosition]) -> bool {
        theirs.iter().any(|held| {
            let log = self.logs.get(&(held.node, held.position.incarnation));
            log.is_none_or(|log| log.length() < held.position.sequence.min(log.frozen_after().unwrap_or(u64::MAX)))
        })
    }

    /// Our positions as sequences by log.
    pub(crate) fn lengths(&self) -> BTreeMap<LogKey, u64> {
        self.logs.iter().map(|(key, log)| (*key, log.length())).collect()
    }

    pub(crate) fn position(&self, key: &LogKey) -> Option<Position> {
        self.logs.get(key)?.position()
    }
}

/// One run of a log after `from`: to an entry that is signed or that a fork proof names, not past what came later than
/// another log's next. Empty where there is no such end; none where the budget ends first.
fn next_run(log: &Log, from: u64, until: u64, left: &mut usize) -> Option<Vec<ByteVec>> {
    let items = log.after(from);
    let most = RUN_BYTES_MAX.min(*left);
    let mut full = false;
    let mut frames: Vec<(&Item, Vec<u8>)> = Vec::new();
    let mut bytes = 0;
    let mut signed = (0, 0);
    for item in items.iter().take(RUN_ENTRIES_MAX) {
        let frame = item.entry.entry().encode();
        // Five bytes is what CBOR needs at most to frame an entry.
        bytes += frame.len() + 5;
        if bytes > most {
            full = true;
            break;
        }
        frames.push((item, frame));
        let vouched = item.entry.header().sequence == log.length() && log.ends_vouched();
        if item.entry.is_signed() || vouched {
            signed = (frames.len(), bytes);
            if item.arrival >= until {
                break;
            }
        }
    }
    if signed.0 == 0 && full {
        return None;
    }
    frames.truncate(signed.0);
    *left -= signed.1;
    let last = frames.len().saturating_sub(1);
    let run = frames.into_iter().enumerate().map(|(at, (item, frame))| {
        let entry = &item.entry;
        if at == last || entry.header().kind.keeps_signature() {
            frame.into()
        } else {
            entry.entry().to_unverified().without_signature().encode().into()
        }
    });
    Some(run.collect())
}
