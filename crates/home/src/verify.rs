//! The check of everything held, from the bytes on disk: frames, chains, signatures, certificates, editions, bodies
//! and verdicts. It believes nothing that a running node remembers.

use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{
    EntryId, LogId, MemberId, NodeId, RingId, RunError, SigningKey, Time, Unverified, VerifyError, reopen_run,
};
use tally_replica::{Identity, LogReading, Note, Query, QueryAnswer, Replica, Stored, StoredError, Verdict};
use tally_ring::{Audience, NotAuthor, Ring, Scope};
use tally_store::{Damage, FenceCheck, Place, ReadError};
use thiserror::Error;

use crate::home::Home;
use crate::offline::look;
use crate::ring_journal::{Found, OpenJournalError, Reread, RingJournal};

/// Faults that are told; whoever has more has one cause, and it is among the first.
const FAULTS_MAX: usize = 200;

/// What a check of everything held found.
#[derive(Debug)]
pub struct Report {
    /// How many entries were checked.
    pub entries: u64,
    /// In how many logs.
    pub logs: u64,
    /// What is wrong, at most some 200; none where everything holds.
    pub faults: Vec<JournalFault>,
}

/// Something that does not hold.
#[derive(Debug)]
pub enum JournalFault {
    /// The journal ends before what the fence knows to have been acknowledged.
    CutShort {
        /// Up to where it was acknowledged.
        acknowledged: Place,
        /// How many frames are not there any more.
        gone: u64,
    },
    /// The journal is empty, and the fence knows that something was acknowledged.
    AllGone {
        /// Up to where it was acknowledged.
        acknowledged: Place,
        /// How many frames there were.
        gone: u64,
    },
    /// The journal is not the one that the fence belongs to.
    OtherJournal {
        /// Up to where it was acknowledged.
        acknowledged: Place,
        /// How many frames were acknowledged.
        frames: u64,
    },
    /// Bytes are not what was written.
    Damaged(Damage),
    /// A frame is intact and says nothing to this version.
    Unread {
        /// Where it is.
        place: Place,
        /// Why.
        source: StoredError,
    },
    /// An entry does not hold in its place.
    Entry {
        /// Where it is.
        place: Place,
        /// Which one.
        entry: EntryId,
        /// Its place in its log.
        sequence: u64,
        /// The node that wrote it.
        node: NodeId,
        /// Why.
        source: EntryFault,
    },
    /// The running node holds an entry that the disk does not.
    NotOnDisk(EntryId),
    /// The running node has another verdict on an entry than the one that follows from the disk.
    JudgedOtherwise(EntryId),
}

/// Why an entry does not hold in its place.
#[derive(Debug)]
pub enum EntryFault {
    /// Its log has a gap before it.
    Gap,
    /// It is chained to another entry than the one before it.
    NotChained,
    /// Nothing says which key its node signs with.
    NoCertificate,
    /// Nothing says who was a member when it was written.
    NoEdition,
    /// Nothing says who may hold it.
    NoAudience,
    /// Its member may not write there.
    NotAMember,
    /// Its own signature does not hold.
    Signature(VerifyError),
    /// It is not what the signature of a later entry vouches for.
    Run(RunError),
    /// It has no signature of its own, and no later entry has one.
    Unsigned,
}

/// Why nothing was checked.
#[derive(Debug, Error)]
pub enum VerifyOfflineError {
    /// The journal cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenJournalError),
    /// The disk cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Home {
    /// Checks everything that a home holds from which no node runs. Nothing in it is made, mended or moved.
    pub fn verify_offline(&self) -> Result<Report, VerifyOfflineError> {
        let (mut journal, found) = RingJournal::open_read_only(self)?;
        let mut report = verify(journal.reread()?, self.member(), None);
        // First, because the rest may follow from it.
        report.faults.splice(0..0, cut_short(&journal, &found));
        Ok(report)
    }
}

/// What the fence knows to have been acknowledged and the journal does not hold. Every frame that is left may be whole.
fn cut_short(journal: &RingJournal, found: &Found) -> Option<JournalFault> {
    let (head, fence) = journal.reach();
    let fence = fence?;
    let acknowledged = Place { segment: fence.segment, offset: fence.offset };
    match found.fence {
        FenceCheck::JournalBehind => Some(JournalFault::CutShort { acknowledged, gone: fence.frames - head.frames }),
        FenceCheck::Apart if found.opened.frames == 0 => {
            Some(JournalFault::AllGone { acknowledged, gone: fence.frames })
        }
        FenceCheck::Apart => Some(JournalFault::OtherJournal { acknowledged, frames: fence.frames }),
        FenceCheck::Same | FenceCheck::JournalAhead | FenceCheck::Missing => None,
    }
}

/// One entry of the journal, with where it is.
struct PlacedEntry {
    place: Place,
    entry: Unverified,
}

impl PlacedEntry {
    fn fault(&self, source: EntryFault) -> JournalFault {
        let header = self.entry.header();
        JournalFault::Entry {
            place: self.place,
            entry: header.id(),
            sequence: header.sequence,
            node: header.node,
            source,
        }
    }
}

/// Checks what was read, and that the running node's verdicts are those that follow from it.
pub fn verify(reread: Reread, me: MemberId, running: Option<&[LogReading]>) -> Report {
    let mut faults: Vec<JournalFault> = reread.damaged.into_iter().map(JournalFault::Damaged).collect();
    let mut stored = Vec::new();
    let mut held: BTreeMap<LogId, BTreeMap<u64, PlacedEntry>> = BTreeMap::new();
    let mut entries: BTreeSet<EntryId> = BTreeSet::new();
    for (place, frame) in reread.frames {
        match frame {
            Err(source) => faults.push(JournalFault::Unread { place, source }),
            Ok(frame) => {
                match &frame {
                    Stored::Entry(entry) => {
                        let header = entry.header();
                        entries.insert(header.id());
                        let one = PlacedEntry { place, entry: (**entry).clone() };
                        held.entry(header.log()).or_default().insert(header.sequence, one);
                    }
                    Stored::Note(Note::Aside { log, after }) => {
                        if let Some(log) = held.get_mut(log) {
                            log.retain(|sequence, _| sequence <= after);
                        }
                    }
                    _ => {}
                }
                stored.push(frame);
            }
        }
    }
    let rings = rings(&stored, me);
    let audiences = audiences(&stored, &rings);
    for (log, entries) in &held {
        check_log(log, entries, &rings, &audiences, &mut faults);
    }
    let fresh = judge(stored, me);
    let logs = held.len() as u64;
    if let Some(running) = running {
        compare(running, &fresh, &mut faults);
    }
    faults.truncate(FAULTS_MAX);
    Report { entries: entries.len() as u64, logs, faults }
}

/// The rings as their acts on disk make them.
fn rings(stored: &[Stored], me: MemberId) -> BTreeMap<RingId, Ring> {
    let mut rings: BTreeMap<RingId, Ring> = BTreeMap::new();
    for frame in stored {
        match frame {
            Stored::Act(act) => {
                // What the ring does not take has no effect on any verdict.
                if let Scope::Ring(id) = act.scope() {
                    let _ = rings.entry(id).or_insert_with(|| Ring::seen_by(me, id)).take((**act).clone());
                }
            }
            Stored::MemberAct(ring, act) => {
                if let Some(ring) = rings.get_mut(ring) {
                    let _ = ring.take((**act).clone());
                }
            }
            Stored::Card(ring, card) => {
                if let Some(ring) = rings.get_mut(ring) {
                    ring.take_card((**card).clone());
                }
            }
            Stored::Entry(_) | Stored::Note(_) => {}
        }
    }
    rings
}

fn audiences(stored: &[Stored], rings: &BTreeMap<RingId, Ring>) -> Vec<Audience> {
    let narrow = stored.iter().filter_map(|frame| match frame {
        Stored::Note(Note::Audience { ring, only }) => Some(Audience::only(*ring, only.iter().copied().collect())),
        _ => None,
    });
    rings.keys().map(|ring| Audience::whole(*ring)).chain(narrow).collect()
}

/// Checks each entry of a log in its place: chain, certificate, edition, membership, signature, body.
fn check_log(
    log: &LogId,
    entries: &BTreeMap<u64, PlacedEntry>,
    rings: &BTreeMap<RingId, Ring>,
    audiences: &[Audience],
    faults: &mut Vec<JournalFault>,
) {
    let certificate = rings.get(&log.ring).and_then(|ring| ring.node(log.node));
    let audience = audiences.iter().find(|audience| audience.ring() == log.ring && audience.id() == log.audience);
    let mut before: Option<(u64, EntryId)> = None;
    for (sequence, held) in entries {
        let header = held.entry.header();
        let expected = before.map(|(_, id)| id);
        if *sequence != before.map_or(1, |(sequence, _)| sequence + 1) {
            faults.push(held.fault(EntryFault::Gap));
        } else if header.previous != expected {
            faults.push(held.fault(EntryFault::NotChained));
        }
        before = Some((*sequence, header.id()));
        let (Some(ring), Some(certificate)) = (rings.get(&log.ring), certificate) else {
            faults.push(held.fault(EntryFault::NoCertificate));
            continue;
        };
        match audience.map(|audience| ring.author(audience, header.node, header.edition)) {
            Some(Ok(_)) => {}
            None => faults.push(held.fault(EntryFault::NoAudience)),
            Some(Err(NotAuthor::UnknownNode(_))) => faults.push(held.fault(EntryFault::NoCertificate)),
            Some(Err(NotAuthor::UnknownEdition(_))) => faults.push(held.fault(EntryFault::NoEdition)),
            Some(Err(NotAuthor::NotOfAudience(_))) => faults.push(held.fault(EntryFault::NotAMember)),
        }
        if held.entry.is_signed()
            && let Err(error) = held.entry.clone().verify(&certificate.key)
        {
            faults.push(held.fault(EntryFault::Signature(error)));
        }
    }
    check_runs(entries, certificate.map(|certificate| certificate.key), faults);
}

/// Checks that every entry without a signature of its own is vouched for by a later one, body and all.
fn check_runs(
    entries: &BTreeMap<u64, PlacedEntry>,
    key: Option<tally_entry::PublicKey>,
    faults: &mut Vec<JournalFault>,
) {
    let Some(key) = key else {
        return;
    };
    let mut run: Vec<&PlacedEntry> = Vec::new();
    for held in entries.values() {
        let signed = held.entry.is_signed();
        run.push(held);
        if !signed {
            continue;
        }
        if run.len() > 1 {
            let entries = run.iter().map(|held| held.entry.clone()).collect();
            if let Err(error) = reopen_run(entries, &key)
                && let Some(held) = run.get(error.at()).or(run.last())
            {
                faults.push(held.fault(EntryFault::Run(error)));
            }
        }
        run.clear();
    }
    for held in run {
        faults.push(held.fault(EntryFault::Unsigned));
    }
}

/// The verdicts that follow from what is on disk.
fn judge(stored: Vec<Stored>, me: MemberId) -> BTreeMap<EntryId, Verdict> {
    // Nothing is signed here, so the key is nobody's.
    let mut replica = Replica::new(Identity { member: me, key: SigningKey::from_seed([0; 32]) }, [0; 32]);
    replica.reopen(stored);
    match look(&mut replica, Time::default(), Query::Logs) {
        Some(QueryAnswer::Logs(logs)) => verdicts(&logs),
        _ => BTreeMap::new(),
    }
}

fn verdicts(logs: &[LogReading]) -> BTreeMap<EntryId, Verdict> {
    logs.iter()
        .flat_map(|log| &log.entries)
        .filter(|entry| !entry.aside)
        .filter_map(|entry| Some((entry.entry, entry.verdict.clone()?)))
        .collect()
}

fn compare(running: &[LogReading], fresh: &BTreeMap<EntryId, Verdict>, faults: &mut Vec<JournalFault>) {
    let frozen: BTreeSet<EntryId> = running
        .iter()
        .flat_map(|log| log.entries.iter().filter(|entry| entry.aside))
        .map(|entry| entry.entry)
        .collect();
    for (entry, verdict) in verdicts(running) {
        match fresh.get(&entry) {
            None if frozen.contains(&entry) => {}
            None => faults.push(JournalFault::NotOnDisk(entry)),
            // What waited when the node was asked may have been met since.
            Some(_) if verdict == Verdict::Waiting => {}
            Some(found) if *found == verdict => {}
            Some(_) => faults.push(JournalFault::JudgedOtherwise(entry)),
        }
    }
}
