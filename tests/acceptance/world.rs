use std::path::{Path, PathBuf};
use std::time::Duration;

use tally_stage::{Member, Stage};

use crate::expect::{Commands as _, Ended as _, program};

pub(crate) const RING: &str = "Tri-borough programme";
/// The seat that every home of these tests has.
pub(crate) const SEAT: &str = "business";

/// How long three nodes on one machine may take to agree.
const LIMIT: Duration = Duration::from_secs(60);

/// Three boroughs in one ring.
pub(crate) struct World {
    pub(crate) stage: Stage,
}

impl World {
    /// Three homes that have founded a ring by command, and run.
    pub(crate) fn running() -> Self {
        Self::founded().run()
    }

    /// Starts all three and waits until they have met.
    pub(crate) fn run(self) -> Self {
        for home in self.homes() {
            home.start().expect("starts");
        }
        for home in self.homes() {
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
        world.stage.found(RING, "").expect("founded");
        world
    }

    /// Three homes that do not know of each other.
    pub(crate) fn apart() -> Self {
        let mut stage = Stage::new(program()).expect("a stage");
        for (name, code) in [("Bexley", "E09000004"), ("Greenwich", "E09000011"), ("Lewisham", "E09000023")] {
            stage.add(name, &[code]).expect("a home");
        }
        Self { stage }
    }

    pub(crate) fn homes(&self) -> &[Member; 3] {
        self.stage.members().try_into().expect("three members")
    }

    /// Puts a text into a file.
    pub(crate) fn paper(&self, name: &str, text: String) -> PathBuf {
        self.stage.paper(name, &text).expect("written")
    }

    /// Waits until all three have confirmed to each other that they hold the same.
    #[track_caller]
    pub(crate) fn together(&self) {
        self.stage.together().expect("the three hold the same");
    }

    /// A priority of the ring, held by all three; gives its id and its version.
    #[track_caller]
    pub(crate) fn priority(&self) -> (String, String) {
        let made = self.homes()[0].json_by(
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
        self.homes()[0].tally(&["sync", &id, "--wait", "--copies", "3"]).ok();
        (id, made["version"].as_str().expect("a version").to_owned())
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let waited: Result<(), tally_stage::StageError> = tally_stage::until(what, LIMIT, || Ok(so().then_some(())));
    waited.unwrap_or_else(|error| panic!("{error}"));
}

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
