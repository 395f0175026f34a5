//! The check of everything held, from the bytes on disk: frames, chains, signatures, certificates, editions, bodies
//! and verdicts. It believes nothing that a running node remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use tally_control::{Failure, Verified, told};
use tally_entry::{EntryId, LogId, MemberId, RingId, SigningKey, Time, Unverified, reopen_run};
use tally_replica::{Identity, LogSight, Note, Replica, Sight, Sought, Stored, Verdict};
use tally_ring::{Audience, ControlAct, Ring};
use tally_store::{Agreement, Place};

use crate::failure::failure;
use tally_home::{Found, Home, Reread, RingJournal, look};

/// Failures that are told; whoever has more has one cause, and it is among the first.
const FAILURES_MAX: usize = 200;

/// Checks a home that no node runs from.
pub(crate) fn verify_offline(home_dir: &Path) -> Result<Verified, Failure> {
    let home = Home::open(home_dir).map_err(failure)?;
    let (mut journal, found) = RingJournal::open_read_only(&home).map_err(failure)?;
    let unread = |why: String| {
        Failure::new(
            tally_control::Exit::Integrity,
            "The journal cannot be read",
            why,
            "Check the disk; then put the home back from a backup, and let partners send the rest.",
        )
    };
    let reread = journal.reread().map_err(|error| unread(told(&error)))?;
    let mut verified = check(reread, home.member(), None);
    // First, because the rest may follow from it.
    verified.failures.splice(0..0, cut_short(&journal, &found));
    Ok(verified)
}

/// What the fence knows to have been acknowledged and the journal does not hold. Every frame that is left may be whole.
fn cut_short(journal: &RingJournal, found: &Found) -> Option<String> {
    let (head, fence) = journal.reach();
    let fence = fence?;
    let helps = "start the node with partners connected, who send what they hold, or put the home back from a newer \
                 backup";
    let acknowledged = format!("segment {}, offset {}", fence.segment, fence.offset);
    match found.agreement {
        Agreement::JournalBehind => Some(format!(
            "{acknowledged}: the journal ends before what was acknowledged up to here; {} entries or acts are gone: \
             {helps}",
            fence.frames - head.frames
        )),
        Agreement::Apart if found.opened.frames == 0 => Some(format!(
            "{acknowledged}: the journal ends before what was acknowledged up to here; all {} entries and acts are \
             gone: {helps}",
            fence.frames
        )),
        Agreement::Apart => Some(format!(
            "{acknowledged}: the journal is not the one that was acknowledged up to here; some of its {} entries and \
             acts are gone: {helps}",
            fence.frames
        )),
        Agreement::Same | Agreement::JournalAhead | Agreement::Missing => None,
    }
}

/// One entry of the journal, with where it is.
struct Held {
    place: Place,
    entry: Unverified,
}

/// Checks what was read, and that the running node's verdicts are those that follow from it.
pub(crate) fn check(reread: Reread, me: MemberId, running: Option<&[LogSight]>) -> Verified {
    let started = Instant::now();
    let mut failures: Vec<String> = reread
        .damaged
        .iter()
        .map(|damage| {
            format!(
                "segment {}, offset {}: {} bytes are not what was written; {} entries or acts are lost there",
                damage.segment, damage.offset, damage.bytes, damage.frames
            )
        })
        .collect();
    let mut stored = Vec::new();
    let mut held: BTreeMap<LogId, BTreeMap<u64, Held>> = BTreeMap::new();
    let mut entries: BTreeSet<EntryId> = BTreeSet::new();
    for (place, frame) in reread.frames {
        match frame {
            Err(why) => failures.push(format!("{}: {why}", at(place))),
            Ok(frame) => {
                match &frame {
                    Stored::Entry(entry) => {
                        let header = entry.header();
                        entries.insert(header.id());
                        let one = Held { place, entry: (**entry).clone() };
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
        check_log(log, entries, &rings, &audiences, &mut failures);
    }
    let fresh = judge(stored, me);
    let logs = held.len() as u64;
    if let Some(running) = running {
        compare(running, &fresh, &mut failures);
    }
    failures.truncate(FAILURES_MAX);
    Verified { entries: entries.len() as u64, logs, failures, seconds: started.elapsed().as_secs_f64() }
}

fn at(place: Place) -> String {
    format!("segment {}, offset {}", place.segment, place.offset)
}

/// The rings as their acts on disk make them.
fn rings(stored: &[Stored], me: MemberId) -> BTreeMap<RingId, Ring> {
    let mut rings: BTreeMap<RingId, Ring> = BTreeMap::new();
    for frame in stored {
        match frame {
            Stored::Act(act) => {
                if let ControlAct::Edition(edition) = &**act {
                    let id = edition.edition().ring;
                    let ring = rings.entry(id).or_insert_with(|| {
                        let mut ring = Ring::new(id);
                        ring.stand_as(me);
                        ring
                    });
                    // What the ring does not take has no effect on any verdict.
                    let _ = ring.take_edition(edition.clone());
                }
            }
            Stored::MemberAct(ring, act) => {
                if let Some(ring) = rings.get_mut(ring) {
                    match &**act {
                        ControlAct::Certificate(certificate) => {
                            let _ = ring.take_certificate(certificate.clone());
                        }
                        ControlAct::Notice(notice) => {
                            let _ = ring.take_notice(notice.clone());
                        }
                        _ => {}
                    }
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
    entries: &BTreeMap<u64, Held>,
    rings: &BTreeMap<RingId, Ring>,
    audiences: &[Audience],
    failures: &mut Vec<String>,
) {
    let fail = |held: &Held, why: &str| {
        let header = held.entry.header();
        format!(
            "{}: entry {} (sequence {} of node {}): {why}",
            at(held.place),
            header.id(),
            header.sequence,
            header.node
        )
    };
    let certificate = rings.get(&log.ring).and_then(|ring| ring.node(log.node));
    let audience = audiences.iter().find(|audience| audience.ring() == log.ring && audience.id() == log.audience);
    let mut before: Option<(u64, EntryId)> = None;
    for (sequence, held) in entries {
        let header = held.entry.header();
        let expected = before.map(|(_, id)| id);
        if *sequence != before.map_or(1, |(sequence, _)| sequence + 1) {
            failures.push(fail(held, "the entries before it are missing"));
        } else if header.previous != expected {
            failures.push(fail(held, "it does not name the entry before it"));
        }
        before = Some((*sequence, header.id()));
        let (Some(ring), Some(certificate)) = (rings.get(&log.ring), certificate) else {
            failures.push(fail(held, "no certificate of its node is on disk"));
            continue;
        };
        let edition = ring.resolve(header.edition).and_then(|edition| ring.edition(edition));
        match (edition, audience) {
            (None, _) => failures.push(fail(held, "the edition it was written under is not on disk")),
            (_, None) => failures.push(fail(held, "its audience is not on disk")),
            (Some(edition), Some(audience)) if !audience.holds(edition, certificate.member) => {
                failures.push(fail(held, "its member is not of its audience in the edition it names"));
            }
            _ => {}
        }
        if held.entry.is_signed()
            && let Err(error) = held.entry.clone().verify(&certificate.key)
        {
            failures.push(fail(held, &told(&error)));
        }
    }
    check_runs(entries, certificate.map(|certificate| certificate.key), failures, fail);
}

/// Checks that every entry without a signature of its own is vouched for by a later one, body and all.
fn check_runs(
    entries: &BTreeMap<u64, Held>,
    key: Option<tally_entry::PublicKey>,
    failures: &mut Vec<String>,
    fail: impl Fn(&Held, &str) -> String,
) {
    let Some(key) = key else {
        return;
    };
    let mut run: Vec<&Held> = Vec::new();
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
                failures.push(fail(held, &told(&error)));
            }
        }
        run.clear();
    }
    for held in run {
        failures.push(fail(held, "no signature vouches for it"));
    }
}

/// The verdicts that follow from what is on disk.
fn judge(stored: Vec<Stored>, me: MemberId) -> BTreeMap<EntryId, Verdict> {
    // Nothing is signed here, so the key is nobody's.
    let mut replica = Replica::new(Identity { member: me, key: SigningKey::from_seed([0; 32]) }, [0; 32]);
    replica.reopen(stored);
    match look(&mut replica, Time::default(), Sought::Logs) {
        Some(Sight::Logs(logs)) => verdicts(&logs),
        _ => BTreeMap::new(),
    }
}

fn verdicts(logs: &[LogSight]) -> BTreeMap<EntryId, Verdict> {
    logs.iter()
        .flat_map(|log| &log.entries)
        .filter(|entry| !entry.aside)
        .filter_map(|entry| Some((entry.entry, entry.verdict.clone()?)))
        .collect()
}

fn compare(running: &[LogSight], fresh: &BTreeMap<EntryId, Verdict>, failures: &mut Vec<String>) {
    let frozen: BTreeSet<EntryId> = running
        .iter()
        .flat_map(|log| log.entries.iter().filter(|entry| entry.aside))
        .map(|entry| entry.entry)
        .collect();
    for (entry, verdict) in verdicts(running) {
        match fresh.get(&entry) {
            None if frozen.contains(&entry) => {}
            None => failures.push(format!("entry {entry}: the running node holds it, and it is not whole on disk")),
            // What waited when the node was asked may have been met since.
            Some(_) if verdict == Verdict::Waiting => {}
            Some(found) if *found == verdict => {}
            Some(_) => failures.push(format!("entry {entry}: the running node judges it otherwise than the disk says")),
        }
    }
}
