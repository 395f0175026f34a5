use clap::Args;
use serde::Serialize;
use tally_control::{Exit, Failure, told};
use tally_home::{Founding, Home};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::failure::failure;
use crate::passphrase;
use crate::print::document;

/// Who a home is.
#[derive(Debug, Serialize)]
struct Identity {
    member: String,
    name: String,
    codes: Vec<String>,
    fingerprint: String,
    node: String,
    listen: Vec<String>,
}

/// Make this member's root key, this node's keys and its home
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The member's name
    #[arg(long)]
    name: String,
    /// A code of the area that the member serves; may be given more than once
    #[arg(long = "code", value_name = "CODE")]
    codes: Vec<String>,
    /// This node's name among those of the member [default: first]
    #[arg(long)]
    node: Option<String>,
    /// An address to listen at, such as /ip4/0.0.0.0/tcp/7101; may be given more than once
    #[arg(long, value_name = "MULTIADDR")]
    listen: Vec<String>,
}

impl Init {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        check_addresses(&self.listen)?;
        // A folder that is in use is refused before anything is asked.
        let passphrase = match std::fs::read_dir(&context.home).map(|mut entries| entries.next().is_some()) {
            Ok(true) => Zeroizing::default(),
            _ => passphrase::new(context)?,
        };
        let founding = Founding { name: self.name, codes: self.codes, node: self.node, listen: self.listen };
        let home = Home::found(&context.home, &founding, &passphrase).map_err(failure)?;
        let identity = Identity {
            member: home.member().to_string(),
            name: home.name().to_owned(),
            codes: home.card().content().codes.clone(),
            fingerprint: home.card().fingerprint(),
            node: home.node().map(|node| node.to_string()).unwrap_or_default(),
            listen: home.settings().listen.clone(),
        };
        let output = &context.output;
        context.warn_of_weak_key(&home);
        if output.json {
            output.line(&document(&identity));
            return Ok(Exit::Done);
        }
        output.line(&format!("{} is set up in {}", identity.name, context.home.display()));
        output.line(&format!("fingerprint  {}", identity.fingerprint));
        output.say("Keep the passphrase of the root key in a safe place: nobody can restore it.");
        output.say("Next: send your card to the others (tally card), then tally ring propose, or tally ring join.");
        Ok(Exit::Done)
    }
}

/// Refuses an address that no node can listen at: it would stand in the signed card, and the node would not start.
fn check_addresses(listen: &[String]) -> Result<(), Failure> {
    listen.iter().try_for_each(|address| tally_net::check_address(address)).map_err(|error| {
        Failure::new(
            Exit::Usage,
            "No home was made",
            told(&error),
            "Give --listen an address of this machine and a port, such as /ip4/0.0.0.0/tcp/7443.",
        )
    })
}
