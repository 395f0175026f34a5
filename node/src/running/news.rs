//! Events: to the logs, to standard output with `--json`, and to whoever asked for them. Ids and names of members only,
//! never record text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use tally_control::Happening::{self, *};
use tally_control::{Event, Moment};
use tally_entry::Time;
use tokio::sync::broadcast;

use super::lines::Lines;
use crate::moment;

/// Events kept for a listener that is slow: beyond these it is told that it missed some.
const KEPT: usize = 1024;

/// Tells what happens, and waits for nobody who hears it.
#[derive(Clone)]
pub(crate) struct News {
    lines: Option<Lines>,
    listeners: broadcast::Sender<Event>,
}

impl News {
    /// Tells the logs and listeners, and standard output where these lines go there.
    pub(crate) fn new(lines: Option<Lines>) -> Self {
        Self { lines, listeners: broadcast::Sender::new(KEPT) }
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
    }

    /// Tells one.
    pub(crate) fn tell(&self, at: Time, event: Happening, about: impl IntoIterator<Item = (&'static str, String)>) {
        let about: BTreeMap<String, String> = about.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let details = details(&about);
        match event {
            EntryVoid | RunRefused | ActRefused | FrameRefused | Forked | LowSpace | Restored | OlderCopy => {
                tracing::warn!("{event}{details}");
            }
            DocumentStopped | Damage => tracing::error!("{event}{details}"),
            DocumentChanged | ReceiptCame => tracing::debug!("{event}{details}"),
            Connected | Disconnected | LeftAside | RingComplete | DamageMadeGood | SpaceAgain | Stopping | Missed => {
                tracing::info!("{event}{details}");
            }
        }
        let event = Event { event, at: Moment(at), about };
        if let Some(lines) = &self.lines {
            lines.print(line(&event));
        }
        // Nobody listening is the usual case.
        let _ = self.listeners.send(event);
    }
}

/// The event that tells somebody who is slow how many are missing.
pub(crate) fn missed(count: u64) -> Event {
    Event { event: Missed, at: Moment(moment::now()), about: [("count".to_owned(), count.to_string())].into() }
}

/// An event as a line of `run --json`.
pub(super) fn line(event: &Event) -> Value {
    let mut value = serde_json::to_value(event).unwrap_or_default();
    value["schema"] = tally_control::SCHEMA.into();
    value
}

/// What belongs to an event, as logs show it.
fn details(about: &BTreeMap<String, String>) -> String {
    about.iter().fold(String::new(), |mut text, (key, value)| {
        let plain = !value.is_empty() && value.chars().all(|sign| sign.is_alphanumeric() || "-_.:/".contains(sign));
        let _ = if plain { write!(text, " {key}={value}") } else { write!(text, " {key}={value:?}") };
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_names_the_member_and_quotes_what_has_spaces() {
        let about = [("member", "Royal Borough"), ("node", "d39981ff")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(details(&about.into()), " member=\"Royal Borough\" node=d39981ff");
    }

    #[test]
    fn what_a_name_holds_cannot_forge_a_second_line() {
        assert_eq!(details(&[("member".into(), "a\nb".into())].into()), " member=\"a\\nb\"");
    }
}
