use clap::Args;
use tally_control::{Exit, Failure, LogList};

use crate::context::Context;
use crate::print::{document, moment, table};

/// List the entries, oldest first, and the logs that they stand in
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&LogList {})?;
        let (logs, entries) = (&given.logs, &given.entries);
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
            return Ok(Exit::Done);
        }
        let named = |member: &Option<String>| member.clone().unwrap_or_else(|| "unknown member".to_owned());
        output.line(&table(
            ["ring", "member", "node", "incarnation", "entries", "last"],
            logs.iter().map(|log| {
                [
                    log.ring.clone(),
                    named(&log.member),
                    output.id(&log.node).to_owned(),
                    log.incarnation.to_string(),
                    log.frozen_after.map_or_else(
                        || log.entries.to_string(),
                        |after| format!("{}, forked after {after}", log.entries),
                    ),
                    log.head.as_deref().map(|head| output.id(head)).unwrap_or_default().to_owned(),
                ]
            }),
        ));
        output.line("");
        output.line(&table(
            ["entry", "when", "kind", "member", "place", "document", "seat", "verdict"],
            entries.iter().map(|entry| {
                [
                    output.id(&entry.entry).to_owned(),
                    moment(entry.at),
                    entry.kind.clone(),
                    named(&entry.member),
                    format!("{}/{}", entry.incarnation, entry.sequence),
                    entry.document.as_deref().map(|id| output.id(id)).unwrap_or_default().to_owned(),
                    entry.seat.clone().unwrap_or_default(),
                    entry.verdict.word().to_owned(),
                ]
            }),
        ));
        Ok(Exit::Done)
    }
}
