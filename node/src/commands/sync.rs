use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use clap::Args;
use tally_control::{CopyState, Exit, Failure, RecordCopies, RecordCopy, Sync as Asked};

use crate::context::Context;
use crate::print::{document, moment, table};

/// How often a target is looked at again: partners confirm in well under a second where there is a line.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long a target is waited for where nothing is said: the time of a pull after a line came back, a few times over.
const PATIENCE: Duration = Duration::from_secs(60);

/// Say who has a copy of which record, and wait until enough have
///
/// Without --wait, a target that is not met ends with 8; with --wait, a target not met in time ends with 7.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// One record [default: all]
    id: Option<String>,
    /// Wait until the target is met: every member, or what --to and --copies say
    #[arg(long)]
    wait: bool,
    /// This member must have confirmed
    #[arg(long, value_name = "MEMBER")]
    to: Option<String>,
    /// So many members must have a copy, this one counted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    copies: Option<u32>,
}

impl Sync {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let own = context.open_home()?.name().to_owned();
        let deadline = Instant::now() + context.timeout.unwrap_or(PATIENCE);
        loop {
            let given = context.ask(&Asked { record: self.id.clone() })?;
            let records = &given.records;
            self.check_target(&own, records)?;
            let unmet = records.iter().filter(|copy| !self.is_met(copy, &own)).count();
            let over = Instant::now() >= deadline;
            if self.wait && unmet > 0 && !over {
                std::thread::sleep(LOOK_AGAIN.min(deadline.saturating_duration_since(Instant::now())));
                continue;
            }
            self.print(context, &given);
            let asked = self.wait || self.to.is_some() || self.copies.is_some();
            if unmet == 0 || !asked {
                return Ok(Exit::Done);
            }
            let exit = if self.wait { Exit::TimedOut } else { Exit::Pending };
            return Err(Failure::new(
                exit,
                "The target is not met",
                format!("{unmet} of {} records have not been confirmed by enough members", records.len()),
                "see the cause with: tally why MEMBER, or wait longer with --wait --timeout TIME",
            ));
        }
    }

    /// A target that no waiting can meet is an error at once.
    fn check_target(&self, own: &str, records: &[RecordCopy]) -> Result<(), Failure> {
        let members: BTreeSet<&str> =
            records.iter().flat_map(|copy| copy.held_by.keys().map(String::as_str)).chain([own]).collect();
        let names = || members.iter().copied().collect::<Vec<_>>().join(", ");
        if let Some(to) = &self.to
            && !records.is_empty()
            && !members.iter().any(|name| name.eq_ignore_ascii_case(to))
        {
            return Err(Failure::new(
                Exit::Failed,
                "The target cannot be met",
                format!("no member called {to:?} may hold these records"),
                format!("those who may: {}", names()),
            ));
        }
        match self.copies {
            Some(copies) if !records.is_empty() && copies as usize > members.len() => Err(Failure::new(
                Exit::Failed,
                "The target cannot be met",
                format!("{copies} copies are asked for, and {} members may hold these records", members.len()),
                format!("those who may: {}", names()),
            )),
            _ => Ok(()),
        }
    }

    fn is_met(&self, copy: &RecordCopy, own: &str) -> bool {
        let confirmed = |name: &String| copy.held_by.get(name).is_some_and(|held| held.state == CopyState::Confirmed);
        let others = || copy.held_by.keys().filter(|name| name.as_str() != own);
        // A member that may not hold a record is not waited for, and of a narrower one there are fewer copies to have.
        let to = self.to.as_ref().is_none_or(|to| {
            let mut named = others().filter(|name| name.eq_ignore_ascii_case(to));
            named.all(confirmed)
        });
        let most = others().count() + 1;
        let copies = self
            .copies
            .is_none_or(|copies| others().filter(|name| confirmed(name)).count() + 1 >= most.min(copies as usize));
        let all = self.to.is_some() || self.copies.is_some() || others().all(confirmed);
        to && copies && all
    }

    fn print(&self, context: &Context, given: &RecordCopies) {
        let (output, records) = (&context.output, &given.records);
        if output.json {
            output.line(&document(given));
        } else if records.is_empty() {
            output.say("No shared record yet.");
        } else {
            output.line(&table(
                ["record", "title", "member", "has a copy", "since"],
                records.iter().flat_map(|copy| {
                    copy.held_by.iter().enumerate().map(|(place, (member, held))| {
                        let first = |text: &str| if place == 0 { text.to_owned() } else { String::new() };
                        [
                            first(&copy.reference),
                            first(&copy.title),
                            member.clone(),
                            held.state.word().to_owned(),
                            held.at.map(moment).unwrap_or_default(),
                        ]
                    })
                }),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tally_control::HeldCopy;

    use super::*;

    fn held(states: &[(&str, CopyState)]) -> RecordCopy {
        let held_by: BTreeMap<_, _> =
            states.iter().map(|(member, state)| ((*member).to_owned(), HeldCopy { state: *state, at: None })).collect();
        RecordCopy { id: "ab".into(), reference: "TB-P1".into(), title: String::new(), held_by }
    }

    fn target(to: Option<&str>, copies: Option<u32>) -> Sync {
        Sync { id: None, wait: true, to: to.map(str::to_owned), copies }
    }

    #[test]
    fn this_member_counts_as_one_copy() {
        let copy = held(&[("Greenwich", CopyState::Confirmed), ("Lewisham", CopyState::Behind)]);
        assert!(target(None, Some(2)).is_met(&copy, "Bexley"));
        assert!(!target(None, Some(3)).is_met(&copy, "Bexley"));
    }

    #[test]
    fn without_a_target_everyone_is_waited_for() {
        let copy = held(&[("Greenwich", CopyState::Confirmed), ("Lewisham", CopyState::Unknown)]);
        assert!(!target(None, None).is_met(&copy, "Bexley"));
    }

    #[test]
    fn a_member_is_named_in_either_case() {
        let copy = held(&[("Greenwich", CopyState::Confirmed), ("Lewisham", CopyState::Unknown)]);
        assert!(target(Some("greenwich"), None).is_met(&copy, "Bexley"));
        assert!(!target(Some("lewisham"), None).is_met(&copy, "Bexley"));
    }

    #[test]
    fn whoever_may_not_hold_a_record_is_not_waited_for() {
        let narrow = held(&[("Greenwich", CopyState::Confirmed)]);
        assert!(target(Some("Lewisham"), None).is_met(&narrow, "Bexley"));
        assert!(target(None, Some(3)).is_met(&narrow, "Bexley"));
        assert!(!target(None, Some(3)).is_met(&held(&[("Greenwich", CopyState::Behind)]), "Bexley"));
    }

    #[test]
    fn more_copies_than_members_is_an_error_at_once() {
        let copy = held(&[("Greenwich", CopyState::Confirmed)]);
        assert!(target(None, Some(3)).check_target("Bexley", &[copy]).is_err());
    }
}
