use std::time::{Duration, Instant};

use clap::Args;
use tally_control::{Answer, Exit, Failure, Request, Status as Shown};

use crate::context::{Context, unexpected};
use crate::print::{Colour, answer};

/// How often a watched status is looked at again: a person sees no difference to at once.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Say how this node is: the verdict, then each problem with its remedy
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Say it again whenever it changes, until Ctrl-C or --timeout
    #[arg(long)]
    watch: bool,
}

impl Status {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if !self.watch {
            let given = context.ask(Request::Status)?;
            return print(context, &given);
        }
        let until = context.timeout.map(|time| Instant::now() + time);
        let mut last: Option<(Answer, Exit)> = None;
        loop {
            let given = context.ask(Request::Status)?;
            let exit = match &last {
                Some((before, exit)) if *before == given => *exit,
                _ => print(context, &given)?,
            };
            last = Some((given, exit));
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            match left {
                Some(left) if left <= LOOK_AGAIN => {
                    std::thread::sleep(left);
                    return Ok(exit);
                }
                _ => std::thread::sleep(LOOK_AGAIN),
            }
        }
    }
}

fn print(context: &Context, given: &Answer) -> Result<Exit, Failure> {
    let Answer::Status(status) = given else {
        return Err(unexpected(given));
    };
    if context.output.json {
        context.output.line(&answer(given));
    } else {
        people(context, status);
    }
    Ok(if status.problems.is_empty() { Exit::Done } else { Exit::Attention })
}

fn people(context: &Context, status: &Shown) {
    let output = &context.output;
    output.line(&if status.problems.is_empty() {
        output.word("OK", Colour::Good)
    } else {
        output.word(&format!("NEEDS ATTENTION ({})", status.problems.len()), Colour::Warning)
    });
    for problem in &status.problems {
        output.line(&format!("  {}", problem.what));
        output.line(&format!("    {}", problem.remedy));
    }
    output.line(&format!(
        "{}: {} of {} other members connected",
        status.member, status.members_connected, status.members_total
    ));
    output.line(&format!("records not known to be everywhere: {}", status.records_behind));
    if status.waiting > 0 {
        output.line(&format!("entries that wait for something not yet here: {}", status.waiting));
    }
    output.line(&format!(
        "last backup: {}",
        status.last_backup.as_deref().map_or_else(|| "none".to_owned(), crate::print::moment)
    ));
}
