//! The demonstration: three boroughs, each a process of this program, one story, every step of it checked.
//!
//! Dates and bodies are real; wordings, edits and findings are invented, and labelled so where they are told.

mod adopt;
mod agree;
mod approve;
mod as_it_stood;
mod cut_off;
mod facts;
mod forger;
mod guard;
mod heal;
mod matrix;
mod process;
mod proof;
mod reading;
mod stage;
mod step;
mod story;

use std::path::PathBuf;

use serde_json::{Value, json};
use tally_control::{Exit, Failure};

use crate::context::Context;
use crate::print::{Colour, Output, document};
use facts::Facts;
use stage::Stage;
use step::{Step, Told};
use story::Story;

/// How the demonstration is to be given.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// End after the story.
    pub(crate) exit: bool,
    /// The folder of other facts and another story, for a test that alters one.
    pub(crate) facts: Option<PathBuf>,
}

/// What the steps share: the boroughs, the facts, and the records made so far.
struct Tale {
    facts: Facts,
    story: Story,
    stage: Stage,
    /// The shared priority.
    priority: String,
}

type Act = fn(&mut Tale) -> Result<Value, Failure>;

/// Tells the story; done only if every check held.
pub(crate) fn run(context: &Context, wish: &Wish) -> Result<Exit, Failure> {
    let facts = Facts::read(wish.facts.as_deref())?;
    let story = Story::read(wish.facts.as_deref())?;
    let output = &context.output;
    output.say("Three boroughs on this machine, one shared priority, September 2019 to July 2021.");
    output.say("Dates and bodies are real; wordings, edits and findings are invented. The machine's clock is today's.");
    let stage = Stage::build(&facts, &story)?;
    let mut tale = Tale { facts, story, stage, priority: String::new() };
    let steps: [(Told, Act); 8] = [
        (tale.story.agree.told.clone(), agree::act),
        (tale.story.adopt.told.clone(), adopt::act),
        (tale.story.cut_off.told.clone(), cut_off::act),
        (tale.story.heal.told.clone(), heal::act),
        (tale.story.approve.told.clone(), approve::act),
        (tale.story.guard.told.clone(), guard::act),
        (tale.story.proof.told.clone(), proof::act),
        (tale.story.as_it_stood.told.clone(), as_it_stood::act),
    ];
    let mut fell = 0_u32;
    for (told, act) in steps {
        let observed =
            act(&mut tale).unwrap_or_else(|failure| json!({ "failed": format!("{}: {}", failure.what, failure.why) }));
        let step = Step::judge(told, observed);
        fell += u32::from(!step.held);
        print(output, &step);
    }
    if !wish.exit {
        matrix::print(&tale, output)?;
        output.say(&format!(
            "The three homes are in {}; Ctrl-C ends the three and removes them.",
            tale.stage.folder().display()
        ));
        loop {
            std::thread::park();
        }
    }
    tale.stage.end();
    if fell == 0 {
        output.say("Every check held.");
        return Ok(Exit::Done);
    }
    Err(Failure::new(
        Exit::Failed,
        "The story did not come true",
        format!("{fell} steps were observed otherwise than expected"),
        "Compare what was expected and observed above.",
    ))
}

fn print(output: &Output, step: &Step) {
    if output.json {
        output.line(&document(step));
        return;
    }
    let mark = if step.held { output.word("held", Colour::Good) } else { output.word("DID NOT HOLD", Colour::Bad) };
    output.line(&format!("\n{}. {} ({})", step.step, step.title, step.when));
    output.line(&format!("   {}", step.told));
    for (name, expected) in step.expected.as_object().into_iter().flatten() {
        let observed = step.observed.get(name).unwrap_or(&Value::Null);
        if expected == observed {
            output.line(&format!("   {name}: {}", said(observed)));
        } else {
            output.line(&format!("   {name}: expected {}, observed {}", said(expected), said(observed)));
        }
    }
    if let Some(failed) = step.observed.get("failed") {
        output.line(&format!("   it broke off: {}", said(failed)));
    }
    output.line(&format!("   => {mark}"));
}

fn said(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "nobody".to_owned(),
        Value::Null => "nothing".to_owned(),
        other => crate::print::field_text(other),
    }
}
