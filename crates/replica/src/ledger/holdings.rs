use tally_ring::{ControlAct, Scope};

use crate::api::append::{Append, Note};
use crate::ledger::Ledger;

impl Ledger {
    /// Everything held that counts, as it would be appended: for a journal that lost part of it while this node ran,
    /// or whose lost entries came back from partners.
    ///
    /// In an order in which it can be taken again. Without what was set aside.
    pub(crate) fn holdings(&self) -> Vec<Append> {
        let mut items = Vec::new();
        for (id, ring) in &self.rings {
            // Drafts and cards introduce members too, so they stand before what members say.
            let (of_ring, of_members): (Vec<_>, Vec<_>) = ring.acts().partition(|act| act.scope() != Scope::Member);
            let drafts = ring.drafts().cloned().map(ControlAct::Edition);
            items.extend(of_ring.into_iter().chain(drafts).map(|act| Append::of_act(*id, act)));
            items.extend(ring.cards().map(|card| Append::Card(*id, Box::new(card.clone()))));
            items.extend(of_members.into_iter().map(|act| Append::of_act(*id, act)));
        }
        for (of, book) in &self.books {
            if let Some(only) = book.audience().members() {
                let only = only.iter().copied().collect();
                items.push(Append::Note(Note::Audience { ring: of.0, only }));
            }
        }
        for ((ring, audience), incarnation) in &self.incarnations {
            let (ring, audience, incarnation) = (*ring, *audience, *incarnation);
            items.push(Append::Note(Note::Opens { ring, audience, incarnation }));
        }
        for book in self.books.values() {
            items.extend(book.entries().into_iter().cloned().map(Append::Entry));
            items.extend(book.acts().map(Append::Act));
        }
        items
    }
}
