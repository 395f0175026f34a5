//! Times as programs read them, and this machine's clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::Date;
use tally_entry::Time;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The moment by this machine's clock.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that never goes backwards: where the machine's is put back, it goes on at its own pace, so that what is due
/// in half a minute is due in half a minute.
#[derive(Debug)]
pub(crate) struct Clock {
    set: Time,
    at: Instant,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Self { set: now(), at: Instant::now() }
    }

    /// The moment.
    pub(crate) fn now(&mut self) -> Time {
        let own = self.set.plus(i64::try_from(self.at.elapsed().as_millis()).unwrap_or(i64::MAX));
        let machine = now();
        if machine > own {
            *self = Self { set: machine, at: Instant::now() };
        }
        machine.max(own)
    }
}

/// A time in RFC 3339, UTC.
pub(crate) fn text(time: Time) -> String {
    Timestamp::from_millisecond(time.0).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// A time for people in a sentence: the day and the minute, UTC.
pub(crate) fn spoken(time: Time) -> String {
    let text = text(time);
    text.get(..16).map_or_else(|| text.clone(), |minute| format!("{} UTC", minute.replace('T', " ")))
}

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
    fn a_time_is_written_in_utc() {
        assert_eq!(text(Time(1_626_048_000_000)), "2021-07-12T00:00:00Z");
        assert_eq!(spoken(Time(1_626_048_000_000)), "2021-07-12 00:00 UTC");
    }

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

    #[test]
    fn a_clock_that_was_ahead_goes_on_at_its_own_pace() {
        let ahead = now().plus(3_600_000);
        let mut clock = Clock { set: ahead, at: Instant::now() };
        let first = clock.now();
        assert!(first >= ahead);
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(clock.now() >= first.plus(20));
    }
}
