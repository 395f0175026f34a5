use std::collections::BTreeMap;
use std::fs;

use super::compare::Printed;
use super::{Act, Step, Transcript, TranscriptError};
use crate::error::StageError;
use crate::program::Program;
use crate::stage::Stage;

/// The passphrase file of every page: an operator types it, a page cannot.
const PASSPHRASE: &str = "passphrase";
/// Where a page says that nodes listen.
const LISTEN: &str = "/ip4/127.0.0.1/tcp/";

/// Makes every step on a stage of its own, and has each looked at.
pub(super) fn all(
    page: &Transcript,
    program: &Program,
    mut look: impl FnMut(&Step, Printed) -> Result<(), TranscriptError>,
) -> Result<(), TranscriptError> {
    let scene = Scene::new(page, program).map_err(|error| stopped(0, &error))?;
    for step in &page.steps {
        let printed = scene.make(&step.act).map_err(|error| stopped(step.line, &error))?;
        look(step, printed)?;
    }
    Ok(())
}

fn stopped(line: usize, error: &StageError) -> TranscriptError {
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    TranscriptError::Stopped { line, why: format!("{error}{cause}") }
}

/// The stage of one page.
struct Scene {
    stage: Stage,
    program: Program,
    /// Addresses of the page, with those of this machine.
    addresses: BTreeMap<String, String>,
}

impl Scene {
    fn new(page: &Transcript, program: &Program) -> Result<Self, StageError> {
        let mut stage = Stage::new(program.clone())?;
        stage.paper(PASSPHRASE, "the passphrase of a page\n")?;
        let members: BTreeMap<&str, Option<&str>> =
            page.steps.iter().rev().filter_map(|step| named(&step.act)).collect();
        let mut addresses = BTreeMap::new();
        for (name, listens) in members {
            let router = stage.add_without_home(name)?.router_port();
            if let Some(listens) = listens {
                addresses.insert(listens.to_owned(), format!("{LISTEN}{router}"));
            }
        }
        Ok(Self { stage, program: program.clone(), addresses })
    }

    fn make(&self, act: &Act) -> Result<Printed, StageError> {
        match act {
            Act::Tally { member, words, into } => return self.tally(member, words, into.as_deref()),
            Act::Run { member } => {
                self.stage.member(member)?.start()?;
            }
            Act::Stop { member } => {
                self.stage.member(member)?.stop()?;
            }
            Act::Kill { member } => self.stage.member(member)?.kill(),
            Act::CutOff { member } => self.stage.cut_off(self.stage.member(member)?),
            Act::Reconnect { member } => self.stage.reconnect(self.stage.member(member)?),
            Act::Wait => self.stage.together()?,
        }
        Ok(Printed { lines: Vec::new(), code: Some(0) })
    }

    fn tally(&self, member: &str, words: &[String], into: Option<&str>) -> Result<Printed, StageError> {
        let member = self.stage.member(member)?;
        let there: Vec<String> = words.iter().map(|word| self.on_this_machine(word)).collect();
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        let ran = self.program.run_in(self.stage.folder(), member.home(), &there)?;
        if words.first().is_some_and(|word| word == "init") && ran.code == Some(0) {
            member.put_behind_router()?;
        }
        let mut out = ran.out.as_str();
        if let Some(file) = into {
            fs::write(self.stage.folder().join(file), out)?;
            out = "";
        }
        let lines = out.lines().chain(ran.err.lines()).map(|line| self.on_the_page(line)).collect();
        Ok(Printed { lines, code: ran.code })
    }

    fn on_this_machine(&self, word: &str) -> String {
        self.addresses.get(word).cloned().unwrap_or_else(|| word.to_owned())
    }

    /// The line as the page has it: its own addresses, and no folder of this machine.
    fn on_the_page(&self, line: &str) -> String {
        let mut line = line.replace(&format!("{}/", self.stage.folder().display()), "");
        for (page, machine) in &self.addresses {
            line = line.replace(machine, page);
        }
        line.trim_end().to_owned()
    }
}

/// The member of a step and, where its home is made, the address that the page gives it.
fn named(act: &Act) -> Option<(&str, Option<&str>)> {
    match act {
        Act::Tally { member, words, .. } => {
            Some((member, words.iter().map(String::as_str).find(|word| word.starts_with(LISTEN))))
        }
        Act::Run { member } => Some((member, None)),
        _ => None,
    }
}
