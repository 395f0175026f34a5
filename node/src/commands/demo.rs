use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tally_control::{Exit, Failure, told};
use tally_demo::{DemoError, Options, Scene, Step};
use tally_stage::StageError;

use crate::context::Context;
use crate::failure::asked;
use crate::interrupt;
use crate::print::{Colour, Output, document, field_text, table};

const NODES: &str = "The nodes on this machine did not do as they should";
const NODES_HELP: &str = "See whether this machine has space, ports and processes left, and try again.";

/// Run three boroughs on this machine, tell one story, and check it
///
/// Dates and bodies are real; wordings, edits and findings are invented.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the story; the exit code is 0 only if every check held
    #[arg(long)]
    exit: bool,
    /// Tell the story from the facts.toml and story.toml of this folder
    #[arg(long, value_name = "DIR", hide = true)]
    facts: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let output = &context.output;
        let program = std::env::current_exe().map_err(|error| {
            Failure::new(
                Exit::Failed,
                "The story cannot be told",
                format!("this program was not found: {error}"),
                "Call it by its whole path.",
            )
        })?;
        output.say("Three boroughs on this machine, one shared priority, September 2019 to July 2021.");
        output.say(
            "Dates and bodies are real; wordings, edits and findings are invented. The machine's clock is today's.",
        );
        let options = Options { program, facts: self.facts, stay: !self.exit };
        let fell = tally_demo::run(
            &options,
            |leftovers| interrupt::watch_and(move || leftovers.put_away()),
            |scene| show(output, &scene),
        )
        .map_err(|error| failure(&error))?;
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
}

fn failure(error: &DemoError) -> Failure {
    let (exit, what, hint) = match error {
        DemoError::Unread { .. } => {
            (Exit::Failed, "The story cannot be told", "Correct the file, or leave out --facts.")
        }
        DemoError::Stage(StageError::Asked { request, source, .. }) => return asked(request, source),
        DemoError::Stage(StageError::NotInTime { .. } | StageError::Endless { .. }) => {
            (Exit::TimedOut, NODES, NODES_HELP)
        }
        DemoError::Stage(_) => (Exit::Failed, NODES, NODES_HELP),
        _ => (Exit::Failed, "The story could not go on", "Run it again."),
    };
    Failure::new(exit, what, told(error), hint)
}

fn show(output: &Output, scene: &Scene) {
    match scene {
        Scene::Step(step) if output.json => output.line(&document(step)),
        Scene::Step(step) => show_step(output, step),
        Scene::Copies { seen_by, records, .. } if output.json => {
            output.line(&document(&json!({ "seen_by": seen_by, "records": records })));
        }
        Scene::Copies { name, records, .. } => {
            output.line(&format!("\nAs {name} knows it:"));
            output.line(&table(
                ["record", "title", "has a copy"],
                records.iter().map(|copy| {
                    let held = copy
                        .held_by
                        .iter()
                        .map(|(name, held)| format!("{name}: {}", held.state.word()))
                        .collect::<Vec<_>>();
                    [copy.reference.clone(), copy.title.clone(), held.join(", ")]
                }),
            ));
        }
        Scene::Staying(folder) => {
            output.say(&format!("The three homes are in {}; Ctrl-C ends the three and removes them.", folder.display()))
        }
    }
}

fn show_step(output: &Output, step: &Step) {
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
        other => field_text(other),
    }
}
