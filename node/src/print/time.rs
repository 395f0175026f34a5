use jiff::Timestamp;
use jiff::tz::TimeZone;
use tally_control::Moment;

/// A moment in words, in this machine's time: 12 November 2026 at 9:32am.
pub(crate) fn moment(at: Moment) -> String {
    let at = Timestamp::from_millisecond(at.0.0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::system()).strftime("%-d %B %Y at %-I:%M%P").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_people_write_it() {
        let at: Timestamp = "2026-11-12T09:32:10Z".parse().expect("a moment");
        assert!(moment(Moment(tally_entry::Time(at.as_millisecond()))).contains("November 2026 at"));
    }
}
