use std::time::{Duration, Instant};

use clap::Args;
use tally_control::{Exit, Failure, Health, NodeStatus, Status as Asked};

use crate::context::Context;
use crate::print::{Colour, document};

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
            return Ok(print(context, &context.ask(&Asked {})?));
        }
        let until = context.timeout.map(|time| Instant::now() + time);
        let mut last: Option<(NodeStatus, Exit)> = None;
        loop {
            let given = context.ask(&Asked {})?;
            let exit = match &last {
                Some((before, exit)) if *before == given => *exit,
                _ => print(context, &given),
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

fn print(context: &Context, status: &NodeStatus) -> Exit {
    if context.output.json {
        context.output.line(&document(status));
    } else {
        people(context, status);
        if let Ok(home) = context.open_home() {
            context.warn_of_weak_key(&home);
        }
    }
    if status.verdict == Health::Ok { Exit::Done } else { Exit::Attention }
}

fn people(context: &Context, status: &NodeStatus) {
    let output = &context.output;
    output.line(&if status.verdict == Health::Ok {
        output.word("OK", Colour::Good)
    } else {
        output.word(&format!("NEEDS ATTENTION ({})", status.problems.len()), Colour::Warning)
    });
    for problem in &status.problems {
        output.line(&format!("  {problem}"));
        output.line(&format!("    {}", problem.remedy()));
    }
    output.line(&format!(
        "{}: {} of {} other members connected",
        status.member, status.members_connected, status.members_total
    ));
    output.line(&format!("records not known to be everywhere: {}", status.records_behind));
    if status.waiting > 0 {
        output.line(&format!("entries that wait for something not yet here: {}", status.waiting));
    }
    output
        .line(&format!("last backup: {}", status.last_backup.map_or_else(|| "none".to_owned(), crate::print::moment)));
}
