use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_control::{Ask, Entry, Events, Exit, Failure, Log, LogList, LogVerify, RecordAdd, Verified};

use super::Tale;
use super::forger::{self, Forgery, Outcome};
use super::guard::holds;
use tally_home::{Fault, Home};

use crate::failure::{asked, failure};

/// How long a refusal may take to be told once the forged entry has been answered.
const REFUSAL: Duration = Duration::from_secs(5);

/// A forged entry is refused; a flipped byte is found, named and fetched again; an old backup forks no log.
pub(super) fn act(tale: &mut Tale) -> Result<Value, Failure> {
    let proof = tale.story.proof.clone();
    let victim = &proof.forged.sent_to;
    let broken = &proof.flipped.member;
    // The borrowed connection and the flipped byte both want this member's node to stand still.
    tale.stage.stop(broken)?;
    let refused = forge(tale, victim, broken)?;
    let homes =
        tale.stage.members().into_iter().map(|member| tale.stage.home(&member)).collect::<Result<Vec<_>, _>>()?;
    let anywhere = homes.iter().any(|home| holds(home, proof.forged.value.as_bytes()));

    let home = Home::open(&tale.stage.home(broken)?).map_err(failure)?;
    let check = || home.verify_offline().map_err(failure);
    let before = check()?.entries;
    flip(&tale.stage.home(broken)?.join("ring")).map_err(|error| undone(&error.to_string()))?;
    let named = check()?.faults.iter().filter(|fault| matches!(fault, Fault::Damaged(_))).count();
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

/// Whether the victim refused the forgery from a stranger and over a partner's connection, and changed nothing.
fn forge(tale: &Tale, victim: &str, borrowed: &str) -> Result<bool, Failure> {
    let forged = &tale.story.proof.forged;
    let (logs, entries) = logs(tale, victim)?;
    let name = tale.stage.name_of(&forged.in_the_name_of);
    let log = logs.iter().find(|log| log.member.as_deref() == Some(name.as_str())).cloned();
    let edition = entries.last().map(|entry| entry.edition.clone());
    let (Some(log), Some(edition)) = (log, edition) else {
        return Err(undone("the one in whose name it is forged has written nothing yet"));
    };
    let home = Home::open(&tale.stage.home(victim)?).map_err(failure)?;
    let forgery = Forgery {
        log,
        ring: tale.priority(victim)?.audience.ring_id.unwrap_or_default(),
        edition,
        document: tale.priority.clone(),
        words: forged.value.clone(),
        victim: (forger::peer(&home.node_keys().map_err(failure)?.transport_seed()), home.settings().listen.clone()),
    };
    let before = tale.priority(victim)?;
    let kept_out = forgery.send(tally_home::random().map_err(failure)?)? == Outcome::Kept;
    let unheard = |error| asked(Events::NAME, &error);
    let mut events = tally_control::events(&tale.stage.socket(victim)?, REFUSAL).map_err(unheard)?;
    let seed = Home::open(&tale.stage.home(borrowed)?).map_err(failure)?.node_keys().map_err(failure)?.transport_seed();
    let answered = forgery.send(seed)? == Outcome::Answered;
    let deadline = Instant::now() + REFUSAL;
    let mut told = false;
    while let Some(event) = events.next(deadline).map_err(unheard)? {
        if event.event == "run_refused" {
            told = true;
            break;
        }
    }
    let after = tale.priority(victim)?;
    let (_, entries_after) = self::logs(tale, victim)?;
    let same = before.version == after.version && before.fields == after.fields && entries.len() == entries_after.len();
    Ok(kept_out && answered && told && same)
}

fn logs(tale: &Tale, member: &str) -> Result<(Vec<Log>, Vec<Entry>), Failure> {
    tale.stage.ask(member, None, &LogList {}).map(|given| (given.logs, given.entries))
}

fn verified(tale: &Tale, member: &str) -> Result<Verified, Failure> {
    tale.stage.ask(member, None, &LogVerify {})
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
fn old_backup(tale: &Tale) -> Result<(usize, usize), Failure> {
    let old = &tale.story.proof.old_backup;
    let home = tale.stage.home(&old.member)?;
    let kept = tale.stage.folder().join("backup");
    tale.stage.stop(&old.member)?;
    // The fence says how far this machine once was; a backup does not take it along.
    copy(&home, &kept, &["fence", "views"]).map_err(|error| undone(&error.to_string()))?;
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
    let before = logs(tale, &old.member)?.1.len();
    tale.stage.stop(&old.member)?;
    std::fs::remove_dir_all(&home).map_err(|error| undone(&error.to_string()))?;
    copy(&kept, &home, &[]).map_err(|error| undone(&error.to_string()))?;
    tale.stage.start(&old.member)?;
    tale.stage.until("the entries after the backup have come again", || {
        Ok((logs(tale, &old.member)?.1.len() >= before).then_some(()))
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
        let (logs, entries) = logs(tale, &member)?;
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

fn undone(why: &str) -> Failure {
    Failure::new(Exit::Failed, "The story could not go on", why, "Run it again.")
}
