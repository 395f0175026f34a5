use std::fmt;

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only a year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// Only words such as "after the summer".
    None,
}

impl Precision {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Year, "year"), (Self::Month, "month"), (Self::Day, "day"), (Self::None, "none")];

    /// As it stands in the kept text and in commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }

    /// The precision that a word names.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        find(&Self::ALL, text)
    }
}

/// How sure a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateStatus {
    /// To be confirmed.
    Tbc,
    /// Somebody proposed it.
    Proposed,
    /// Everybody concerned agreed to it.
    Confirmed,
    /// Moved to another date.
    Moved,
    /// Will not happen.
    Cancelled,
}

impl DateStatus {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Tbc, "tbc"),
        (Self::Proposed, "proposed"),
        (Self::Confirmed, "confirmed"),
        (Self::Moved, "moved"),
        (Self::Cancelled, "cancelled"),
    ];

    /// As it stands in the kept text and in commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(&Self::ALL, self)
    }

    /// The status that a word names.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        find(&Self::ALL, text)
    }
}

fn word<T: Copy + PartialEq>(all: &[(T, &'static str)], of: T) -> &'static str {
    all.iter().find(|(one, _)| *one == of).map_or("", |(_, word)| word)
}

fn find<T: Copy>(all: &[(T, &'static str)], text: &str) -> Option<T> {
    all.iter().find(|(_, word)| *word == text).map(|(one, _)| *one)
}

/// A date as records know it: partial, unconfirmed, or only words.
///
/// Kept as one text, `value precision status words`, with `-` for no value, so that two concurrent dates are two
/// answers and never a mixture: `2021-07 month proposed after the summer`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// `2021`, `2021-07` or `2021-07-12` as the precision says, empty for none.
    pub value: String,
    /// How much is known.
    pub precision: Precision,
    /// Whether it may still change.
    pub status: DateStatus,
    /// The words the date was read from.
    pub source_words: String,
}

impl PartialDate {
    /// Reads the one text; none where its shape is not that of its precision.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        let value = parts.next()?;
        let date = Self {
            value: if value == "-" { String::new() } else { value.to_owned() },
            precision: Precision::find(parts.next()?)?,
            status: DateStatus::find(parts.next()?)?,
            source_words: parts.next().unwrap_or_default().to_owned(),
        };
        date.is_well_formed().then_some(date)
    }

    /// Whether the value has the shape of its precision, with a month and a day that a calendar could have.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let parts: Vec<&str> = self.value.split('-').collect();
        let number = |text: &str, width: usize, most: u32| {
            text.len() == width
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && text.parse::<u32>().is_ok_and(|number| number >= 1 && number <= most)
        };
        match (self.precision, parts.as_slice()) {
            (Precision::None, [""]) => true,
            (Precision::Year, [year]) => number(year, 4, 9999),
            (Precision::Month, [year, month]) => number(year, 4, 9999) && number(month, 2, 12),
            (Precision::Day, [year, month, day]) => number(year, 4, 9999) && number(month, 2, 12) && number(day, 2, 31),
            _ => false,
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.is_empty() { "-" } else { &self.value };
        write!(f, "{value} {} {}", self.precision.word(), self.status.word())?;
        if self.source_words.is_empty() { Ok(()) } else { write!(f, " {}", self.source_words) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_comes_back_from_its_text() {
        for text in [
            "2021-07-12 day confirmed",
            "2021-07 month proposed after the summer",
            "2021 year tbc",
            "- none moved some time",
        ] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_value_of_another_shape_is_no_date() {
        for text in ["2021-07 day tbc", "- day tbc", "2021-13 month tbc", "2021-07-12", ""] {
            assert_eq!(PartialDate::parse(text), None);
        }
    }
}
