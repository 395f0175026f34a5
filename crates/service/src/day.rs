//! Days as people give them.

use jiff::Timestamp;
use jiff::civil::Date;
use tally_entry::Time;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The last moment of a day, or of a month or year where only that is given; none where it is no date.
pub(crate) fn end_of(date: &str) -> Option<Time> {
    let parts: Vec<&str> = date.trim().split('-').collect();
    let number = |text: &str| text.parse::<i16>().ok();
    let small = |text: &str| text.parse::<i8>().ok();
    let (first, days) = match parts.as_slice() {
        [year] if year.len() == 4 => {
            let first = Date::new(number(year)?, 1, 1).ok()?;
            (first, i64::from(first.days_in_year()))
        }
        [year, month] if year.len() == 4 => {
            let first = Date::new(number(year)?, small(month)?, 1).ok()?;
            (first, i64::from(first.days_in_month()))
        }
        [year, month, day] if year.len() == 4 => (Date::new(number(year)?, small(month)?, small(day)?).ok()?, 1),
        _ => return None,
    };
    let text = format!("{first}T00:00:00Z");
    let start: Timestamp = text.parse().ok()?;
    Some(Time(start.as_millisecond() + days * DAY - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_before_the_next_begins() {
        assert_eq!(end_of("2021-07-11"), Some(Time(1_626_048_000_000 - 1)));
        assert_eq!(end_of("2021-06-30"), end_of("2021-06"));
        assert_eq!(end_of("2021-12-31"), end_of("2021"));
    }

    #[test]
    fn other_words_are_no_day() {
        for given in ["2021-02-30", "21-02-01", "yesterday", "", "2021-13"] {
            assert_eq!(end_of(given), None, "{given}");
        }
    }
}
