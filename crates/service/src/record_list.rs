//! Records are listed.

use std::collections::BTreeMap;

use tally_control::{Record, RecordList, Records, Refusal};

use crate::names::short;
use crate::service::{Answers, Asker, Parts, Service};
use crate::views::{Filter, Views};
use crate::{day, json, naming, refusals};

impl<P: Parts> Answers<RecordList> for Service<P> {
    async fn answer(&self, ask: RecordList, _: &Asker) -> Result<Records, Refusal> {
        let kind = ask.kind.as_deref().map(naming::kind).transpose()?;
        let ring = match &ask.ring {
            Some(given) => Some(naming::ring(&self.names().rings, given)?.ring),
            None => None,
        };
        if let Some(day) = ask.due_before.as_ref().filter(|day| day::end_of(day).is_none()) {
            return Err(Refusal::NotADay { given: day.clone() });
        }
        let filter = Filter {
            kind: kind.map(|kind| kind.kind().to_owned()),
            ring,
            due_before: ask.due_before,
            attention: false,
        };
        let mut records = if ask.local { Vec::new() } else { self.rows(&filter).await? };
        if ring.is_none() {
            records.extend(self.local_rows().await.into_iter().filter(|record| filter.takes(record)));
        }
        for (name, given) in &ask.matching {
            let mut kept = Vec::with_capacity(records.len());
            for record in records {
                if matches(&record, name, given, kind.is_some())? {
                    kept.push(record);
                }
            }
            records = kept;
        }
        records.sort_by_cached_key(order);
        Ok(Records { records })
    }
}

impl<P: Parts> Service<P> {
    /// Every row of the rings that a filter takes.
    pub(crate) async fn rows(&self, filter: &Filter) -> Result<Vec<Record>, Refusal> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.views.page(filter, after).await?;
            rows.extend(page.rows);
            after = page.after;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// Whether a record has the value; a field that its kind does not have is an error only where one kind was asked for.
fn matches(record: &Record, name: &str, given: &str, strict: bool) -> Result<bool, Refusal> {
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
        Err(error) if strict => Err(refusals::value(&error)),
        Err(_) => Ok(false),
    }
}

fn order(record: &Record) -> (String, String, Option<tally_record::Reference>, String) {
    let ring = record.audience.ring.clone().unwrap_or_default();
    (ring, record.kind.clone(), record.reference.parse().ok(), short(&record.id))
}
