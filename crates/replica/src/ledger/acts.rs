//! Control acts: taken from people and partners, kept in the journal, passed on.

use tally_entry::{Digest, RingId, Tag, Time, digest};
use tally_ring::{ActRefused, Audience, ControlAct, Invitation, Ring};

use crate::api::append::Append;
use crate::api::output::{Event, Output};
use crate::api::refused::Refused;
use crate::ledger::Ledger;
use crate::outbox::Outbox;
use crate::signer::Signer;

/// The most rings that one node takes part in: a borough works in a handful.
const RINGS_MAX: usize = 64;

impl Ledger {
    /// Takes an invitation: its edition with the signatures on it, and the cards of its members.
    pub(crate) fn take_invitation(&mut self, outbox: &mut Outbox, invitation: &Invitation) -> Result<RingId, Refused> {
        let id = invitation.edition().edition().ring;
        if invitation.edition().edition().listed(self.member).is_none() {
            return Err(Refused::NotListed);
        }
        self.open_ring(id)?;
        for edition in invitation.current().into_iter().chain([invitation.edition()]) {
            self.take_ring_act(outbox, &id, ControlAct::Edition(edition.clone())).map_err(Refused::EditionRefused)?;
        }
        if let Some(ring) = self.rings.get_mut(&id) {
            for card in invitation.cards() {
                let news = ring.take_card(card.clone());
                outbox.append(Append::Card(id, Box::new(card.clone())));
                news.into_iter().for_each(|act| outbox.append(Append::of_act(id, act)));
            }
        }
        self.acts_changed(outbox, &id);
        Ok(id)
    }

    fn open_ring(&mut self, id: RingId) -> Result<(), Refused> {
        if self.rings.contains_key(&id) {
            return Ok(());
        }
        if self.rings.len() >= RINGS_MAX {
            return Err(Refused::TooManyRings);
        }
        self.rings.insert(id, Ring::seen_by(self.member, id));
        Ok(())
    }

    /// Says where this node listens.
    pub(crate) fn announce(&mut self, outbox: &mut Outbox, addresses: &[String], now: Time, signer: &Signer) {
        // A clock that was ahead and was put right must not make every later notice the older one.
        let held =
            self.rings.values().filter_map(|ring| ring.notice(self.node)).map(|held| held.content().issued).max();
        let issued = held.map_or(now, |held| now.max(held.plus(1)));
        let Some(notice) = signer.notice(issued, addresses) else {
            return;
        };
        let rings: Vec<RingId> = self.rings.keys().copied().collect();
        for id in rings {
            let same = self.rings.get(&id).and_then(|ring| ring.notice(self.node));
            if same.is_some_and(|held| held.content().addresses == notice.content().addresses) {
                continue;
            }
            // A ring that does not know this node yet has nobody who could use its addresses.
            let _ = self.take_ring_act(outbox, &id, ControlAct::Notice(notice.clone()));
            self.acts_changed(outbox, &id);
        }
    }

    /// Takes an act as far as this ring is concerned, and keeps what is news; says whether anything was.
    pub(crate) fn take_ring_act(
        &mut self,
        outbox: &mut Outbox,
        id: &RingId,
        act: ControlAct,
    ) -> Result<bool, ActRefused> {
        let Some(ring) = self.rings.get_mut(id) else {
            return Ok(false);
        };
        let taken = ring.take(act)?;
        let is_news = !taken.news.is_empty();
        for act in taken.news {
            outbox.append(Append::of_act(*id, act));
        }
        if !taken.completed.is_empty() {
            outbox.push(Output::Tell(Event::RingComplete { ring: *id }));
        }
        Ok(is_news)
    }

    /// What follows from new acts: the whole-ring book, who may connect, and partners to tell.
    pub(crate) fn acts_changed(&mut self, outbox: &mut Outbox, id: &RingId) {
        self.open_book(outbox, *id, Audience::whole(*id));
        self.news.acts(*id);
    }

    /// Over everything of a ring that is not an entry: its acts, and its drafts with their signatures.
    pub(crate) fn acts_digest(&self, id: &RingId) -> Digest {
        let offers = self.rings.get(id).map(Ring::offers).unwrap_or_default();
        let mut ids: Vec<[u8; 32]> = offers.iter().map(|act| *act.id().as_bytes()).collect();
        ids.sort_unstable();
        let parts: Vec<&[u8]> = ids.iter().map(<[u8; 32]>::as_slice).collect();
        Digest::from_bytes(digest(&Tag::new("tally/1/acts-digest"), &parts))
    }
}
