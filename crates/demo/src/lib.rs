//! The demonstration: three boroughs, each a process of the program it is given, one story, every step of it checked.
//!
//! Dates and bodies are real; wordings, edits and findings are invented, and labelled so where they are told. It prints
//! nothing: whoever asked for the story tells it.
#![allow(clippy::disallowed_methods, reason = "the story copies homes and reads every file in them")]

mod adopt;
mod agree;
mod approve;
mod as_it_stood;
mod boroughs;
mod copies;
mod cut_off;
mod error;
mod facts;
mod forged;
mod guard;
mod heal;
mod proof;
mod reading;
mod step;
mod story;

use std::path::PathBuf;

use serde_json::{Value, json};
use tally_control::{RecordCopy, told};

use boroughs::Boroughs;
use facts::Facts;
use step::Told;
use story::Story;

pub use error::DemoError;
pub use forged::NotForged;
pub use step::Step;
pub use tally_stage::Leftovers;

/// How the demonstration is to be given.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program of which the three nodes are made.
    pub program: PathBuf,
    /// The folder of other facts and another story, for a test that alters one.
    pub facts: Option<PathBuf>,
    /// Stay when the story is over.
    pub stay: bool,
}

/// What is told, as it happens.
#[derive(Clone, Debug)]
pub enum Scene {
    /// A step is over.
    Step(Box<Step>),
    /// The story is over; who has a copy of which record, as this borough knows it.
    Copies {
        /// The borough's id.
        seen_by: String,
        /// Its name.
        name: String,
        /// The records.
        records: Vec<RecordCopy>,
    },
    /// The three nodes stay, with their homes in this folder, until the process ends.
    Staying(PathBuf),
}

/// What the steps share: the boroughs, the facts, and the records made so far.
struct Demo {
    facts: Facts,
    story: Story,
    stage: Boroughs,
    /// The shared priority.
    priority: String,
}

type Act = fn(&mut Demo) -> Result<Value, DemoError>;

/// Tells the story and gives how many steps were observed otherwise than expected.
///
/// `began` is given what must be put away where the process ends in the middle.
///
/// # Errors
/// When the facts cannot be read or the nodes cannot be started.
pub fn run(options: &Options, began: impl FnOnce(Leftovers), mut tell: impl FnMut(Scene)) -> Result<u32, DemoError> {
    let facts = Facts::read(options.facts.as_deref())?;
    let story = Story::read(options.facts.as_deref())?;
    let stage = Boroughs::found(&options.program, &facts, &story, began)?;
    let mut demo = Demo { facts, story, stage, priority: String::new() };
    let steps: [(Told, Act); 8] = [
        (demo.story.agree.told.clone(), agree::act),
        (demo.story.adopt.told.clone(), adopt::act),
        (demo.story.cut_off.told.clone(), cut_off::act),
        (demo.story.heal.told.clone(), heal::act),
        (demo.story.approve.told.clone(), approve::act),
        (demo.story.guard.told.clone(), guard::act),
        (demo.story.proof.told.clone(), proof::act),
        (demo.story.as_it_stood.told.clone(), as_it_stood::act),
    ];
    let mut fell = 0_u32;
    for (step, act) in steps {
        let observed = act(&mut demo).unwrap_or_else(|error| json!({ "failed": told(&error) }));
        let step = Step::judge(step, observed);
        fell += u32::from(!step.held);
        tell(Scene::Step(Box::new(step)));
    }
    if options.stay {
        copies::tell(&demo, &mut tell)?;
        tell(Scene::Staying(demo.stage.folder().to_owned()));
        loop {
            std::thread::park();
        }
    }
    Ok(fell)
}
