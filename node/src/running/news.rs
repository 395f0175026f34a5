//! Events: to the logs, to standard output with `--json`, and to whoever asked for them. Ids only, never record text.

use std::collections::BTreeMap;
use std::io::Write as _;

use tally_control::Event;
use tally_entry::Time;
use tokio::sync::broadcast;

use crate::moment;

/// Events kept for a listener that is slow: beyond these it is told that it missed some.
const KEPT: usize = 1024;

/// Tells what happens.
#[derive(Clone)]
pub(crate) struct News {
    lines: bool,
    listeners: broadcast::Sender<Event>,
}

impl News {
    /// Tells the logs and listeners, and standard output where `lines` says so.
    pub(crate) fn new(lines: bool) -> Self {
        Self { lines, listeners: broadcast::Sender::new(KEPT) }
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
    }

    /// Tells one.
    pub(crate) fn tell(&self, at: Time, event: &str, about: impl IntoIterator<Item = (&'static str, String)>) {
        let about: BTreeMap<String, String> = about.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        match event {
            "entry_void" | "run_refused" | "frame_refused" | "forked" | "low_space" | "restored" | "older_copy" => {
                tracing::warn!(?about, "{event}");
            }
            "document_stopped" | "damage" => tracing::error!(?about, "{event}"),
            "document_changed" | "receipt_came" => tracing::debug!(?about, "{event}"),
            _ => tracing::info!(?about, "{event}"),
        }
        let event = Event { event: event.to_owned(), at: moment::text(at), about };
        if self.lines {
            self.print(&event);
        }
        // Nobody listening is the usual case.
        let _ = self.listeners.send(event);
    }

    fn print(&self, event: &Event) {
        let Ok(mut value) = serde_json::to_value(event) else {
            return;
        };
        value["schema"] = tally_control::SCHEMA.into();
        print_line(&value);
    }
}

/// Prints one line at once; a reader that has gone ends nothing.
pub(super) fn print_line(value: &serde_json::Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{value}");
    let _ = out.flush();
}
