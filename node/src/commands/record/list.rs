use clap::Args;
use tally_control::{Exit, Failure, RecordList};

use crate::context::Context;
use crate::print::{document, moment, table};
use crate::value::{self, Assignment};

/// List records
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Of one kind
    kind: Option<String>,
    /// Of one ring
    #[arg(long = "in", value_name = "RING", conflicts_with = "local")]
    ring: Option<String>,
    /// Only those that this member keeps to itself
    #[arg(long)]
    local: bool,
    /// With this value; may be given more than once
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = value::assignment)]
    matching: Vec<Assignment>,
    /// With a date before this day
    #[arg(long, value_name = "DATE")]
    due_before: Option<String>,
}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&RecordList {
            kind: self.kind,
            ring: self.ring,
            local: self.local,
            matching: value::pairs(&self.matching)?,
            due_before: self.due_before,
        })?;
        let records = &given.records;
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else if records.is_empty() {
            output.say("No such record.");
        } else {
            output.line(&table(
                ["ref", "kind", "title", "state", "where", "changed"],
                records.iter().map(|one| {
                    [
                        one.reference.clone(),
                        one.kind.clone(),
                        one.title.clone(),
                        if one.state.is_empty() {
                            String::new()
                        } else {
                            format!("{} ({})", one.state, one.people_state)
                        },
                        one.audience.ring.clone().unwrap_or_else(|| "local".to_owned()),
                        one.changed.map(moment).unwrap_or_default(),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}
