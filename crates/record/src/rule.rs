use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use tally_document::{PartialDate, Value};

/// A rule of the field for one kind of record; shown where a record breaks it, never enforced on what arrives.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its number in the catalogue of the field, such as `R04`.
    pub number: Option<&'static str>,
    /// What people read where it is broken.
    pub says: &'static str,
    /// The fields it is about, the most telling first. That one of them is empty is for this rule to say.
    pub about: &'static [&'static str],
    /// Whether a record breaks it.
    pub broken: fn(&Contents<'_>, &Surroundings<'_>) -> bool,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.says, self.about) == (other.number, other.says, other.about)
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("number", &self.number).field("says", &self.says).finish_non_exhaustive()
    }
}

/// What is known about a record beside its own fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Whether others hold it.
    pub held_by_others: bool,
    /// Names of the members whose approval of this text is missing.
    pub outstanding: &'a [String],
    /// Where two answers stand unsettled.
    pub unsettled: &'a [String],
}

/// The fields of one record, as rules ask about them.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    state: &'a str,
    fields: &'a BTreeMap<String, Value>,
}

impl<'a> Contents<'a> {
    pub(crate) const fn new(state: &'a str, fields: &'a BTreeMap<String, Value>) -> Self {
        Self { state, fields }
    }

    /// Returns the state of the record.
    #[must_use]
    pub const fn state(&self) -> &'a str {
        self.state
    }

    /// Returns whether a field holds nothing but space.
    #[must_use]
    pub fn is_empty(&self, field: &str) -> bool {
        self.fields.get(field).is_none_or(|value| match value {
            Value::Line(text) | Value::Text(text) | Value::Link(text) => text.trim().is_empty(),
            other => other.is_empty(),
        })
    }

    /// Returns whether a field holds this word of its vocabulary.
    #[must_use]
    pub fn is_word(&self, field: &str, word: &str) -> bool {
        matches!(self.fields.get(field), Some(Value::Word(held)) if held == word)
    }

    /// Returns whether a field says yes.
    #[must_use]
    pub fn is_yes(&self, field: &str) -> bool {
        matches!(self.fields.get(field), Some(Value::Flag(true)))
    }

    /// Returns whether two fields name the same, capitals aside; not where either is empty.
    #[must_use]
    pub fn are_alike(&self, field: &str, other: &str) -> bool {
        match (self.fields.get(field), self.fields.get(other)) {
            (Some(Value::Line(a) | Value::Link(a)), Some(Value::Line(b) | Value::Link(b))) => {
                !a.trim().is_empty() && a.trim().eq_ignore_ascii_case(b.trim())
            }
            _ => false,
        }
    }

    /// Returns whether a line of a group holds this word of its vocabulary.
    #[must_use]
    pub fn any_line_says(&self, group: &str, field: &str, word: &str) -> bool {
        let says = |line: &BTreeMap<String, Value>| matches!(line.get(field), Some(Value::Word(held)) if held == word);
        matches!(self.fields.get(group), Some(Value::Lines(lines)) if lines.iter().any(says))
    }

    /// Returns whether one date is before another as far as both are known.
    #[must_use]
    pub fn is_earlier(&self, field: &str, than: &str) -> bool {
        match (self.fields.get(field), self.fields.get(than)) {
            (Some(Value::Date(date)), Some(Value::Date(than))) => order(date, than) == Some(Ordering::Less),
            _ => false,
        }
    }
}

/// Orders two partial dates as far as both are known; none where either is quite unknown.
fn order(a: &PartialDate, b: &PartialDate) -> Option<Ordering> {
    let parts =
        |date: &PartialDate| -> Vec<u32> { date.value.split('-').filter_map(|part| part.parse().ok()).collect() };
    let (a, b) = (parts(a), parts(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    a.iter().zip(&b).map(|(x, y)| x.cmp(y)).find(|o| o.is_ne()).or(Some(Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_by_the_word_it_holds() {
        let line = |word: &str| BTreeMap::from([("state".to_owned(), Value::Word(word.to_owned()))]);
        let fields = BTreeMap::from([("seats".to_owned(), Value::Lines(vec![line("filled"), line("vacant")]))]);
        let contents = Contents::new("active", &fields);
        assert!(contents.any_line_says("seats", "state", "vacant"));
        assert!(!contents.any_line_says("seats", "state", "tbc"));
        assert!(!contents.any_line_says("members", "state", "vacant"));
    }
}
