use clap::Args;
use serde_json::Value;
use tally_control::{Exit, Failure, LogShow};

use crate::context::Context;
use crate::print::{document, field_text};

/// Show one entry
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The entry's id or a beginning of it
    entry: String,
}

impl Show {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let entry = context.ask(&LogShow { entry: self.entry })?;
        let output = &context.output;
        if output.json {
            output.line(&document(&entry));
        } else if let Ok(Value::Object(lines)) = serde_json::to_value(&entry) {
            for (name, value) in lines.iter().filter(|(_, value)| !value.is_null()) {
                output.line(&format!("{name:12} {}", field_text(value)));
            }
        }
        Ok(Exit::Done)
    }
}
