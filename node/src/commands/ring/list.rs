use clap::Args;
use serde_json::json;
use tally_control::{Exit, Failure};

use super::rings;
use crate::context::Context;
use crate::print::{document, table};

/// List the rings
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let rings = rings(context, None)?;
        let output = &context.output;
        if output.json {
            output.line(&document(&json!({ "rings": rings })));
        } else if rings.is_empty() {
            output.say("No ring yet: tally ring propose, or tally ring join.");
        } else {
            output.line(&table(
                ["ring", "name", "state", "members", "awaiting"],
                rings.iter().map(|ring| {
                    [
                        output.id(&ring.ring).to_owned(),
                        ring.name.clone(),
                        ring.state.word().to_owned(),
                        ring.members.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
                        ring.awaiting.join(", "),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}
