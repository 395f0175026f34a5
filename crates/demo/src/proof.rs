use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tally_control::{LogList, LogVerify, Logs, RecordAdd, RecordShow, Verified};

use tally_home::{EntryFault, Home, JournalFault, Report};
use tally_stage::StageError;

use crate::Demo;
use crate::error::DemoError;
use crate::forged::{self, ClaimedPlace, NotForged};
use crate::guard::holds;

/// A forged entry is refused; a flipped byte is found, named and fetched again; an old backup forks no log.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let proof = demo.story.proof.clone();
    let broken = &proof.flipped.member;
    let refused = forge(demo)?;
    let homes =
        demo.stage.members().into_iter().map(|member| demo.stage.home(&member)).collect::<Result<Vec<_>, _>>()?;
    let anywhere = homes.iter().any(|home| holds(home, proof.forged.value.as_bytes()));

    demo.stage.stop(broken)?;
    let before = offline(&demo.stage.home(broken)?)?.entries;
    flip(&demo.stage.home(broken)?.join("ring"))?;
    let found = offline(&demo.stage.home(broken)?)?;
    let named = found.faults.iter().filter(|fault| matches!(fault, JournalFault::Damaged(_))).count();
    demo.stage.start(broken)?;
    let whole = demo.stage.until("what was damaged has come again", || {
        let now = verified(demo, broken)?;
        Ok((now.faults.is_empty() && now.entries >= before).then_some(now))
    })?;
    demo.same()?;
    let (forks, lost) = old_backup(demo)?;
    Ok(json!({
        "forged_refused": refused,
        "forged_words_anywhere": anywhere,
        "damage_found": named,
        "failures_after_repair": whole.faults.len(),
        "forks": forks,
        "entries_lost": lost,
    }))
}

/// Whether a borough refuses an entry in a partner's name that was written into a copy of its journal: the check names
/// it as not signed by that partner, and a node that starts on it counts and shows nothing of it.
fn forge(demo: &Demo) -> Result<bool, DemoError> {
    let forged = &demo.story.proof.forged;
    let victim = &forged.put_into;
    let Logs { logs, entries } = logs(demo, victim)?;
    let before = demo.priority(victim)?;
    let name = demo.stage.name_of(&forged.in_the_name_of);
    let log = logs.iter().find(|log| log.member.as_deref() == Some(name.as_str()));
    let (Some(log), Some(edition)) = (log, entries.last().map(|entry| &entry.edition)) else {
        return Err(NotForged::NothingWritten.into());
    };
    let entry = forged::entry(&ClaimedPlace {
        ring: before.audience.ring_id.as_deref().unwrap_or_default(),
        audience: &log.audience,
        node: &log.node,
        previous: log.head.as_deref().unwrap_or_default(),
        edition,
        document: &demo.priority,
        entries: log.entries,
    })
    .ok_or(NotForged::DoesNotFit)?;
    demo.stage.stop(victim)?;
    let copied = demo.stage.folder().join("forged");
    copy(&demo.stage.home(victim)?, &copied, &[])?;
    demo.stage.start(victim)?;
    forged::write(&entry, &copied.join("ring"))?;

    let checked = offline(&copied)?;
    let named = checked.faults.iter().any(|fault| {
        matches!(fault, JournalFault::Entry { node, source: EntryFault::Signature(_), .. } if node.to_string() == log.node)
    });
    let alone = demo.stage.start_alone(&copied)?;
    let read = alone.ask(None, &RecordShow { id: demo.priority.clone(), at: None })?;
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

fn verified(demo: &Demo, member: &str) -> Result<Verified, StageError> {
    demo.stage.ask(member, None, &LogVerify {})
}

fn logs(demo: &Demo, member: &str) -> Result<Logs, StageError> {
    demo.stage.ask(member, None, &LogList {})
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
fn old_backup(demo: &Demo) -> Result<(usize, usize), DemoError> {
    let old = &demo.story.proof.old_backup;
    let home = demo.stage.home(&old.member)?;
    let kept = demo.stage.folder().join("backup");
    demo.stage.stop(&old.member)?;
    // The fence says how far this machine once was; a backup does not take it along.
    copy(&home, &kept, &["fence", "views"])?;
    demo.stage.start(&old.member)?;
    demo.same()?;
    let mut line = demo.story.heal.power_cut.line.clone();
    for n in 1..=old.entries_after_backup {
        line.insert("text".to_owned(), format!("Written after the backup, {n}."));
        let ask = RecordAdd {
            id: demo.priority.clone(),
            field: demo.story.heal.power_cut.field.clone(),
            set: line.clone().into_iter().collect(),
        };
        demo.make(&old.by, &ask)?;
    }
    demo.same()?;
    let before = logs(demo, &old.member)?.entries.len();
    demo.stage.stop(&old.member)?;
    std::fs::remove_dir_all(&home)?;
    copy(&kept, &home, &[])?;
    demo.stage.start(&old.member)?;
    demo.stage.until("the entries after the backup have come again", || {
        Ok((logs(demo, &old.member)?.entries.len() >= before).then_some(()))
    })?;
    // Whoever puts a backup back goes on writing: a log that could fork would fork here.
    line.insert("text".to_owned(), "Written after the backup was put back.".to_owned());
    let ask = RecordAdd {
        id: demo.priority.clone(),
        field: demo.story.heal.power_cut.field.clone(),
        set: line.into_iter().collect(),
    };
    demo.make(&old.by, &ask)?;
    demo.same()?;
    let mut forks = 0;
    let mut fewest = usize::MAX;
    for member in demo.stage.members() {
        let Logs { logs, entries } = logs(demo, &member)?;
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
