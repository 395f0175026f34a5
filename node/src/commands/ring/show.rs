use clap::Args;
use tally_control::{Exit, Failure, Ring};

use super::rings;
use crate::context::Context;
use crate::print::{Output, document, table};

/// Show one ring: its members, its edition, its drafts
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The ring: its name, its id or a beginning of it
    ring: String,
}

impl Show {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let found = rings(context, Some(self.ring))?;
        let output = &context.output;
        for ring in &found {
            show(ring, output);
        }
        Ok(Exit::Done)
    }
}

fn show(ring: &Ring, output: &Output) {
    if output.json {
        output.line(&document(ring));
        return;
    }
    output.line(&format!("{}  {}", output.id(&ring.ring), ring.name));
    output.line(&format!("edition {} ({}), {}", ring.number, output.id(&ring.edition), ring.state.word()));
    output.line(&ring.purpose);
    if !ring.awaiting.is_empty() {
        output.line(&format!("awaiting {}", ring.awaiting.join(", ")));
    }
    output.line("");
    output.line(&table(
        ["member", "codes", "standing", "nodes", "id"],
        ring.members.iter().map(|one| {
            [
                one.name.clone(),
                one.codes.join(", "),
                one.standing.word().to_owned(),
                one.nodes.iter().map(|node| output.id(node)).collect::<Vec<_>>().join(", "),
                output.id(&one.member).to_owned(),
            ]
        }),
    ));
    output.line("");
    for one in &ring.members {
        output.line(&format!("fingerprint of {}  {}", one.name, one.fingerprint));
    }
    for draft in &ring.drafts {
        output.line(&format!("draft {draft}"));
    }
}
