use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tally_control::{LogList, LogVerify, Logs, RecordAdd, RecordShow, Verified};

use tally_home::{EntryFault, Fault, Home, Report};
use tally_stage::StageError;

use crate::Tale;
use crate::error::DemoError;
use crate::forged::{self, Claim, NotForged};
use crate::guard::holds;

/// A forged entry is refused; a flipped byte is found, named and fetched again; an old backup forks no log.
pub(crate) fn act(tale: &mut Tale) -> Result<Value, DemoError> {
    let proof = tale.story.proof.clone();
    let broken = &proof.flipped.member;
    let refused = forge(tale)?;
    let homes =
        tale.stage.members().into_iter().map(|member| tale.stage.home(&member)).collect::<Result<Vec<_>, _>>()?;
    let anywhere = homes.iter().any(|home| holds(home, proof.forged.value.as_bytes()));

    tale.stage.stop(broken)?;
    let before = offline(&tale.stage.home(broken)?)?.entries;
    flip(&tale.stage.home(broken)?.join("ring"))?;
    let found = offline(&tale.stage.home(broken)?)?;
    let named = found.faults.iter().filter(|fault| matches!(fault, Fault::Damaged(_))).count();
    tale.stage.start(broken)?;
    let whole = tale.stage.until("what was damaged has come again", || {
        let now = verified(tale, broken)?;
        Ok((now.failures.is_empty() && now.entries >= before).then_some(now))
    })?;
    tale.same()?;
    let (forks, lost) = old_backup(tale)?;
    Ok(json!({
        "forged_refused": refused,
        "forged_words_anywhere": anywhere,
        "damage_found": named,
        "failures_after_repair": whole.failures.len(),
        "forks": forks,
        "entries_lost": lost,
    }))
}

/// Whether a borough refuses an entry in a partner's name that was written into a copy of its journal: the check names
/// it as not signed by that partner, and a node that starts on it counts and shows nothing of it.
fn forge(tale: &Tale) -> Result<bool, DemoError> {
    let forged = &tale.story.proof.forged;
    let victim = &forged.put_into;
    let Logs { logs, entries } = logs(tale, victim)?;
    let before = tale.priority(victim)?;
    let name = tale.stage.name_of(&forged.in_the_name_of);
    let log = logs.iter().find(|log| log.member.as_deref() == Some(name.as_str()));
    let (Some(log), Some(edition)) = (log, entries.last().map(|entry| &entry.edition)) else {
        return Err(NotForged::NothingWritten.into());
    };
    let entry = forged::entry(&Claim {
        ring: before.audience.ring_id.as_deref().unwrap_or_default(),
        audience: &log.audience,
        node: &log.node,
        previous: log.head.as_deref().unwrap_or_default(),
        edition,
        document: &tale.priority,
        entries: log.entries,
    })
    .ok_or(NotForged::DoesNotFit)?;
    tale.stage.stop(victim)?;
    let copied = tale.stage.folder().join("forged");
    copy(&tale.stage.home(victim)?, &copied, &[])?;
    tale.stage.start(victim)?;
    forged::write(&entry, &copied.join("ring"))?;

    let checked = offline(&copied)?;
    let named = checked.faults.iter().any(|fault| {
        matches!(fault, Fault::Entry { node, source: EntryFault::Signature(_), .. } if node.to_string() == log.node)
    });
    let alone = tale.stage.start_alone(&copied)?;
    let read = alone.ask(None, &RecordShow { id: tale.priority.clone(), at: None })?;
    let held = alone.ask(None, &LogList {})?.entries.len();
    let stood = alone.stop()? == Some(0);
    drop(alone);
    std::fs::remove_dir_all(&copied)?;
    let same = before.version == read.version && before.fields == read.fields && entries.len() == held;
    Ok(named && stood && same)
}

/// What a check of a home finds that no node runs from.
fn offline(home: &Path) -> Result<Report, DemoError> {
    Ok(Home::open(home)?.verify_offline()?)
}

fn verified(tale: &Tale, member: &str) -> Result<Verified, StageError> {
    tale.stage.ask(member, None, &LogVerify {})
}

fn logs(tale: &Tale, member: &str) -> Result<Logs, StageError> {
    tale.stage.ask(member, None, &LogList {})
}

/// Flips one bit in the last third of what a journal holds: among the entries, not the ring's papers.
fn flip(journal: &Path) -> std::io::Result<()> {
    let mut segments: Vec<PathBuf> = std::fs::read_dir(journal)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .filter(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"tallyjnl")))
        .collect();
    segments.sort();
    let segment = segments.pop().ok_or_else(|| std::io::Error::other("the journal has no segment"))?;
    let mut bytes = std::fs::read(&segment)?;
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or_default();
    if let Some(byte) = bytes.get_mut(end / 6 * 5) {
        *byte ^= 1;
    }
    std::fs::write(&segment, bytes)
}

/// Puts an old copy of a home back, as a backup would be; gives how many logs forked and how many entries are lost.
fn old_backup(tale: &Tale) -> Result<(usize, usize), DemoError> {
    let old = &tale.story.proof.old_backup;
    let home = tale.stage.home(&old.member)?;
    let kept = tale.stage.folder().join("backup");
    tale.stage.stop(&old.member)?;
    // The fence says how far this machine once was; a backup does not take it along.
    copy(&home, &kept, &["fence", "views"])?;
    tale.stage.start(&old.member)?;
    tale.same()?;
    let mut line = tale.story.heal.power_cut.line.clone();
    for n in 1..=old.entries_after_backup {
        line.insert("text".to_owned(), format!("Written after the backup, {n}."));
        let ask = RecordAdd {
            id: tale.priority.clone(),
            field: tale.story.heal.power_cut.field.clone(),
            set: line.clone().into_iter().collect(),
        };
        tale.make(&old.by, &ask)?;
    }
    tale.same()?;
    let before = logs(tale, &old.member)?.entries.len();
    tale.stage.stop(&old.member)?;
    std::fs::remove_dir_all(&home)?;
    copy(&kept, &home, &[])?;
    tale.stage.start(&old.member)?;
    tale.stage.until("the entries after the backup have come again", || {
        Ok((logs(tale, &old.member)?.entries.len() >= before).then_some(()))
    })?;
    // Whoever puts a backup back goes on writing: a log that could fork would fork here.
    line.insert("text".to_owned(), "Written after the backup was put back.".to_owned());
    let ask = RecordAdd {
        id: tale.priority.clone(),
        field: tale.story.heal.power_cut.field.clone(),
        set: line.into_iter().collect(),
    };
    tale.make(&old.by, &ask)?;
    tale.same()?;
    let mut forks = 0;
    let mut fewest = usize::MAX;
    for member in tale.stage.members() {
        let Logs { logs, entries } = logs(tale, &member)?;
        forks = forks.max(logs.iter().filter(|log| log.frozen_after.is_some()).count());
        fewest = fewest.min(entries.len());
    }
    Ok((forks, (before + 1).saturating_sub(fewest)))
}

fn copy(from: &Path, to: &Path, without: &[&str]) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if without.iter().any(|left| name == *left) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&entry.path(), &to.join(&name), &[])?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
