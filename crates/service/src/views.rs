//! What the service needs of the views: rows of records, and records by their names.

use tally_control::Record;
use tally_entry::{DocumentId, RingId};

use crate::core::NoReply;
use crate::day;

/// Digits of an id that name a thing at the least.
pub(crate) const DIGITS: usize = 4;

/// Rows of the records of all rings, as the durable record reads.
pub trait Views: Send + Sync + 'static {
    /// The records that these words name.
    fn find(&self, given: &str) -> impl Future<Output = Result<Vec<Named>, NoReply>> + Send;

    /// Every record by its names.
    fn names(&self) -> impl Future<Output = Result<Vec<Named>, NoReply>> + Send;

    /// A page of the rows that the filter takes, after a record.
    fn page(&self, filter: &Filter, after: Option<DocumentId>) -> impl Future<Output = Result<Page, NoReply>> + Send;

    /// Rebuilds every row; returns how many there are.
    fn rebuild(&self) -> impl Future<Output = Result<u64, NoReply>> + Send;
}

/// Rows, and where to go on.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Record>,
    /// The record after which the next page begins; none where this is the last.
    pub after: Option<DocumentId>,
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one kind.
    pub kind: Option<String>,
    /// Of one ring.
    pub ring: Option<RingId>,
    /// With a date before this day.
    pub due_before: Option<String>,
    /// With several answers to a field, or not to be shown.
    pub attention: bool,
}

impl Filter {
    /// Whether a row is wanted.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        self.kind.as_ref().is_none_or(|kind| record.kind == *kind)
            && self.ring.is_none_or(|ring| record.audience.ring_id.as_deref() == Some(ring.to_string().as_str()))
            && self.due_before.as_deref().is_none_or(|day| is_due(record, day))
            && (!self.attention || record.stopped.is_some() || !record.answers.is_empty())
    }
}

/// A record by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub document: DocumentId,
    /// Its short reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its kind, which it keeps for ever.
    pub kind: String,
}

impl Named {
    /// The names in a row; none where its id cannot be read.
    #[must_use]
    pub fn of(row: &Record) -> Option<Self> {
        let document = row.id.parse().ok()?;
        let Record { reference, title, kind, .. } = row.clone();
        Some(Self { document, reference, title, kind })
    }

    /// Whether words a person gave name it: its reference, its id, or enough of the id's beginning.
    #[must_use]
    pub fn answers_to(&self, given: &str) -> bool {
        let id = self.document.to_string();
        !self.reference.is_empty() && self.reference.eq_ignore_ascii_case(given)
            || given.len() >= DIGITS && id.starts_with(&given.to_ascii_lowercase())
    }
}

fn is_due(record: &Record, before: &str) -> bool {
    let dues = tally_record::find(&record.kind).map_or(&[][..], |kind| kind.dues);
    dues.iter().filter_map(|name| record.fields.get(*name)).filter_map(|value| value.as_str()).any(|date| {
        let day = date.split(' ').next().unwrap_or_default();
        let known = day.starts_with(|c: char| c.is_ascii_digit());
        known && day::end_of(day).zip(day::end_of(before)).is_some_and(|(day, before)| day < before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_due_when_it_is_over() {
        let mut record = Record { kind: "priority".to_owned(), ..Record::default() };
        record.fields.insert("ends".to_owned(), "2021-07".into());
        assert!(is_due(&record, "2021-08-01"));
        assert!(!is_due(&record, "2021-07-15"));
    }

    #[test]
    fn a_filter_takes_what_all_of_it_fits() {
        let mut record = Record { kind: "priority".into(), ..Record::default() };
        record.fields.insert("ends".to_owned(), "2021-07".into());
        let filter =
            Filter { kind: Some("priority".into()), due_before: Some("2022-01-01".into()), ..Filter::default() };
        assert!(filter.takes(&record));
        assert!(!Filter { kind: Some("learning".into()), ..filter.clone() }.takes(&record));
        assert!(!Filter { attention: true, ..filter.clone() }.takes(&record));
        assert!(!Filter { ring: Some(RingId::from_bytes([1; 32])), ..filter }.takes(&record));
    }

    #[test]
    fn a_record_is_named_by_its_reference_or_enough_digits() {
        let named = Named {
            document: DocumentId::from_bytes([0xab; 32]),
            reference: "TB-P1".into(),
            title: "".into(),
            kind: "".into(),
        };
        assert!(named.answers_to("tb-p1") && named.answers_to("ABAB"));
        assert!(!named.answers_to("aba") && !named.answers_to(""));
    }
}
