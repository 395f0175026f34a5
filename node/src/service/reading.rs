//! Records are shown, listed and compared.

use std::collections::{BTreeMap, BTreeSet};

use tally_control::{Answer, Change, Difference, Exit, Failure, Record, Word, told};
use tally_document::{FieldDifference, Version, WordChange};
use tally_entry::{ChangeHash, DocumentId, Time};
use tally_replica::{Query, QueryAnswer, StepReading};
use tally_sovereign::{LocalStep, SovereignFolder};

use super::naming::{self, Place};
use super::writing::{unexpected, version};
use super::{Service, atlas, json, refusals, shape};
use crate::moment;

/// Which records are listed.
pub(super) struct List {
    pub(super) kind: Option<String>,
    pub(super) ring: Option<String>,
    pub(super) local: bool,
    pub(super) matching: Vec<(String, String)>,
    pub(super) due_before: Option<String>,
}

/// Digits of a version that name it at the least: as many as tables show, or half of them.
const DIGITS: usize = 4;

/// Fields that say when something is due, of all kinds.
const DUE: [&str; 5] = ["reply_by", "ends", "cascade_by", "follow_up", "due"];

impl Service {
    pub(super) async fn record_show(&self, id: &str, at: Option<&str>) -> Result<Record, Failure> {
        let what = "The record was not shown";
        let atlas = self.atlas(what).await?;
        match self.place(what, id).await? {
            Place::Local(id) => {
                let steps = self.try_local(what, move |store| store.history(id)).await?;
                let at = at.map(|at| local_version_at(what, &steps, at)).transpose()?;
                let times = local_times(&steps);
                let record = self.try_local(what, move |store| store.show(id, at.as_ref())).await?;
                Ok(shape::local(&record, times, &atlas))
            }
            Place::Shared(document) => {
                let at = match at {
                    None => None,
                    Some(at) => Some(self.version_at(what, document, at).await?),
                };
                let sight = self.sight(what, document, at).await?;
                Ok(shape::shared(&sight, &atlas))
            }
        }
    }

    pub(super) async fn record_list(&self, list: List) -> Result<Vec<Record>, Failure> {
        let what = "The records were not listed";
        let atlas = self.atlas(what).await?;
        let kind = list.kind.as_deref().map(|kind| super::writing::find_kind(what, kind)).transpose()?;
        let ring = match &list.ring {
            Some(given) => Some(naming::ring(what, &atlas.rings, given)?.ring.to_string()),
            None => None,
        };
        let due = match &list.due_before {
            Some(day) if moment::end_of(day).is_none() => return Err(no_date(what, day)),
            due => due.clone(),
        };
        let mut records = Vec::new();
        if !list.local {
            records = self.views.list(&self.core).await.map_err(|undone| undone.failure(what))?;
        }
        if ring.is_none() {
            let atlas = atlas.clone();
            records.extend(
                self.local(move |store| {
                    store.ids().into_iter().map(|id| listed(store, id, &atlas)).collect::<Vec<Record>>()
                })
                .await,
            );
        }
        records.retain(|record| {
            kind.is_none_or(|kind| record.kind == kind.kind())
                && (ring.is_none() || record.audience.ring_id == ring)
                && due.as_deref().is_none_or(|due| is_due(record, due))
        });
        for (name, given) in &list.matching {
            let mut kept = Vec::with_capacity(records.len());
            for record in records {
                if matches(what, &record, name, given, kind.is_some())? {
                    kept.push(record);
                }
            }
            records = kept;
        }
        records.sort_by_cached_key(order);
        Ok(records)
    }

    pub(super) async fn record_history(&self, id: &str) -> Result<Vec<Change>, Failure> {
        let what = "The history was not shown";
        let atlas = self.atlas(what).await?;
        match self.place(what, id).await? {
            Place::Local(id) => {
                let steps = self.try_local(what, move |store| store.history(id)).await?;
                Ok(steps.iter().enumerate().map(|(at, step)| local_change(at, step, &atlas.name)).collect())
            }
            Place::Shared(document) => {
                let ring = self.sight(what, document, None).await?.ring;
                let steps = self.steps(what, document).await?;
                Ok(steps
                    .iter()
                    .enumerate()
                    .map(|(at, step)| Change {
                        entry: Some(step.entry.to_string()),
                        at: moment::text(step.at),
                        member: step.member.map(|member| atlas.member(Some(&ring), &member)),
                        seat: step.seat.clone(),
                        version: step.version.to_string(),
                        fields: step.fields.clone(),
                        reason: step.reason.clone(),
                        summary: summary(at, &step.fields),
                    })
                    .collect())
            }
        }
    }

    pub(super) async fn record_diff(
        &self,
        id: &str,
        before: Option<&str>,
        after: Option<&str>,
        since_agreed: bool,
        since: Option<&str>,
    ) -> Result<Answer, Failure> {
        let what = "The versions were not compared";
        let (before, after, differences) = match self.place(what, id).await? {
            Place::Local(id) => {
                if since_agreed {
                    return Err(never_agreed(what));
                }
                let steps = self.try_local(what, move |store| store.history(id)).await?;
                let at = |given: &str| local_version_at(what, &steps, given);
                let now = self.try_local(what, move |store| store.show(id, None)).await?.version;
                let after = after.map(at).transpose()?.unwrap_or(now);
                let before = match before.or(since) {
                    Some(given) => at(given)?,
                    None => before_last(&steps.iter().map(|step| step.made.change).collect::<Vec<_>>()),
                };
                let (a, b) = (before.clone(), after.clone());
                let differences = self.try_local(what, move |store| store.difference(id, &a, &b)).await?;
                (before, after, differences)
            }
            Place::Shared(document) => {
                let sight = self.sight(what, document, None).await?;
                let after = match after {
                    Some(given) => self.version_at(what, document, given).await?,
                    None => sight.heads.clone(),
                };
                let before = match before.or(since) {
                    Some(given) => self.version_at(what, document, given).await?,
                    None if since_agreed => {
                        let atlas = self.atlas(what).await?;
                        shape::agreed(&sight, &atlas).in_force.ok_or_else(|| never_agreed(what))?
                    }
                    None => {
                        let steps = self.steps(what, document).await?;
                        without_last(&steps)
                    }
                };
                let sought =
                    Query::Difference { document, before: before.clone().into(), after: Some(after.clone().into()) };
                match self.core.look(sought).await.map_err(|undone| undone.failure(what))? {
                    QueryAnswer::Difference(differences) => (before, after, differences),
                    _ => return Err(unexpected(what)),
                }
            }
        };
        Ok(Answer::Diff {
            before: before.to_string(),
            after: after.to_string(),
            differences: differences.iter().map(difference).collect(),
        })
    }

    async fn steps(&self, what: &str, document: DocumentId) -> Result<Vec<StepReading>, Failure> {
        match self.core.look(Query::History(document)).await.map_err(|undone| undone.failure(what))? {
            QueryAnswer::History(steps) => Ok(steps),
            _ => Err(unexpected(what)),
        }
    }

    /// The version that these words name: a version, a beginning of it, or the one that stood at the end of a day.
    pub(super) async fn version_at(&self, what: &str, document: DocumentId, given: &str) -> Result<Version, Failure> {
        let steps = self.steps(what, document).await?;
        if let Some(end) = moment::end_of(given) {
            let stood = stood_at(&steps, end);
            if stood.is_empty() {
                return Err(not_yet(what, given));
            }
            return Ok(stood);
        }
        named_version(what, steps.iter().map(|step| step.change), given)
    }
}

/// The version whose changes begin with the digits that were given.
fn named_version(what: &str, changes: impl Iterator<Item = ChangeHash>, given: &str) -> Result<Version, Failure> {
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
            _ => return version(what, given),
        }
    }
    Ok(named.into_iter().collect())
}

/// The heads of all that was written until a moment.
fn stood_at(steps: &[StepReading], end: Time) -> Version {
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
fn without_last(steps: &[StepReading]) -> Version {
    match steps.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            let kept: Vec<StepReading> = rest.iter().filter(|step| step.change != last.change).cloned().collect();
            stood_at(&kept, Time(i64::MAX))
        }
        Some((only, _)) => std::iter::once(only.change).collect(),
        None => Version::default(),
    }
}

/// The version before the newest of a local record, which one machine writes in one line.
fn before_last(changes: &[ChangeHash]) -> Version {
    let at = changes.len().saturating_sub(2);
    changes.get(at).copied().into_iter().collect()
}

pub(super) fn local_version_at(what: &str, steps: &[LocalStep], given: &str) -> Result<Version, Failure> {
    if let Some(end) = moment::end_of(given) {
        let last = steps.iter().rev().find(|step| step.made.at <= end).ok_or_else(|| not_yet(what, given))?;
        return Ok(std::iter::once(last.made.change).collect());
    }
    named_version(what, steps.iter().map(|step| step.made.change), given)
}

/// A local record as lists show it. One that does not open keeps nobody from the others: it is named, and says why.
fn listed(store: &SovereignFolder, id: DocumentId, atlas: &atlas::Atlas) -> Record {
    let read = store.show(id, None).and_then(|record| Ok((record, local_times(&store.history(id)?))));
    match read {
        Ok((record, times)) => shape::local(&record, times, atlas),
        Err(error) => shape::unreadable(id, store.label(id), told(&error), atlas),
    }
}

fn local_times(steps: &[LocalStep]) -> Option<(Time, Time)> {
    Some((steps.first()?.made.at, steps.last()?.made.at))
}

fn local_change(at: usize, step: &LocalStep, member: &str) -> Change {
    let version: Version = std::iter::once(step.made.change).collect();
    Change {
        entry: None,
        at: moment::text(step.made.at),
        member: Some(member.to_owned()),
        seat: step.made.seat.clone(),
        version: version.to_string(),
        fields: step.fields.clone(),
        reason: step.made.reason.clone(),
        summary: summary(at, &step.fields),
    }
}

fn summary(at: usize, fields: &[String]) -> String {
    let mut top: Vec<&str> = fields.iter().filter_map(|field| field.split('/').next()).collect();
    top.dedup();
    if at == 0 {
        return "made".to_owned();
    }
    match top.as_slice() {
        [] => "changed".to_owned(),
        ["state"] => "moved".to_owned(),
        _ => format!("changed {}", top.join(", ")),
    }
}

fn difference(difference: &FieldDifference) -> Difference {
    Difference {
        field: difference.field.clone(),
        before: json::of(&difference.before),
        after: json::of(&difference.after),
        words: difference
            .words
            .iter()
            .map(|word| match word {
                WordChange::Kept(word) => Word::Kept(word.clone()),
                WordChange::Removed(word) => Word::Removed(word.clone()),
                WordChange::Added(word) => Word::Added(word.clone()),
            })
            .collect(),
    }
}

/// Whether a record has the value; a field that its kind does not have is an error only where one kind was asked for.
fn matches(what: &str, record: &Record, name: &str, given: &str, strict: bool) -> Result<bool, Failure> {
    let fixed = BTreeMap::from([
        ("ref", &record.reference),
        ("people_state", &record.people_state),
        ("home", &record.home),
        ("title", &record.title),
    ]);
    if let Some(held) = fixed.get(name) {
        return Ok(held.eq_ignore_ascii_case(given.trim()));
    }
    let Some(kind) = tally_record::find(&record.kind) else {
        return Ok(false);
    };
    match json::holds(kind, &record.fields, name, given) {
        Ok(holds) => Ok(holds),
        Err(error) if strict => Err(refusals::value(what, &error)),
        Err(_) => Ok(false),
    }
}

fn is_due(record: &Record, before: &str) -> bool {
    DUE.iter().filter_map(|name| record.fields.get(*name)).filter_map(|value| value.as_str()).any(|date| {
        let day = date.split(' ').next().unwrap_or_default();
        let known = day.starts_with(|c: char| c.is_ascii_digit());
        known && moment::end_of(day).zip(moment::end_of(before)).is_some_and(|(day, before)| day < before)
    })
}

fn order(record: &Record) -> (String, String, Option<tally_record::Reference>, String) {
    let ring = record.audience.ring.clone().unwrap_or_default();
    (ring, record.kind.clone(), record.reference.parse().ok(), atlas::short(&record.id))
}

fn not_yet(what: &str, given: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        what,
        format!("at the end of {given} there was no such record"),
        "`tally record history ID` says when it was made.",
    )
}

fn no_date(what: &str, given: &str) -> Failure {
    Failure::new(Exit::Usage, what, format!("{given:?} is not a day"), "A day looks like 2021-07-12.")
}

fn never_agreed(what: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        what,
        "no version of it has been agreed by everybody",
        "Compare two versions by name, or use --since DATE.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_entry::EntryId;

    fn step(change: u8, at: i64, on: &[u8]) -> StepReading {
        let hash = |n: u8| ChangeHash::from_bytes([n; 32]);
        StepReading {
            change: hash(change),
            entry: EntryId::from_bytes([change; 32]),
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
        assert_eq!(named_version("x", changes.into_iter(), "0101+0202").unwrap(), both);
        assert!(named_version("x", changes.into_iter(), "0303").is_err());
        assert!(named_version("x", changes.into_iter(), "01").is_err());
    }

    #[test]
    fn a_month_is_due_when_it_is_over() {
        let mut record = Record::default();
        record.fields.insert("ends".to_owned(), "2021-07".into());
        assert!(is_due(&record, "2021-08-01"));
        assert!(!is_due(&record, "2021-07-15"));
    }
}
