use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tally_control::{Ask, Exit, Failure, SeatAdd, Status, Stop};
use tempfile::TempDir;

use super::facts::{Area, Facts};
use super::process::{self, Process};
use super::story::Story;
use crate::failure::asked;
use tally_home::Home;

/// How long anything on one machine may take before the story gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often something awaited is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Where ports are looked for: below those that systems give to outgoing connections, which could take one of a node
/// while it stands still.
const PORTS: std::ops::Range<u16> = 10_000..30_000;
/// Mebibytes that a home of the story holds back on the disk: it lives for a minute.
const RESERVE_MIB: i64 = 1;

/// The three boroughs on this machine.
pub(super) struct Stage {
    held: Arc<Mutex<Held>>,
    folder: PathBuf,
    boroughs: BTreeMap<String, Borough>,
}

/// One borough: its home and where its node is asked.
struct Borough {
    name: String,
    home: PathBuf,
    socket: PathBuf,
}

/// What must be put away at the end, also by Ctrl-C.
struct Held {
    folder: Option<TempDir>,
    running: BTreeMap<String, Process>,
}

impl Stage {
    /// Makes the homes, founds the ring, starts the nodes and gives each its seats.
    pub(super) fn build(facts: &Facts, story: &Story) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("tally-demo-").tempdir().map_err(|error| no_folder(&error))?;
        let mut stage = Self {
            folder: folder.path().to_owned(),
            held: Arc::new(Mutex::new(Held { folder: Some(folder), running: BTreeMap::new() })),
            boroughs: BTreeMap::new(),
        };
        put_away_on_interrupt(Arc::clone(&stage.held));
        let passphrase = stage.folder.join("passphrase");
        std::fs::write(&passphrase, "a passphrase for the story only\n").map_err(|error| no_folder(&error))?;
        let ports = free_ports(facts.area.len())?;
        for (area, port) in facts.area.iter().zip(ports) {
            stage.init(area, port, &passphrase)?;
        }
        stage.found(facts, &passphrase)?;
        for member in stage.members() {
            stage.start(&member)?;
        }
        for seat in &story.seat {
            let seat_here = tally_control::Seat {
                id: seat.id.clone(),
                role: seat.role.clone(),
                sector: seat.sector.clone(),
                areas: seat.areas.clone(),
                standing: seat.standing.clone(),
            };
            stage.ask(&seat.member, None, &SeatAdd { seat: seat_here, users: Vec::new() })?;
        }
        stage.together()?;
        Ok(stage)
    }

    fn init(&mut self, area: &Area, port: u16, passphrase: &Path) -> Result<(), Failure> {
        let home = self.folder.join(&area.id);
        let listen = format!("/ip4/127.0.0.1/tcp/{port}");
        let arguments = ["init", "--name", &area.short, "--code", &area.code, "--listen", &listen, "--passphrase-file"];
        process::done(&home, &arguments, &[passphrase.to_owned()])?;
        hold_back_little(&home.join("settings.toml")).map_err(|error| no_folder(&error))?;
        let socket = Home::open(&home).map_err(crate::failure::failure)?.socket();
        self.boroughs.insert(area.id.clone(), Borough { name: area.short.clone(), home, socket });
        Ok(())
    }

    /// The first drafts and signs; the others sign in turn; the last text completes the first.
    fn found(&self, facts: &Facts, passphrase: &Path) -> Result<(), Failure> {
        let [first, others @ ..] = facts.ring.members.as_slice() else {
            return Ok(());
        };
        let mut cards = Vec::new();
        for member in others {
            let card = process::done(&self.home(member)?, &["card"], &[])?;
            cards.push(self.paper(&format!("{member}.card"), &card["card"])?);
        }
        let given = passphrase.to_string_lossy();
        let propose = [
            "ring",
            "propose",
            &facts.ring.name,
            "--purpose",
            &facts.ring.purpose,
            "--passphrase-file",
            &given,
            "--with",
        ];
        let mut invitation = process::done(&self.home(first)?, &propose, &cards)?;
        for (turn, member) in others.iter().chain([first]).chain(others).enumerate() {
            let file = self.paper(&format!("ring.{turn}"), &invitation["invitation"])?;
            invitation = process::done(&self.home(member)?, &["ring", "join", "--passphrase-file", &given], &[file])?;
        }
        Ok(())
    }

    fn paper(&self, name: &str, text: &serde_json::Value) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        std::fs::write(&path, text.as_str().unwrap_or_default()).map_err(|error| no_folder(&error))?;
        Ok(path)
    }

    /// Starts a borough's node and waits until it answers.
    pub(super) fn start(&self, member: &str) -> Result<(), Failure> {
        let said = self.folder.join(format!("{member}.said"));
        let process = Process::run(&self.home(member)?, &said)?;
        self.held().running.insert(member.to_owned(), process);
        self.until(&format!("the node of {member} answers"), || match self.ask(member, None, &Status {}) {
            Ok(_) => Ok(Some(())),
            Err(failure) if failure.exit == Exit::NotRunning => Ok(None),
            Err(failure) => Err(failure),
        })
    }

    /// Ends a borough's node as an operator does.
    pub(super) fn stop(&self, member: &str) -> Result<(), Failure> {
        self.ask(member, None, &Stop {})?;
        let process = self.held().running.remove(member);
        if let Some(process) = process {
            process.ended();
        }
        Ok(())
    }

    /// Takes the power from a borough's node.
    pub(super) fn kill(&self, member: &str) {
        let process = self.held().running.remove(member);
        if let Some(process) = process {
            process.kill();
        }
    }

    /// Asks a borough's node.
    pub(super) fn ask<A: Ask>(&self, member: &str, seat: Option<&str>, ask: &A) -> Result<A::Answer, Failure> {
        tally_control::ask(&self.socket(member)?, seat, ask, PATIENCE).map_err(|error| asked(A::NAME, &error))
    }

    /// Waits until something is there.
    pub(super) fn until<T>(
        &self,
        what: &str,
        mut look: impl FnMut() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            if Instant::now() >= deadline {
                return Err(Failure::new(
                    Exit::TimedOut,
                    "The story could not go on",
                    format!("in {} seconds it did not come about that {what}", PATIENCE.as_secs()),
                    "Run it again on a machine that has less to do.",
                ));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits until every running borough has heard from every other that it holds all there is.
    pub(super) fn together(&self) -> Result<(), Failure> {
        self.until("all three hold the same", || {
            for member in self.members() {
                let status = self.ask(&member, None, &Status {})?;
                if status.members_connected < status.members_total || status.records_behind > 0 || status.waiting > 0 {
                    return Ok(None);
                }
            }
            Ok(Some(()))
        })
    }

    /// The ids of the boroughs.
    pub(super) fn members(&self) -> Vec<String> {
        self.boroughs.keys().cloned().collect()
    }

    /// The id of the borough of that name.
    pub(super) fn id_of(&self, name: &str) -> String {
        self.boroughs.iter().find(|(_, one)| one.name == name).map_or_else(|| name.to_owned(), |(id, _)| id.clone())
    }

    /// The name of a borough.
    pub(super) fn name_of(&self, member: &str) -> String {
        self.boroughs.get(member).map_or_else(|| member.to_owned(), |one| one.name.clone())
    }

    /// The folder of all that the story makes.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A borough's home.
    pub(super) fn home(&self, member: &str) -> Result<PathBuf, Failure> {
        self.borough(member).map(|one| one.home.clone())
    }

    /// Where a borough's node is asked.
    pub(super) fn socket(&self, member: &str) -> Result<PathBuf, Failure> {
        self.borough(member).map(|one| one.socket.clone())
    }

    fn borough(&self, member: &str) -> Result<&Borough, Failure> {
        self.boroughs.get(member).ok_or_else(|| {
            Failure::new(
                Exit::Failed,
                "The story could not go on",
                format!("no area is called {member:?}"),
                "Name an area of facts.toml.",
            )
        })
    }

    /// Ends the nodes and removes the folder.
    pub(super) fn end(&self) {
        put_away(&self.held);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end();
    }
}

fn put_away(held: &Mutex<Held>) {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    held.running.clear();
    if let Some(folder) = held.folder.take() {
        // A folder that cannot be removed is the machine's to clear away, as all of its temporary ones.
        let _left = folder.close();
    }
}

fn put_away_on_interrupt(held: Arc<Mutex<Held>>) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
            return;
        };
        if runtime.block_on(crate::interrupt::ends()) {
            put_away(&held);
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
}

/// Ports that were free a moment ago, no two the same.
fn free_ports(count: usize) -> Result<Vec<u16>, Failure> {
    let chance = tally_home::random().map_err(crate::failure::failure)?;
    let begin = u16::from_le_bytes([chance[0], chance[1]]) % (PORTS.end - PORTS.start);
    let free: Vec<u16> = (0..PORTS.end - PORTS.start)
        .map(|step| PORTS.start + (begin + step) % (PORTS.end - PORTS.start))
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .take(count)
        .collect();
    if free.len() == count {
        return Ok(free);
    }
    Err(Failure::new(
        Exit::Failed,
        "The story cannot be told",
        format!("this machine has no {count} free ports from {} to {}", PORTS.start, PORTS.end),
        "End some programs that listen there.",
    ))
}

fn hold_back_little(settings: &Path) -> std::io::Result<()> {
    let text = std::fs::read_to_string(settings)?;
    let mut table: toml::Table = toml::from_str(&text).map_err(std::io::Error::other)?;
    let mut guard = toml::Table::new();
    guard.insert("ballast_mib".to_owned(), RESERVE_MIB.into());
    guard.insert("reserve_mib".to_owned(), RESERVE_MIB.into());
    table.insert("guard".to_owned(), guard.into());
    std::fs::write(settings, toml::to_string(&table).map_err(std::io::Error::other)?)
}

fn no_folder(error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        "The story cannot be told",
        error.to_string(),
        "See whether the machine's folder for temporary files has space.",
    )
}
