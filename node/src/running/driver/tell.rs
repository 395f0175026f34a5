//! What the core says has happened, told to logs, listeners and views.

use tally_control::{Happening, told};
use tally_entry::NodeId;
use tally_replica::Event;

use super::Driver;

impl Driver {
    pub(super) fn tell(&mut self, event: Event) {
        let at = self.clock.now();
        match event {
            Event::DocumentChanged { ring, document, record } => {
                self.dirty.touch(document, record);
                let about = [("ring", ring.to_string()), ("document", document.to_string())];
                self.news.tell(at, Happening::DocumentChanged, about);
            }
            Event::RingComplete { ring } => {
                self.dirty.touch_all();
                self.news.tell(at, Happening::RingComplete, [("ring", ring.to_string())]);
            }
            Event::EntryVoid { entry, why } => {
                self.news.tell(at, Happening::EntryVoid, [("entry", entry.to_string()), ("why", told(&why))])
            }
            Event::RunRefused { partner, why } => {
                self.news.tell(at, Happening::RunRefused, self.whose(partner).chain([("why", told(&why))]))
            }
            Event::ActRefused { partner, why } => {
                self.news.tell(at, Happening::ActRefused, self.whose(partner).chain([("why", told(&why))]))
            }
            Event::FrameRefused { partner } => self.news.tell(at, Happening::FrameRefused, self.whose(partner)),
            Event::Forked { node, audience, after } => {
                let place = [("audience", audience.to_string()), ("after", after.to_string())];
                self.news.tell(at, Happening::Forked, self.whose(node).chain(place));
            }
            Event::Restored { rewritten } => {
                self.shared.with(|shared| {
                    shared.rewritten += rewritten;
                    shared.older_copy = true;
                });
                self.news.tell(at, Happening::Restored, [("rewritten", rewritten.to_string())]);
            }
            Event::LeftAside { document, entry } => {
                let about = [("document", document.to_string()), ("entry", entry.to_string())];
                self.news.tell(at, Happening::LeftAside, about);
            }
            Event::DocumentStopped { document } => {
                self.dirty.touch(document, None);
                self.news.tell(at, Happening::DocumentStopped, [("document", document.to_string())]);
            }
            Event::ReceiptCame { node } => {
                self.shared.with(|shared| shared.receipts.insert(node));
                self.news.tell(at, Happening::ReceiptCame, self.whose(node));
            }
        }
    }

    /// A node and its member, as events name them. A node that is no partner's, such as our own, has no name here.
    pub(super) fn whose(&self, node: NodeId) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let member = self.names.get(&node).map(|name| ("member", name.clone()));
        [("node", node.to_string())].into_iter().chain(member)
    }
}
