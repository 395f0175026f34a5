use clap::Args;
use tally_control::{Exit, Failure, Peers as Asked};

use crate::context::Context;
use crate::print::{document, moment, table};

/// List the partners' nodes, one a line
#[derive(Debug, Args)]
pub(crate) struct Peers {}

impl Peers {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&Asked {})?;
        let peers = &given.peers;
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else if peers.is_empty() {
            output.say("No partners yet: tally ring propose, or tally ring join.");
        } else {
            output.line(&table(
                ["member", "node", "state", "last heard", "path", "behind", "ahead"],
                peers.iter().map(|peer| {
                    [
                        peer.member.clone(),
                        format!("{} ({})", peer.name, output.id(&peer.node)),
                        peer.state.word().to_owned(),
                        peer.last_heard.map_or_else(|| "never".to_owned(), moment),
                        peer.path().unwrap_or_default(),
                        peer.behind.to_string(),
                        peer.ahead.to_string(),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}
