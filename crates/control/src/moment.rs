use std::fmt::{self, Display, Formatter};

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tally_entry::Time;

/// A moment; RFC 3339 in UTC as text and in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Time);

impl Moment {
    /// As a sentence names it: the day and the minute, UTC.
    #[must_use]
    pub fn spoken(self) -> String {
        let text = self.to_string();
        text.get(..16).map_or_else(|| text.clone(), |minute| format!("{} UTC", minute.replace('T', " ")))
    }
}

impl Display for Moment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Timestamp::from_millisecond(self.0.0).unwrap_or(Timestamp::UNIX_EPOCH).fmt(f)
    }
}

impl From<Time> for Moment {
    fn from(time: Time) -> Self {
        Self(time)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn read(text: &str) -> Result<Moment, jiff::Error> {
    text.parse::<Timestamp>().map(|at| Moment(Time(at.as_millisecond())))
}

/// A moment that may not be known; empty words in JSON where it is not, as lists have always had it.
pub(crate) mod or_empty {
    use super::{Deserialize, Deserializer, Moment, Serializer, read};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(moment: &Option<Moment>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.collect_str(moment),
            None => serializer.serialize_str(""),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() { Ok(None) } else { read(&text).map(Some).map_err(D::Error::custom) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_and_read_again() {
        let moment = Moment(Time(1_626_048_000_000));
        assert_eq!(moment.to_string(), "2021-07-12T00:00:00Z");
        let json = serde_json::to_string(&moment).expect("writes");
        assert_eq!(serde_json::from_str::<Moment>(&json).expect("reads"), moment);
    }

    #[test]
    fn a_moment_is_spoken_in_utc() {
        assert_eq!(Moment(Time(1_626_048_000_000)).spoken(), "2021-07-12 00:00 UTC");
    }

    #[test]
    fn other_words_are_no_moment() {
        assert!(serde_json::from_str::<Moment>("\"2021-07\"").is_err());
    }
}
