mod add;
mod diff;
mod history;
mod list;
mod move_to;
mod new;
mod set;
mod settle;
mod show;
mod types;

use clap::Subcommand;
use tally_control::{Ask, Exit, Failure, Made};

use crate::context::Context;
use crate::print::document;

/// Begin records, change them, look at them
#[derive(Debug, Subcommand)]
pub(crate) enum Record {
    Types(types::Types),
    New(new::New),
    Set(set::Set),
    Add(add::Add),
    Move(move_to::Move),
    Show(show::Show),
    List(list::List),
    History(history::History),
    Diff(diff::Diff),
    Settle(settle::Settle),
}

impl Record {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Types(command) => command.run(context),
            Self::New(command) => command.run(context),
            Self::Set(command) => command.run(context),
            Self::Add(command) => command.run(context),
            Self::Move(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::History(command) => command.run(context),
            Self::Diff(command) => command.run(context),
            Self::Settle(command) => command.run(context),
        }
    }
}

/// Asks for a change and says what came of it: the line for people is made from the record as it is now.
fn change<A: Ask<Answer = Made>>(
    context: &Context,
    ask: &A,
    line: impl FnOnce(&Made) -> String,
) -> Result<Exit, Failure> {
    let made = context.ask(ask)?;
    let output = &context.output;
    if output.json {
        output.line(&document(&made));
        return Ok(Exit::Done);
    }
    output.line(&line(&made));
    if !made.joined.is_empty() {
        output.line(&format!("joined from two wordings, to be read: {}", made.joined.join(", ")));
    }
    output.say(&made.message());
    Ok(Exit::Done)
}
