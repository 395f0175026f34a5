//! Control acts: taken from people and partners, kept in the journal, passed on.

use tally_entry::{Digest, RingId, Tag, Time, digest};
use tally_ring::{Audience, CertificateTaken, ControlAct, EditionTaken, Invitation, Ring};

use crate::api::append::Append;
use crate::api::command::Refused;
use crate::api::output::{Event, Output};
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
            self.take_act(outbox, &ControlAct::Edition(edition.clone())).map_err(|()| Refused::EditionRefused)?;
        }
        if let Some(ring) = self.rings.get_mut(&id) {
            for card in invitation.cards() {
                ring.take_card(card.clone());
                outbox.append(Append::Card(id, Box::new(card.clone())));
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
        let mut ring = Ring::new(id);
        ring.stand_as(self.member);
        self.rings.insert(id, ring);
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
            self.take_act_in(outbox, &id, &ControlAct::Notice(notice.clone()));
            self.acts_changed(outbox, &id);
        }
    }

    /// Takes one act; says whether it was news, or that it is not one to be taken.
    pub(crate) fn take_act(&mut self, outbox: &mut Outbox, act: &ControlAct) -> Result<bool, ()> {
        match act {
            ControlAct::Edition(edition) => Ok(self.take_act_in(outbox, &edition.edition().ring, act)),
            ControlAct::Certificate(_) | ControlAct::Notice(_) | ControlAct::Fork(_) => Err(()),
            // Acts whose effect this version does not know change nothing here; they are refused, not half obeyed.
            ControlAct::Cut(_)
            | ControlAct::Finality(_)
            | ControlAct::Erasure(_)
            | ControlAct::Erased(_)
            | ControlAct::Unknown { .. } => Err(()),
        }
    }

    /// Takes an act of members' scope as far as this ring is concerned; says whether it was news.
    pub(crate) fn take_act_in(&mut self, outbox: &mut Outbox, id: &RingId, act: &ControlAct) -> bool {
        let Some(ring) = self.rings.get_mut(id) else {
            return false;
        };
        let news = match act {
            ControlAct::Edition(edition) => match ring.take_edition(edition.clone()) {
                Ok(EditionTaken::Known) | Err(_) => false,
                Ok(EditionTaken::Complete { .. }) => {
                    outbox.push(Output::Tell(Event::RingComplete { ring: *id }));
                    true
                }
                Ok(EditionTaken::Draft { .. } | EditionTaken::Waiting) => true,
            },
            ControlAct::Certificate(certificate) => matches!(
                ring.take_certificate(certificate.clone()),
                Ok(CertificateTaken::Counted | CertificateTaken::Waiting)
            ),
            ControlAct::Notice(notice) => ring.take_notice(notice.clone()) == Ok(true),
            _ => false,
        };
        if news {
            outbox.append(match act {
                ControlAct::Edition(_) => Append::Act(act.clone()),
                _ => Append::MemberAct(*id, act.clone()),
            });
        }
        news
    }

    /// What follows from new acts: the whole-ring book, who may connect, and partners to tell.
    pub(crate) fn acts_changed(&mut self, outbox: &mut Outbox, id: &RingId) {
        self.open_book(outbox, *id, Audience::whole(*id));
        self.news.acts(*id);
    }

    /// Over everything of a ring that is not an entry: editions with their signatures, certificates, notices.
    pub(crate) fn acts_digest(&self, id: &RingId) -> Digest {
        let mut ids: Vec<[u8; 32]> = self.ring_acts(id).iter().map(|act| *act.id().as_bytes()).collect();
        ids.sort_unstable();
        let parts: Vec<&[u8]> = ids.iter().map(<[u8; 32]>::as_slice).collect();
        Digest::from_bytes(digest(&Tag::new("tally/1/acts-digest"), &parts))
    }

    pub(crate) fn ring_acts(&self, id: &RingId) -> Vec<ControlAct> {
        let Some(ring) = self.rings.get(id) else {
            return Vec::new();
        };
        ring.editions().cloned().map(ControlAct::Edition).chain(member_acts(ring)).collect()
    }
}

/// The certificates of a ring's members and the newest notices of their nodes.
pub(crate) fn member_acts(ring: &Ring) -> impl Iterator<Item = ControlAct> {
    let certificates = ring.chains().flat_map(|chain| chain.certificates().cloned()).map(ControlAct::Certificate);
    let nodes = ring.chains().flat_map(|chain| chain.all_nodes().map(|node| node.node));
    certificates.chain(nodes.filter_map(|node| ring.notice(node).cloned()).map(ControlAct::Notice))
}
