//! Kills a writing node again and again, and looks for what it had acknowledged.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tally_control::{Ask, LogList, Made, RecordNew, RecordSet, Stop};

use crate::root;

/// How long a node may take to be ready, or to answer: far longer than it ever needed on two busy cores.
const PATIENCE: Duration = Duration::from_secs(60);
/// After how many rounds everything acknowledged so far is looked for, not only the last round's.
const WHOLE_EVERY: u32 = 25;

type Done<T> = Result<T, Box<dyn Error>>;

/// Runs so many rounds with the release binary.
pub(crate) fn run(rounds: u32, seed: u64) -> Done<()> {
    let tally = build()?;
    let place = tempfile::tempdir()?;
    let passphrase = place.path().join("passphrase");
    std::fs::write(&passphrase, "correct horse battery staple\n")?;
    let writer = Home { tally: &tally, dir: place.path().join("bexley"), passphrase: &passphrase };
    let partner = Home { tally: &tally, dir: place.path().join("greenwich"), passphrase: &passphrase };
    found(&writer, &partner, place.path())?;
    let other = partner.start()?;
    let mut random = Random(seed | 1);
    let mut acknowledged = BTreeSet::new();
    let (mut ends_in_write, mut record) = (0, None);
    let begun = Instant::now();
    for round in 1..=rounds {
        let node = writer.start()?;
        let known = record.clone();
        let (told, hears) = mpsc::channel();
        let socket = node.socket.clone();
        let scribe = thread::spawn(move || write(&socket, round, known, &told));
        let first = hears.recv_timeout(PATIENCE)?;
        thread::sleep(Duration::from_millis(random.below(120)));
        let pid = node.kill()?;
        let unanswered = scribe.join().map_err(|_| "the writing thread panicked")?;
        ends_in_write += u32::from(unanswered);
        let mut written: BTreeSet<String> = hears.try_iter().map(|(_, entry)| entry).collect();
        record = Some(first.0);
        written.insert(first.1);
        let node = writer.start()?;
        acknowledged.extend(written.iter().cloned());
        let wanted = if round % WHOLE_EVERY == 0 || round == rounds { &acknowledged } else { &written };
        let held = held(&node.socket)?;
        let lost: Vec<_> = wanted.difference(&held.entries).collect();
        if !lost.is_empty() {
            return Err(format!("round {round} (process {pid}): acknowledged and gone: {lost:?}").into());
        }
        if held.frozen || held.incarnations > 2 {
            return Err(format!("round {round}: a log forked or was restored").into());
        }
        node.stop()?;
        if round % WHOLE_EVERY == 0 || round == rounds {
            println!(
                "{round} of {rounds} rounds: {} entries acknowledged, none lost, {ends_in_write} kills in mid-write, {:.0} s",
                acknowledged.len(),
                begun.elapsed().as_secs_f64()
            );
        }
    }
    let node = writer.start()?;
    meet(&node.socket, &other.socket)?;
    println!("both nodes hold the same {} entries and more, and no log forked", acknowledged.len());
    if ends_in_write == 0 {
        return Err("no kill ever came in mid-write: the rounds prove nothing".into());
    }
    node.stop()?;
    other.stop()
}

struct Home<'a> {
    tally: &'a Path,
    dir: PathBuf,
    passphrase: &'a Path,
}

/// A running node; killed when dropped.
struct Node {
    child: Child,
    socket: PathBuf,
}

impl Home<'_> {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.tally);
        command.arg("--home").arg(&self.dir).arg("--passphrase-file").arg(self.passphrase).args(words);
        command.env("TALLY_SCRYPT_LOG_N", "4").stdin(Stdio::null());
        command
    }

    fn output(&self, words: &[&str]) -> Done<String> {
        let output = self.command(words).output()?;
        if !output.status.success() {
            return Err(format!("tally {words:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn start(&self) -> Done<Node> {
        let mut child = self.command(&["run", "--json"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdout = child.stdout.take().ok_or("no output")?;
        let mut node = Node { child, socket: PathBuf::new() };
        let (told, hears) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Whoever listens takes the first line only; the rest is read so that the node never waits for us.
                let _ = told.send(line);
            }
        });
        let ready: serde_json::Value = serde_json::from_str(&hears.recv_timeout(PATIENCE)?)?;
        node.socket = ready["socket"].as_str().ok_or("the node did not say where its socket is")?.into();
        Ok(node)
    }
}

impl Node {
    fn kill(mut self) -> Done<u32> {
        let pid = self.child.id();
        self.child.kill()?;
        self.child.wait()?;
        Ok(pid)
    }

    fn stop(mut self) -> Done<()> {
        tally_control::ask(&self.socket, None, &Stop {}, PATIENCE)?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > PATIENCE {
                return Err("the node does not stop".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn build() -> Done<PathBuf> {
    let root = root::root();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "-p", "tallystick"]).current_dir(root);
    if !cargo.status()?.success() {
        return Err("the node does not build".into());
    }
    Ok(target.join("release/tally"))
}

fn found(writer: &Home<'_>, partner: &Home<'_>, place: &Path) -> Done<()> {
    writer.output(&["init", "--name", "Bexley", "--code", "E09000004", "--listen", &free_address()?])?;
    partner.output(&["init", "--name", "Greenwich", "--code", "E09000011", "--listen", &free_address()?])?;
    let card = place.join("greenwich.card");
    std::fs::write(&card, partner.output(&["card"])?)?;
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("a path that is no text");
    let invitation = place.join("invitation");
    std::fs::write(&invitation, writer.output(&["ring", "propose", "Two boroughs", "--with", &text(&card)?])?)?;
    let joined = partner.output(&["ring", "join", &text(&invitation)?])?;
    std::fs::write(&invitation, joined)?;
    writer.output(&["ring", "join", &text(&invitation)?])?;
    Ok(())
}

/// An address on loopback that nobody listens on now.
fn free_address() -> Done<String> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    Ok(format!("/ip4/127.0.0.1/tcp/{port}"))
}

/// Writes until the node is gone; says whether a request was under way when it went.
fn write(socket: &Path, round: u32, record: Option<String>, told: &mpsc::Sender<(String, String)>) -> bool {
    let mut record = record;
    for number in 0_u32.. {
        let made = match (&record, number % 8) {
            (Some(id), 1..) => ask(
                socket,
                &RecordSet {
                    id: id.clone(),
                    set: vec![("focus".into(), format!("round {round} words {number}"))],
                    base: None,
                    reason: None,
                },
            ),
            _ => ask(
                socket,
                &RecordNew {
                    kind: "priority".into(),
                    ring: Some("Two boroughs".into()),
                    only: Vec::new(),
                    set: vec![("title".into(), format!("Round {round}, number {number}"))],
                },
            ),
        };
        let Some(made) = made else { return true };
        record = Some(made.id.clone());
        let Some(entry) = made.entry else { return false };
        if told.send((made.id, entry)).is_err() {
            return false;
        }
    }
    false
}

struct Held {
    entries: BTreeSet<String>,
    frozen: bool,
    incarnations: usize,
}

fn held(socket: &Path) -> Done<Held> {
    let tally_control::Logs { logs, entries } = tally_control::ask(socket, None, &LogList {}, PATIENCE)?;
    Ok(Held {
        entries: entries.into_iter().filter(|entry| !entry.aside).map(|entry| entry.entry).collect(),
        frozen: logs.iter().any(|log| log.frozen_after.is_some()),
        incarnations: logs.len(),
    })
}

/// Waits until both hold the same entries.
fn meet(one: &Path, other: &Path) -> Done<()> {
    let begun = Instant::now();
    loop {
        let (one, other) = (held(one)?, held(other)?);
        if one.entries == other.entries {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{} and {} entries: they do not meet", one.entries.len(), other.entries.len()).into());
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// What was written; none when the node went.
fn ask<A: Ask<Answer = Made>>(socket: &Path, ask: &A) -> Option<Made> {
    tally_control::ask(socket, None, ask, PATIENCE).ok()
}

/// A small seeded generator (xorshift), enough to choose moments.
struct Random(u64);

impl Random {
    const fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}
