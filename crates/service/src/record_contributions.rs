//! Who worked on a record on which day.

use tally_control::{Contribution, Contributions, Moment, RecordContributions, Refusal};
use tally_entry::Time;

use crate::records::Step;
use crate::service::{Answers, Asker, Parts, Service};

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl<P: Parts> Answers<RecordContributions> for Service<P> {
    async fn answer(&self, ask: RecordContributions, _: &Asker) -> Result<Contributions, Refusal> {
        let (id, records) = self.found(&ask.id).await?;
        Ok(Contributions { contributions: grouped(&records.history(id).await?) })
    }
}

fn grouped(steps: &[Step]) -> Vec<Contribution> {
    let mut groups: Vec<Contribution> = Vec::new();
    for step in steps {
        let same = |group: &Contribution| {
            group.member == step.member && group.seat == step.seat && day(group.first.0) == day(step.at)
        };
        let version = step.version.to_string();
        match groups.iter_mut().find(|group| same(group)) {
            Some(group) => {
                group.changes += 1;
                // Steps come in the order in which they build on each other, which clocks need not follow.
                if step.at >= group.last.0 {
                    (group.last, group.version) = (Moment(step.at), version);
                }
                group.first = Moment(group.first.0.min(step.at));
                touch(&mut group.fields, &step.fields);
            }
            None => {
                let mut fields = Vec::new();
                touch(&mut fields, &step.fields);
                let (member, seat, at) = (step.member.clone(), step.seat.clone(), Moment(step.at));
                groups.push(Contribution { member, seat, first: at, last: at, changes: 1, fields, version });
            }
        }
    }
    groups
}

fn touch(touched: &mut Vec<String>, paths: &[String]) {
    for field in paths.iter().filter_map(|path| path.split('/').next()) {
        if !touched.iter().any(|one| one == field) {
            touched.push(field.to_owned());
        }
    }
}

fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use tally_entry::ChangeHash;

    use super::*;

    fn step(number: u8, at: i64, seat: &str, field: &str) -> Step {
        let change = ChangeHash::from_bytes([number; 32]);
        Step {
            change,
            entry: None,
            at: Time(at),
            member: Some("Bexley".into()),
            seat: Some(seat.into()),
            fields: vec![field.into()],
            reason: None,
            version: std::iter::once(change).collect(),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn one_seat_on_one_day_is_one_group_whoever_wrote_between() {
        let steps = [
            step(1, 0, "chair", "focus"),
            step(2, 10, "support", "ends"),
            step(3, 20, "chair", "updates/ab/text"),
            step(4, 30, "chair", "updates/cd/text"),
            step(5, DAY, "chair", "focus"),
        ];
        let groups = grouped(&steps);
        let told: Vec<_> = groups
            .iter()
            .map(|group| (group.seat.as_deref().unwrap_or_default(), group.changes, group.fields.join(",")))
            .collect();
        assert_eq!(
            told,
            [("chair", 3, "focus,updates".into()), ("support", 1, "ends".into()), ("chair", 1, "focus".to_owned())]
        );
        assert_eq!((groups[0].first, groups[0].last), (Moment(Time(0)), Moment(Time(30))));
        assert_eq!(groups[0].version, steps[3].version.to_string());
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_turn_a_day_round() {
        let groups = grouped(&[step(1, 50, "chair", "focus"), step(2, 40, "chair", "focus")]);
        assert_eq!((groups[0].first, groups[0].last), (Moment(Time(40)), Moment(Time(50))));
        assert_eq!(groups[0].version, step(1, 50, "chair", "focus").version.to_string());
    }
}
