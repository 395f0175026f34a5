use tally_document::{DateStatus, PartialDate, Precision};

/// Names of the months as people write them; three letters are enough to tell them apart.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a date as people write it: `2021-07-12`, `12/07/2021`, `12 July 2021`, `July 2021`, `2021`.
///
/// A status word may follow (`tbc`, `proposed`, `confirmed`, `moved`, `cancelled`), then words that
/// are kept as they are. A status alone is a date of which nothing is known yet. Without a status a
/// date is confirmed. Days that no calendar has are refused.
pub(crate) fn read_date(given: &str) -> Option<PartialDate> {
    let given = given.trim();
    if let Some(date) = PartialDate::parse(given) {
        return is_real(&date.value).then_some(date);
    }
    let words: Vec<&str> = given.split_whitespace().collect();
    let (value, taken) = value(&words)?;
    let status = words.get(taken).and_then(|word| DateStatus::find(&word.to_lowercase()));
    let rest = words.get(taken + usize::from(status.is_some())..).unwrap_or_default();
    // Words that are neither a date nor a status are not guessed at.
    if (taken == 0 || !rest.is_empty()) && status.is_none() {
        return None;
    }
    let precision = match value.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        _ => Precision::None,
    };
    let date =
        PartialDate { value, precision, status: status.unwrap_or(DateStatus::Confirmed), source_words: rest.join(" ") };
    (date.is_well_formed() && is_real(&date.value)).then_some(date)
}

/// Reads a value from the first words; returns how many it took, none for a value not known yet.
fn value(words: &[&str]) -> Option<(String, usize)> {
    let month = |word: &str| {
        let word = word.trim_end_matches([',', '.']).to_lowercase();
        let at = MONTHS.iter().position(|name| *name == word || (word.len() >= 3 && name.starts_with(&word)))?;
        Some(at + 1)
    };
    let day = |word: &str| {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        number.parse::<u32>().ok().filter(|d| (1..=31).contains(d))
    };
    let year = |word: &str| (word.len() == 4).then(|| word.parse::<u32>().ok()).flatten();
    if let [d, m, y, ..] = words
        && let (Some(d), Some(m), Some(y)) = (day(d), month(m), year(y))
    {
        return Some((format!("{y:04}-{m:02}-{d:02}"), 3));
    }
    if let [m, y, ..] = words
        && let (Some(m), Some(y)) = (month(m), year(y))
    {
        return Some((format!("{y:04}-{m:02}"), 2));
    }
    let first = words.first()?;
    let parts: Vec<&str> = first.split('/').collect();
    if let [d, m, y] = parts.as_slice()
        && let (Some(d), Ok(m), Some(y)) = (day(d), m.parse::<u32>(), year(y))
    {
        return Some((format!("{y:04}-{m:02}-{d:02}"), 1));
    }
    if DateStatus::find(&first.to_lowercase()).is_some() {
        return Some((String::new(), 0));
    }
    Some(((*first).to_owned(), 1))
}

/// Returns whether the calendar has the day; a year or month alone always is there.
fn is_real(value: &str) -> bool {
    let parts: Vec<u32> = value.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts.as_slice() else {
        return true;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    *day <= days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(given: &str) -> String {
        read_date(given).map(|d| d.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_day_is_read_in_every_usual_form() {
        for given in ["2021-07-12", "12/07/2021", "12/7/2021", "12 July 2021", "12th Jul 2021"] {
            assert_eq!(text(given), "2021-07-12 day confirmed", "{given}");
        }
    }

    #[test]
    fn months_and_years_stay_partial() {
        assert_eq!(text("2021-07"), "2021-07 month confirmed");
        assert_eq!(text("July 2021"), "2021-07 month confirmed");
        assert_eq!(text("2021"), "2021 year confirmed");
    }

    #[test]
    fn a_status_and_words_may_follow() {
        assert_eq!(text("26 January 2021 tbc"), "2021-01-26 day tbc");
        assert_eq!(text("2021 proposed after the summer"), "2021 year proposed after the summer");
    }

    #[test]
    fn a_status_alone_is_a_date_not_known_yet() {
        assert_eq!(text("tbc"), "- none tbc");
        assert_eq!(text("tbc once a term"), "- none tbc once a term");
    }

    #[test]
    fn the_kept_form_is_read_back() {
        assert_eq!(text("2021-07 month moved from June"), "2021-07 month moved from June");
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for given in
            ["2021-02-29", "2021-02-30", "31/04/2021", "2021-13", "2021-13-01", "1900-02-29", "2021-02-30 day tbc"]
        {
            assert_eq!(read_date(given), None, "{given}");
        }
        assert!(read_date("2020-02-29").is_some());
    }

    #[test]
    fn other_words_are_no_date() {
        for given in ["", "soon", "next Tuesday", "2021-07-12 maybe", "12", "20210712"] {
            assert_eq!(read_date(given), None, "{given}");
        }
    }
}
