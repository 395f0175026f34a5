//! Versions of a record, as people name them: by their digits, a beginning of them, or a day.

use std::collections::BTreeSet;

use tally_control::{Refusal, VersionFault};
use tally_document::{Version, VersionError};
use tally_entry::{ChangeHash, Time};

use crate::day;
use crate::records::Step;

/// Digits of a version that name it at the least: half of what tables show.
const DIGITS: usize = 4;

/// The version that these words name: a version, a beginning of it, or the one that stood at the end of a day.
pub(crate) fn at(steps: &[Step], given: &str) -> Result<Version, Refusal> {
    if let Some(end) = day::end_of(given) {
        let stood = stood_at(steps, end);
        if stood.is_empty() {
            return Err(Refusal::NotYet { given: given.to_owned() });
        }
        return Ok(stood);
    }
    named_version(steps.iter().map(|step| step.change), given)
}

/// The version whose changes begin with the digits that were given.
fn named_version(changes: impl Iterator<Item = ChangeHash>, given: &str) -> Result<Version, Refusal> {
    if let Ok(whole) = given.trim().parse() {
        return Ok(whole);
    }
    let known: Vec<(ChangeHash, String)> = changes.map(|change| (change, change.to_string())).collect();
    let mut named = Vec::new();
    for part in given.trim().to_ascii_lowercase().split('+') {
        let found: Vec<ChangeHash> = known
            .iter()
            .filter(|(_, text)| part.len() >= DIGITS && text.starts_with(part))
            .map(|(change, _)| *change)
            .collect();
        match found.as_slice() {
            [one] => named.push(*one),
            _ => return version(given),
        }
    }
    Ok(named.into_iter().collect())
}

/// The heads of all that was written until a moment.
fn stood_at(steps: &[Step], end: Time) -> Version {
    let mut kept: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut covered: BTreeSet<ChangeHash> = BTreeSet::new();
    for step in steps {
        // A clock that was ahead must not leave a change without what it builds on.
        if step.at <= end && step.dependencies.iter().all(|change| kept.contains(change)) {
            kept.insert(step.change);
            covered.extend(&step.dependencies);
        }
    }
    kept.difference(&covered).copied().collect()
}

/// The heads of all but the newest change.
pub(crate) fn without_last(steps: &[Step]) -> Version {
    match steps.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            let kept: Vec<Step> = rest.iter().filter(|step| step.change != last.change).cloned().collect();
            stood_at(&kept, Time(i64::MAX))
        }
        Some((only, _)) => std::iter::once(only.change).collect(),
        None => Version::default(),
    }
}

/// Reads a version in the form in which it is printed.
fn version(given: &str) -> Result<Version, Refusal> {
    given
        .trim()
        .parse()
        .map_err(|VersionError| Refusal::NotAVersion { given: given.to_owned(), fault: VersionFault::Form })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(change: u8, at: i64, on: &[u8]) -> Step {
        let hash = |n: u8| ChangeHash::from_bytes([n; 32]);
        Step {
            change: hash(change),
            entry: None,
            at: Time(at),
            member: None,
            seat: None,
            fields: Vec::new(),
            reason: None,
            version: std::iter::once(hash(change)).collect(),
            dependencies: on.iter().copied().map(hash).collect(),
        }
    }

    #[test]
    fn what_stood_are_the_heads_of_what_was_written_until_then() {
        let steps = [step(1, 10, &[]), step(2, 20, &[1]), step(3, 30, &[1]), step(4, 40, &[2, 3])];
        assert_eq!(stood_at(&steps, Time(35)).len(), 2);
        assert_eq!(stood_at(&steps, Time(25)), steps[1].version);
        assert!(stood_at(&steps, Time(5)).is_empty());
    }

    #[test]
    fn a_change_without_what_it_builds_on_does_not_stand() {
        let steps = [step(1, 10, &[]), step(2, 50, &[1]), step(3, 20, &[2])];
        assert_eq!(stood_at(&steps, Time(30)), steps[0].version);
    }

    #[test]
    fn a_version_is_named_by_its_first_digits() {
        let changes = [ChangeHash::from_bytes([1; 32]), ChangeHash::from_bytes([2; 32])];
        let both: Version = changes.into_iter().collect();
        assert_eq!(named_version(changes.into_iter(), "0101+0202").unwrap(), both);
        assert!(named_version(changes.into_iter(), "0303").is_err());
        assert!(named_version(changes.into_iter(), "01").is_err());
    }
}
