use std::collections::{BTreeMap, VecDeque};

use tally_entry::DocumentId;

use crate::api::append::{Append, Ticket};
use crate::api::output::Output;
use crate::api::query::Query;

/// The core's effects in order, with everything held back that an append not yet durable precedes.
///
/// This one queue is how "durable before visible" is kept: an append goes out at once, and whatever follows it (a reply,
/// an event, a frame to a partner) waits until the driver says that it is on disk. The answer to a query waits only for
/// the appends that it may show, so that reading one record does not wait for the writing of others.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    ready: VecDeque<Output>,
    held: VecDeque<(Ticket, Output)>,
    appended: Ticket,
    durable: Ticket,
    /// The newest append about each document that has one not yet durable.
    documents: BTreeMap<DocumentId, Ticket>,
    /// The newest append that is no entry: acts, cards and notes may decide about every document.
    others: Ticket,
}

impl Outbox {
    pub(crate) fn append(&mut self, item: Append) {
        self.appended = self.appended.next();
        match &item {
            Append::Entry(entry) => {
                self.documents.extend(entry.header().document.map(|document| (document, self.appended)));
            }
            Append::Act(_) | Append::MemberAct(..) | Append::Card(..) | Append::Note(_) => self.others = self.appended,
        }
        self.ready.push_back(Output::Append { ticket: self.appended, item });
    }

    pub(crate) fn push(&mut self, output: Output) {
        self.push_after(self.appended, output);
    }

    /// The newest append that the answer to a query may show.
    pub(crate) fn shown_by(&self, query: &Query) -> Ticket {
        match query {
            Query::Rings => self.others,
            Query::Record { document, .. }
            | Query::History(document)
            | Query::Difference { document, .. }
            | Query::Copies(Some(document)) => {
                self.documents.get(document).copied().unwrap_or_default().max(self.others)
            }
            Query::Records { .. }
            | Query::References { .. }
            | Query::Copies(None)
            | Query::Partners
            | Query::Logs
            | Query::Entry(_) => self.appended,
        }
    }

    /// Holds an effect back until this append is durable, and no longer.
    pub(crate) fn push_after(&mut self, ticket: Ticket, output: Output) {
        if self.durable >= ticket {
            self.ready.push_back(output);
        } else {
            let at = self.held.partition_point(|(held, _)| *held <= ticket);
            self.held.insert(at, (ticket, output));
        }
    }

    /// Releases what waited for the appends up to this one.
    pub(crate) fn durable(&mut self, upto: Ticket) {
        self.durable = self.durable.max(upto.min(self.appended));
        self.documents.retain(|_, ticket| *ticket > self.durable);
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

    #[test]
    fn a_query_waits_for_what_it_may_show_and_for_nothing_else() {
        let document = DocumentId::from_bytes([1; 32]);
        let history = Query::History(document);
        let mut outbox = Outbox::default();
        outbox.append(note());
        assert_eq!(outbox.shown_by(&history), Ticket::FIRST, "a note may change every document");
        outbox.durable(Ticket::FIRST);
        outbox.documents.insert(DocumentId::from_bytes([2; 32]), Ticket::FIRST.next());
        outbox.appended = Ticket::FIRST.next();
        assert_eq!(outbox.shown_by(&history), Ticket::FIRST);
        assert_eq!(outbox.shown_by(&Query::Records { ring: None }), Ticket::FIRST.next());
    }
}
