use tally_entry::MemberId;
use tally_ring::ControlAct;

use crate::api::append::{Append, Note};
use crate::ledger::Ledger;
use crate::ledger::acts::member_acts;

impl Ledger {
    /// Everything held that counts, as it would be appended: for a journal that lost part of it while this node ran,
    /// or whose lost entries came back from partners.
    ///
    /// In an order in which it can be taken again. Without what was set aside.
    pub(crate) fn holdings(&self) -> Vec<Append> {
        let mut items = Vec::new();
        for (id, ring) in &self.rings {
            items.extend(ring.editions().cloned().map(|edition| Append::Act(ControlAct::Edition(edition))));
            let members: Vec<MemberId> = ring.chains().map(tally_ring::Chain::member).collect();
            let cards = members.iter().filter_map(|member| ring.card(*member));
            items.extend(cards.map(|card| Append::Card(*id, Box::new(card.clone()))));
            items.extend(member_acts(ring).map(|act| Append::MemberAct(*id, act)));
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
