mod add;
mod list;

use clap::Subcommand;
use serde_json::json;
use tally_control::{Exit, Failure, Seat as Shown};

use crate::context::Context;
use crate::print::{document, table};

/// Say which seats act here, and who holds them
#[derive(Debug, Subcommand)]
pub(crate) enum Seat {
    Add(add::Add),
    List(list::List),
}

impl Seat {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Add(command) => command.run(context),
            Self::List(command) => command.run(context),
        }
    }
}

fn show(context: &Context, seats: &[Shown]) {
    let output = &context.output;
    if output.json {
        output.line(&document(&json!({ "seats": seats })));
    } else if seats.is_empty() {
        output.say("No seat yet: tally seat add ID --role TEXT --sector WORD");
    } else {
        output.line(&table(
            ["seat", "role", "sector", "areas", "standing"],
            seats.iter().map(|seat| {
                [seat.id.clone(), seat.role.clone(), seat.sector.clone(), seat.areas.join(", "), seat.standing.clone()]
            }),
        ));
    }
}
