use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::home::Home;

pub(crate) const RING: &str = "Tri-borough programme";
/// The seat that every home of these tests has.
pub(crate) const SEAT: &str = "business";

/// How long three nodes on one machine may take to agree.
const LIMIT: Duration = Duration::from_secs(60);

/// Three boroughs in one ring.
pub(crate) struct World {
    pub(crate) homes: [Home; 3],
    pub(crate) folder: TempDir,
}

impl World {
    /// Three homes that have founded a ring by command, and run.
    pub(crate) fn running() -> Self {
        Self::founded().run()
    }

    /// Starts all three and waits until they have met.
    pub(crate) fn run(mut self) -> Self {
        for home in &mut self.homes {
            home.start();
        }
        for home in &self.homes {
            home.tally(&[
                "seat",
                "add",
                SEAT,
                "--role",
                "Business support",
                "--sector",
                "local_authority",
                "--standing",
                "voting",
            ])
            .ok();
        }
        self.together();
        self
    }

    /// Three homes that have founded a ring by command; none runs.
    pub(crate) fn founded() -> Self {
        let world = Self::apart();
        let [bexley, greenwich, lewisham] = &world.homes;
        let cards = [
            world.paper("greenwich.card", greenwich.tally(&["card"]).ok()),
            world.paper("lewisham.card", lewisham.tally(&["card"]).ok()),
        ];
        let proposed = bexley.with_root(&["ring", "propose", RING, "--with", &text(&cards[0]), &text(&cards[1])]).ok();
        let first = world.paper("ring.1", proposed);
        let second = world.paper("ring.2", greenwich.with_root(&["ring", "join", &text(&first)]).ok());
        let third = world.paper("ring.3", lewisham.with_root(&["ring", "join", &text(&second)]).ok());
        bexley.with_root(&["ring", "join", &text(&third)]).ok();
        greenwich.with_root(&["ring", "join", &text(&third)]).ok();
        world
    }

    /// Three homes that do not know of each other.
    pub(crate) fn apart() -> Self {
        let folder = tempfile::Builder::new().prefix("tally-").tempdir().expect("a folder");
        let homes = [("Bexley", "E09000004"), ("Greenwich", "E09000011"), ("Lewisham", "E09000023")]
            .map(|(name, code)| Home::init(folder.path(), name, code));
        Self { homes, folder }
    }

    /// Puts a text into a file.
    pub(crate) fn paper(&self, name: &str, text: String) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// Waits until all three have confirmed to each other that they hold the same.
    #[track_caller]
    pub(crate) fn together(&self) {
        until("the three hold the same", || {
            self.homes.iter().all(|home| {
                let status = home.tally(&["status", "--json"]).document();
                status["members_connected"] == 2 && status["records_behind"] == 0 && status["waiting"] == 0
            })
        });
    }

    /// A priority of the ring, held by all three; gives its id and its version.
    #[track_caller]
    pub(crate) fn priority(&self) -> (String, String) {
        let made = self.homes[0].json_by(
            SEAT,
            &[
                "record",
                "new",
                "priority",
                "--in",
                RING,
                "--set",
                "short_title=Adolescent vulnerability",
                "--set",
                "focus=One lesson from each area twice a year",
            ],
        );
        let id = made["id"].as_str().expect("an id").to_owned();
        self.homes[0].tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
        (id, made["version"].as_str().expect("a version").to_owned())
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !so() {
        assert!(Instant::now() < deadline, "in {} seconds it did not come about that {what}", LIMIT.as_secs());
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
