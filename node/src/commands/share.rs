use clap::Args;
use tally_control::{Exit, Failure, Share as Asked, Shared};

use crate::context::Context;
use crate::print::{Colour, document, field_text};
use crate::value;

/// Share chosen fields of a local record with a ring, through the door
#[derive(Debug, Args)]
pub(crate) struct Share {
    /// The local record
    id: String,
    /// The ring
    #[arg(long = "in", value_name = "RING")]
    ring: String,
    /// Only with these members of the ring
    #[arg(long, value_name = "MEMBER", value_delimiter = ',')]
    only: Vec<String>,
    /// The fields that leave
    #[arg(long, value_name = "FIELD", value_delimiter = ',', required = true)]
    fields: Vec<String>,
    /// On what basis: text or @FILE
    #[arg(long, value_name = "TEXT")]
    basis: String,
    /// Only say what would leave, and to whom
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Share in spite of what the guard found, for this written reason
    #[arg(long = "override", value_name = "REASON")]
    override_reason: Option<String>,
}

impl Share {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let shared = context.ask(&Asked {
            id: self.id,
            ring: self.ring,
            only: self.only,
            fields: self.fields,
            basis: value::text(&self.basis)?,
            dry_run: self.dry_run,
            override_reason: value::optional(self.override_reason.as_deref())?,
        })?;
        let output = &context.output;
        if output.json {
            output.line(&document(&shared));
        } else {
            print(context, &shared);
        }
        Ok(Exit::Done)
    }
}

fn print(context: &Context, shared: &Shared) {
    let output = &context.output;
    output.line(&shared.sentence());
    for (field, value) in &shared.would_leave.fields {
        output.line(&format!("  {field}: {}", field_text(value)));
    }
    for finding in &shared.findings {
        let mark = output.word("found", Colour::Warning);
        output.line(&format!("{mark} in {}: {} ({})", finding.field, finding.what, finding.shown));
    }
    match &shared.shared {
        Some(made) => output.line(&format!("{} is shared. {}", made.reference, made.message())),
        None => output.line("Nothing has left: this was a dry run."),
    }
}
