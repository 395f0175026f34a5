//! What the core says has happened, told to logs, listeners and views.

use tally_control::told;
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
                self.news.tell(at, "document_changed", about);
            }
            Event::RingComplete { ring } => {
                self.dirty.touch_all();
                self.news.tell(at, "ring_complete", [("ring", ring.to_string())]);
            }
            Event::EntryVoid { entry, why } => {
                let about = [("entry", entry.to_string()), ("why", told(&why))];
                self.news.tell(at, "entry_void", about);
            }
            Event::RunRefused { partner, why } => {
                let about = self.whose(partner).chain([("why", told(&why))]);
                self.news.tell(at, "run_refused", about);
            }
            Event::ActRefused { partner, why } => {
                let about = self.whose(partner).chain([("why", told(&why))]);
                self.news.tell(at, "act_refused", about);
            }
            Event::FrameRefused { partner } => {
                self.news.tell(at, "frame_refused", self.whose(partner));
            }
            Event::Forked { node, audience, after } => {
                let place = [("audience", audience.to_string()), ("after", after.to_string())];
                self.news.tell(at, "forked", self.whose(node).chain(place));
            }
            Event::Restored { rewritten } => {
                self.shared.with(|shared| {
                    shared.rewritten += rewritten;
                    shared.older_copy = true;
                });
                self.news.tell(at, "restored", [("rewritten", rewritten.to_string())]);
            }
            Event::LeftAside { document, entry } => {
                let about = [("document", document.to_string()), ("entry", entry.to_string())];
                self.news.tell(at, "left_aside", about);
            }
            Event::DocumentStopped { document } => {
                self.dirty.touch(document, None);
                self.news.tell(at, "document_stopped", [("document", document.to_string())]);
            }
            Event::ReceiptCame { node } => {
                self.shared.with(|shared| shared.receipts.insert(node));
                self.news.tell(at, "receipt_came", self.whose(node));
            }
        }
    }

    /// A node and its member, as events name them. A node that is no partner's, such as our own, has no name here.
    pub(super) fn whose(&self, node: NodeId) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let member = self.names.get(&node).map(|name| ("member", name.clone()));
        [("node", node.to_string())].into_iter().chain(member)
    }
}
