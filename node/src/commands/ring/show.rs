use clap::Args;
use tally_control::{Exit, Failure, Ring};

use super::rings;
use crate::context::Context;
use crate::print::{document, table};

/// Show one ring: its members, its edition, its drafts
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The ring: its name, its id or a beginning of it
    ring: String,
}

impl Show {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ring = self.find(rings(context)?)?;
        let output = &context.output;
        if output.json {
            output.line(&document(&ring));
            return Ok(Exit::Done);
        }
        output.line(&format!("{}  {}", output.id(&ring.ring), ring.name));
        output.line(&format!("edition {} ({}), {}", ring.number, output.id(&ring.edition), ring.state));
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
                    one.standing.clone(),
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
        Ok(Exit::Done)
    }

    fn find(&self, rings: Vec<Ring>) -> Result<Ring, Failure> {
        let names = rings.iter().map(|ring| format!("{} ({})", ring.name, ring.ring)).collect::<Vec<_>>().join(", ");
        let mut found = rings.into_iter().filter(|ring| {
            ring.name.eq_ignore_ascii_case(&self.ring) || (!self.ring.is_empty() && ring.ring.starts_with(&self.ring))
        });
        match (found.next(), found.next()) {
            (Some(ring), None) => Ok(ring),
            (first, _) => Err(Failure::new(
                Exit::Failed,
                "The ring was not shown",
                if first.is_some() {
                    format!("more than one ring is called {:?}", self.ring)
                } else {
                    format!("no ring here is called {:?}", self.ring)
                },
                format!("the rings here: {names}"),
            )),
        }
    }
}
