use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment in words, in this machine's time: 12 November 2026 at 9:32am. What is no moment is shown as it is.
pub(crate) fn moment(rfc3339: &str) -> String {
    let Ok(at) = rfc3339.parse::<Timestamp>() else {
        return rfc3339.to_owned();
    };
    at.to_zoned(TimeZone::system()).strftime("%-d %B %Y at %-I:%M%P").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_people_write_it() {
        assert!(moment("2026-11-12T09:32:10Z").contains("November 2026 at"));
    }

    #[test]
    fn what_is_no_moment_is_left_alone() {
        assert_eq!(moment("2021-07"), "2021-07");
    }
}
