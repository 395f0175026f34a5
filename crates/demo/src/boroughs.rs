use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tally_control::{Ask, SeatAdd};
use tally_stage::{Leftovers, Member, Program, Stage, StageError};

use crate::facts::Facts;
use crate::story::Story;

/// How long anything on one machine may take before the story gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The boroughs of the story on the stage, by the ids of their areas.
pub(crate) struct Boroughs {
    stage: Stage,
    /// The name of the member of each area.
    names: BTreeMap<String, String>,
}

impl Boroughs {
    /// Makes the homes, founds the ring, starts the nodes and gives each its seats.
    ///
    /// What must be put away at the end is given out before the first process is started.
    pub(crate) fn found(
        program: &Path,
        facts: &Facts,
        story: &Story,
        began: impl FnOnce(Leftovers),
    ) -> Result<Self, StageError> {
        let mut stage = Stage::new(Program::new(program))?;
        began(stage.leftovers());
        let mut names = BTreeMap::new();
        // The first member of the ring drafts it.
        let areas = facts.ring.members.iter().filter_map(|id| facts.area.iter().find(|area| area.id == *id));
        for area in areas {
            stage.add(&area.short, &[&area.code])?;
            names.insert(area.id.clone(), area.short.clone());
        }
        stage.found(&facts.ring.name, &facts.ring.purpose)?;
        let boroughs = Self { stage, names };
        for member in boroughs.members() {
            boroughs.start(&member)?;
        }
        for seat in &story.seat {
            let seat_here = tally_control::Seat {
                id: seat.id.clone(),
                role: seat.role.clone(),
                sector: seat.sector.clone(),
                areas: seat.areas.clone(),
                standing: seat.standing.clone(),
            };
            boroughs.ask(&seat.member, None, &SeatAdd { seat: seat_here, users: Vec::new() })?;
        }
        boroughs.together()?;
        Ok(boroughs)
    }

    fn member(&self, id: &str) -> Result<&Member, StageError> {
        let name = self.names.get(id).ok_or_else(|| StageError::NoSuchMember(id.to_owned()))?;
        self.stage.member(name)
    }

    /// Starts a borough's node.
    pub(crate) fn start(&self, id: &str) -> Result<(), StageError> {
        self.member(id)?.start()?;
        Ok(())
    }

    /// Ends a borough's node as an operator does.
    pub(crate) fn stop(&self, id: &str) -> Result<(), StageError> {
        self.member(id)?.stop()?;
        Ok(())
    }

    /// Takes the power from a borough's node.
    pub(crate) fn kill(&self, id: &str) -> Result<(), StageError> {
        self.member(id)?.kill();
        Ok(())
    }

    /// Cuts every line to and from a borough.
    pub(crate) fn cut_off(&self, id: &str) -> Result<(), StageError> {
        self.stage.cut_off(self.member(id)?);
        Ok(())
    }

    /// Lets a borough that was cut off be reached again.
    pub(crate) fn reconnect(&self, id: &str) -> Result<(), StageError> {
        self.stage.reconnect(self.member(id)?);
        Ok(())
    }

    /// A node on a copy of a home that reaches nobody.
    pub(crate) fn start_alone(&self, copy: &Path) -> Result<Member, StageError> {
        self.stage.start_alone(copy)
    }

    /// Asks a borough's node.
    pub(crate) fn ask<A: Ask>(&self, id: &str, seat: Option<&str>, ask: &A) -> Result<A::Answer, StageError> {
        self.member(id)?.ask(seat, ask)
    }

    /// Runs a command of a borough and reads its document, however it ended.
    pub(crate) fn document(&self, id: &str, arguments: &[&str]) -> Result<Value, StageError> {
        self.member(id)?.run(&[&["--json"][..], arguments].concat())?.document()
    }

    /// Waits until something is there.
    pub(crate) fn until<T>(
        &self,
        what: &str,
        look: impl FnMut() -> Result<Option<T>, StageError>,
    ) -> Result<T, StageError> {
        tally_stage::until(what, PATIENCE, look)
    }

    /// Waits until every borough has heard from every other that it holds all there is.
    pub(crate) fn together(&self) -> Result<(), StageError> {
        self.stage.together()
    }

    /// The ids of the boroughs, in their order.
    pub(crate) fn members(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
    }

    /// The id of the borough of that name.
    pub(crate) fn id_of(&self, name: &str) -> String {
        self.names.iter().find(|(_, one)| *one == name).map_or_else(|| name.to_owned(), |(id, _)| id.clone())
    }

    /// The name of a borough.
    pub(crate) fn name_of(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The folder of all that the story makes.
    pub(crate) fn folder(&self) -> &Path {
        self.stage.folder()
    }

    /// A borough's home.
    pub(crate) fn home(&self, id: &str) -> Result<PathBuf, StageError> {
        Ok(self.member(id)?.home().to_owned())
    }
}
