use std::collections::BTreeSet;

use thiserror::Error;

use crate::finding::{Finding, FindingDigest};
use crate::words::{Wording, Words};

/// Words that the guard has read: the only form in which words are signed into a ring.
///
/// There are two ways to one: [`Cleared::read`], and [`Cleared::again`] for what was read before it was first signed.
///
/// ```
/// use tally_guard::Cleared;
///
/// let cleared: Cleared<&str> = Cleared::first("Adolescents at risk")?;
/// # Ok::<(), tally_guard::Stopped>(())
/// ```
///
/// Nothing else makes one:
///
/// ```compile_fail,E0451
/// use tally_guard::Cleared;
///
/// let cleared: Cleared<&str> = Cleared { value: "Adolescents at risk" };
/// # Ok::<(), tally_guard::Stopped>(())
/// ```
///
/// ```compile_fail,E0308
/// use tally_guard::Cleared;
///
/// let cleared: Cleared<&str> = "Adolescents at risk";
/// # Ok::<(), tally_guard::Stopped>(())
/// ```
///
/// ```compile_fail,E0624
/// use tally_guard::Cleared;
///
/// let cleared: Cleared<&str> = Cleared::new("Adolescents at risk");
/// # Ok::<(), tally_guard::Stopped>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared<T> {
    value: T,
}

impl<T> Cleared<T> {
    const fn new(value: T) -> Self {
        Self { value }
    }

    /// Takes an own entry that was read when it was first signed and is written again after a restore.
    ///
    /// Nothing else may come this way: the guard does not look at it.
    pub const fn again(value: T) -> Self {
        Self::new(value)
    }

    /// Returns what was read.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Takes out what was read, to be signed.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T: Wording> Cleared<T> {
    /// Has the guard read words before which nothing stood, and for which no seat can answer.
    ///
    /// # Errors
    /// Every finding.
    pub fn first(value: T) -> Result<Self, Stopped> {
        Self::read(value, Words::default, &BTreeSet::new())
    }

    /// Has the guard read what a value says.
    ///
    /// A value is what would stand after an act, such as the whole record: only so is an identifier found that two
    /// edits or two fields share between them. `standing` are the words that stood before it, asked for only where
    /// something is found. What is in them already, received from a partner or let through earlier, does not stop
    /// every later act. `let_through` are the findings for which a seat has answered.
    ///
    /// # Errors
    /// Every finding that is neither in the standing words nor let through.
    pub fn read(
        value: T,
        standing: impl FnOnce() -> Words,
        let_through: &BTreeSet<FindingDigest>,
    ) -> Result<Self, Stopped> {
        let mut findings = Words::of(&value).findings();
        let mut told = BTreeSet::new();
        findings.retain(|finding| {
            !let_through.contains(&finding.digest) && told.insert((finding.digest, finding.places.clone()))
        });
        if !findings.is_empty() {
            let known: BTreeSet<FindingDigest> =
                standing().findings().into_iter().map(|finding| finding.digest).collect();
            findings.retain(|finding| !known.contains(&finding.digest));
        }
        if findings.is_empty() { Ok(Self::new(value)) } else { Err(Stopped { findings }) }
    }
}

/// Says what the guard found; nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the guard stopped it: {}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Stopped {
    /// What was found, and where; never empty.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type Fields = BTreeMap<&'static str, &'static str>;

    const NUMBER: &str = "943 476 5919";

    fn record(fields: &[(&'static str, &'static str)]) -> Fields {
        fields.iter().copied().collect()
    }

    fn read(value: Fields, standing: &Fields, let_through: &[FindingDigest]) -> Result<Cleared<Fields>, Stopped> {
        Cleared::read(value, || Words::of(standing), &let_through.iter().copied().collect())
    }

    #[test]
    fn words_without_findings_pass_unchanged() {
        let fields = record(&[("title", "Adolescents at risk")]);
        assert_eq!(read(fields.clone(), &Fields::new(), &[]).unwrap().into_inner(), fields);
    }

    #[test]
    fn a_finding_stops_and_is_told_masked() {
        let stopped = read(record(&[("focus", NUMBER)]), &Fields::new(), &[]).unwrap_err();
        assert_eq!(stopped.to_string(), "the guard stopped it: an NHS number in focus (*** *** **19)");
    }

    #[test]
    fn an_identifier_split_over_two_acts_is_found_at_the_second() {
        let before = record(&[("focus", "for 943 476")]);
        assert!(read(before.clone(), &Fields::new(), &[]).is_ok());
        for after in [
            record(&[("focus", "for 943 476 5919")]),
            record(&[("focus", "for 943 476"), ("source", "5919")]),
            record(&[("focus", "for 943 476"), ("ambitions", "be safe"), ("aim", "5919 too")]),
        ] {
            assert_eq!(read(after.clone(), &before, &[]).unwrap_err().findings.len(), 1, "{after:?}");
        }
    }

    #[test]
    fn what_stood_before_does_not_stop_a_later_act() {
        let before = record(&[("focus", NUMBER)]);
        assert!(read(record(&[("focus", NUMBER), ("title", "Adolescents")]), &before, &[]).is_ok());
    }

    #[test]
    fn what_stood_before_lets_nothing_new_through() {
        let before = record(&[("focus", NUMBER)]);
        let stopped = read(record(&[("focus", NUMBER), ("title", "ask sam@example.org")]), &before, &[]).unwrap_err();
        assert_eq!(stopped.findings.len(), 1);
        assert_eq!(stopped.findings[0].places, ["title"]);
    }

    #[test]
    fn a_seat_lets_through_the_findings_it_names_and_no_other() {
        let fields = record(&[("focus", NUMBER), ("title", "ask sam@example.org")]);
        let both: Vec<FindingDigest> =
            read(fields.clone(), &Fields::new(), &[]).unwrap_err().findings.iter().map(|f| f.digest).collect();
        assert_eq!(read(fields.clone(), &Fields::new(), &both[..1]).unwrap_err().findings.len(), 1);
        assert!(read(fields, &Fields::new(), &both).is_ok());
    }

    #[test]
    fn what_was_read_once_is_written_again_unread() {
        assert_eq!(*Cleared::again(NUMBER).value(), NUMBER);
    }
}
