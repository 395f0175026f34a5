use std::collections::VecDeque;

use crate::api::append::{Append, Ticket};
use crate::api::output::Output;

/// What the core wishes for, in order, with everything held back that an append not yet durable precedes.
///
/// This one queue is how "durable before visible" is kept: an append goes out at once, and whatever is wished for
/// after it (a reply, an event, a frame to a partner) waits until the driver says that it is on disk.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    ready: VecDeque<Output>,
    held: VecDeque<(Ticket, Output)>,
    appended: Ticket,
    durable: Ticket,
}

impl Outbox {
    pub(crate) fn append(&mut self, item: Append) {
        self.appended = self.appended.next();
        self.ready.push_back(Output::Append { ticket: self.appended, item });
    }

    pub(crate) fn push(&mut self, output: Output) {
        if self.durable >= self.appended {
            self.ready.push_back(output);
        } else {
            self.held.push_back((self.appended, output));
        }
    }

    /// Releases what waited for the appends up to this one.
    pub(crate) fn durable(&mut self, upto: Ticket) {
        self.durable = self.durable.max(upto.min(self.appended));
        while self.held.front().is_some_and(|(ticket, _)| *ticket <= self.durable) {
            if let Some((_, output)) = self.held.pop_front() {
                self.ready.push_back(output);
            }
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Output> {
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::output::{Event, Output};
    use tally_entry::Time;

    fn wake() -> Output {
        Output::WakeAt(Time(1))
    }

    fn note() -> Append {
        Append::Note(crate::api::append::Note::Opens {
            ring: tally_entry::RingId::from_bytes([0; 32]),
            audience: tally_entry::AudienceId::from_bytes([0; 32]),
            incarnation: 2,
        })
    }

    #[test]
    fn what_follows_an_append_waits_for_the_disk() {
        let mut outbox = Outbox::default();
        outbox.append(note());
        outbox.push(wake());
        assert!(matches!(outbox.pop(), Some(Output::Append { .. })));
        assert!(outbox.pop().is_none());
        outbox.durable(Ticket::FIRST);
        assert!(matches!(outbox.pop(), Some(Output::WakeAt(_))));
    }

    #[test]
    fn order_is_kept_when_only_part_is_durable() {
        let mut outbox = Outbox::default();
        outbox.append(note());
        outbox.push(wake());
        outbox.append(note());
        outbox.push(Output::Tell(Event::Restored { rewritten: 0 }));
        outbox.durable(Ticket::FIRST);
        let seen: Vec<_> = std::iter::from_fn(|| outbox.pop()).collect();
        assert!(matches!(seen.as_slice(), [Output::Append { .. }, Output::Append { .. }, Output::WakeAt(_)]));
    }
}
