use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tally_control::Status;
use tempfile::TempDir;

use crate::error::StageError;
use crate::member::{Member, Running, locked};
use crate::program::Program;
use crate::router::CutOff;
use crate::wait::until;

/// How long members on one machine may take to agree.
const LIMIT: Duration = Duration::from_secs(60);
/// The file that says to the program: what lies here is for a demonstration, and its root keys protect nothing.
const MARK: &str = "tally-demonstration";

/// Members with real nodes in a temporary folder, which goes when the stage does.
#[derive(Debug)]
pub struct Stage {
    // Dropped before the folder, so that no node writes into one that is gone.
    members: Vec<Member>,
    program: Program,
    folder: PathBuf,
    cut_off: CutOff,
    leftovers: Leftovers,
}

/// What has to be put away at the end, whoever ends it.
#[derive(Clone, Debug)]
pub struct Leftovers(Arc<Mutex<(Vec<Running>, Option<TempDir>)>>);

impl Leftovers {
    /// Kills every node and removes the folder.
    pub fn put_away(&self) {
        let mut left = locked(&self.0);
        for running in left.0.drain(..) {
            locked(&running).take();
        }
        if let Some(folder) = left.1.take() {
            // A folder that cannot be removed is the machine's to clear away, as all of its temporary ones.
            let _left = folder.close();
        }
    }
}

impl Stage {
    /// An empty stage for this program.
    ///
    /// # Errors
    /// When there is no room for temporary files.
    pub fn new(program: Program) -> Result<Self, StageError> {
        let folder = tempfile::Builder::new().prefix("tally-").tempdir()?;
        std::fs::write(folder.path().join(MARK), "made for a demonstration or a test\n")?;
        Ok(Self {
            members: Vec::new(),
            program,
            folder: folder.path().to_owned(),
            cut_off: CutOff::default(),
            leftovers: Leftovers(Arc::new(Mutex::new((Vec::new(), Some(folder))))),
        })
    }

    /// Makes the home of one more member.
    ///
    /// # Errors
    /// When `tally init` fails.
    pub fn add(&mut self, name: &str, codes: &[&str]) -> Result<&Member, StageError> {
        let member = Member::new(&self.program, &self.folder, name, &self.cut_off)?;
        member.init(codes)?;
        Ok(self.enter(member))
    }

    /// One more member, whose home somebody makes later, at the address of its router.
    pub(crate) fn add_without_home(&mut self, name: &str) -> Result<&Member, StageError> {
        let member = Member::new(&self.program, &self.folder, name, &self.cut_off)?;
        Ok(self.enter(member))
    }

    fn enter(&mut self, member: Member) -> &Member {
        locked(&self.leftovers.0).0.push(Arc::clone(member.running()));
        self.members.push(member);
        &self.members[self.members.len() - 1]
    }

    /// Founds a ring of all members by command: the first drafts and signs, the others sign in turn, and the last text
    /// goes round until all hold it.
    ///
    /// # Errors
    /// When a command fails.
    pub fn found(&self, ring: &str, purpose: &str) -> Result<(), StageError> {
        let [first, others @ ..] = self.members.as_slice() else {
            return Ok(());
        };
        let mut cards = Vec::new();
        for member in others {
            let card = member.run(&["card"])?.done()?.out;
            cards.push(text(&self.paper(&format!("{}.card", member.name()), &card)?));
        }
        let mut propose = vec!["ring", "propose", ring, "--purpose", purpose, "--with"];
        propose.extend(cards.iter().map(String::as_str));
        let mut invitation = first.with_root(&propose)?.done()?.out;
        for (turn, member) in others.iter().chain([first]).chain(others).enumerate() {
            let file = self.paper(&format!("ring.{turn}"), &invitation)?;
            invitation = member.with_root(&["ring", "join", &text(&file)])?.done()?.out;
        }
        Ok(())
    }

    /// Puts a text into a file of the stage's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn paper(&self, name: &str, text: &str) -> Result<PathBuf, StageError> {
        let path = self.folder.join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// The members, in the order in which they came.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of this name; capitals do not count.
    ///
    /// # Errors
    /// When there is none.
    pub fn member(&self, name: &str) -> Result<&Member, StageError> {
        let named = self.members.iter().find(|member| member.name().eq_ignore_ascii_case(name));
        named.ok_or_else(|| StageError::NoSuchMember(name.to_owned()))
    }

    /// Cuts every line to and from a member; its node goes on alone.
    pub fn cut_off(&self, member: &Member) {
        self.set_cut_off(member, true);
    }

    /// Lets a member that was cut off be reached again.
    pub fn reconnect(&self, member: &Member) {
        self.set_cut_off(member, false);
    }

    fn set_cut_off(&self, member: &Member, off: bool) {
        member.set_cut_off(&self.cut_off, off);
        for each in &self.members {
            each.apply_cuts();
        }
    }

    /// A node on a copy of a home, cut off before it starts: no line leads to it or from it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_alone(&self, copy: &Path) -> Result<Member, StageError> {
        let name = copy.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = copy.parent().unwrap_or(&self.folder);
        let member = Member::new(&self.program, folder, &name, &self.cut_off)?;
        member.set_cut_off(&self.cut_off, true);
        locked(&self.leftovers.0).0.push(Arc::clone(member.running()));
        member.start_behind_router()?;
        Ok(member)
    }

    /// Waits until every member has heard from every other that it holds all there is.
    ///
    /// # Errors
    /// When they do not agree in time.
    pub fn together(&self) -> Result<(), StageError> {
        until("all members hold the same", LIMIT, || {
            for member in &self.members {
                let status = member.ask(None, &Status {})?;
                if status.members_connected < status.members_total || status.records_behind > 0 || status.waiting > 0 {
                    return Ok(None);
                }
            }
            Ok(Some(()))
        })
    }

    /// The folder of all that the stage makes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What has to be put away, for whoever ends the stage from another thread.
    #[must_use]
    pub fn leftovers(&self) -> Leftovers {
        self.leftovers.clone()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.leftovers.put_away();
    }
}

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
