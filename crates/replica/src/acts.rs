//! Control acts: taken from people and partners, kept in the journal, passed on.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use tally_entry::{Digest, EditionId, NodeId, RingId, Tag, digest};
use tally_ring::{
    Audience, CertificateTaken, ControlAct, EditionTaken, Invitation, Notice, Ring, Scope, SignedEdition,
};

use crate::api::append::Append;
use crate::api::command::Refused;
use crate::api::output::{Event, Output};
use crate::ledger::chained::AudienceRef;
use crate::replica::Replica;
use crate::session::partner::Task;
use crate::session::wire::{ANSWER_BYTES_MAX, Answer};

/// The most rings that one node takes part in: a borough works in a handful.
const RINGS_MAX: usize = 64;

impl Replica {
    /// Takes an invitation: its edition with the signatures on it, and the cards of its members.
    pub(crate) fn take_invitation(&mut self, invitation: &Invitation) -> Result<RingId, Refused> {
        let id = invitation.edition().edition().ring;
        if invitation.edition().edition().listed(self.me.member).is_none() {
            return Err(Refused::NotListed);
        }
        self.open_ring(id)?;
        for edition in invitation.current().into_iter().chain([invitation.edition()]) {
            self.take_act(&ControlAct::Edition(edition.clone())).map_err(|()| Refused::EditionRefused)?;
        }
        if let Some(ring) = self.rings.get_mut(&id) {
            for card in invitation.cards() {
                ring.take_card(card.clone());
                self.outbox.append(Append::Card(id, Box::new(card.clone())));
            }
        }
        self.acts_changed(&id);
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
        ring.stand_as(self.me.member);
        self.rings.insert(id, ring);
        Ok(())
    }

    /// Says where this node listens.
    pub(crate) fn announce(&mut self, addresses: &[String]) {
        // A clock that was ahead and was put right must not make every later notice the older one.
        let held =
            self.rings.values().filter_map(|ring| ring.notice(self.node)).map(|held| held.content().issued).max();
        let issued = held.map_or(self.now, |held| self.now.max(held.plus(1)));
        let Ok(notice) = Notice::sign(issued, addresses.to_vec(), &self.me.key) else {
            return;
        };
        let rings: Vec<RingId> = self.rings.keys().copied().collect();
        for id in rings {
            let same = self.rings.get(&id).and_then(|ring| ring.notice(self.node));
            if same.is_some_and(|held| held.content().addresses == notice.content().addresses) {
                continue;
            }
            self.take_act_in(&id, &ControlAct::Notice(notice.clone()));
            self.acts_changed(&id);
        }
    }

    /// Takes one act; says whether it was news, or that it is not one to be taken.
    fn take_act(&mut self, act: &ControlAct) -> Result<bool, ()> {
        match act {
            ControlAct::Edition(edition) => Ok(self.take_act_in(&edition.edition().ring, act)),
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
    fn take_act_in(&mut self, id: &RingId, act: &ControlAct) -> bool {
        let Some(ring) = self.rings.get_mut(id) else {
            return false;
        };
        let news = match act {
            ControlAct::Edition(edition) => match ring.take_edition(edition.clone()) {
                Ok(EditionTaken::Known) | Err(_) => false,
                Ok(EditionTaken::Complete { .. }) => {
                    self.outbox.push(Output::Tell(Event::RingComplete { ring: *id }));
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
            self.outbox.append(match act {
                ControlAct::Edition(_) => Append::Act(act.clone()),
                _ => Append::MemberAct(*id, act.clone()),
            });
        }
        news
    }

    /// What follows from new acts: the whole-ring book, who may connect, and partners to tell.
    fn acts_changed(&mut self, id: &RingId) {
        self.open_book(*id, Audience::whole(*id));
        self.allow();
        let nodes: Vec<NodeId> = self.partners.keys().copied().collect();
        for node in nodes {
            if self.shared_rings(&node).contains(id) {
                self.add(node, Task::Hello);
            }
        }
    }

    /// Takes the acts of a ring that a partner sent.
    pub(crate) fn take_acts(&mut self, node: NodeId, id: &RingId, acts: &[ByteVec]) {
        let mut news = false;
        // Judging an audience anew is the dearest thing that a frame can ask for: once, however many proofs are in it.
        let mut frozen: BTreeSet<AudienceRef> = BTreeSet::new();
        for bytes in acts {
            let Ok(act) = ControlAct::decode(bytes) else {
                self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
                continue;
            };
            news |= match act.scope() {
                Scope::Member => self.take_act_in(id, &act),
                Scope::Ring(ring) if ring == *id => self.take_act(&act) == Ok(true),
                Scope::Ring(_) => false,
                Scope::Audience(_) => {
                    if let ControlAct::Fork(proof) = act {
                        frozen.extend(self.freeze(proof));
                    }
                    false
                }
            };
        }
        for of in frozen {
            self.frozen(of);
        }
        if news {
            self.acts_changed(id);
        }
    }

    /// Over everything of a ring that is not an entry: editions with their signatures, certificates, notices.
    pub(crate) fn acts_digest(&self, id: &RingId) -> Digest {
        let mut ids: Vec<[u8; 32]> = self.ring_acts(id).iter().map(|act| *act.id().as_bytes()).collect();
        ids.sort_unstable();
        let parts: Vec<&[u8]> = ids.iter().map(<[u8; 32]>::as_slice).collect();
        Digest::from_bytes(digest(&Tag::new("tally/1/acts-digest"), &parts))
    }

    fn ring_acts(&self, id: &RingId) -> Vec<ControlAct> {
        let Some(ring) = self.rings.get(id) else {
            return Vec::new();
        };
        ring.editions().cloned().map(ControlAct::Edition).chain(member_acts(ring)).collect()
    }

    /// The acts of a ring, and the fork proofs of the audiences that the partner may hold.
    pub(crate) fn answer_acts(&self, node: NodeId, id: &RingId) -> Answer {
        if !self.shared_rings(&node).contains(id) {
            return Answer::Refused;
        }
        let proofs = self
            .books
            .iter()
            .filter(|(of, _)| of.0 == *id && self.may_hold(&node, of))
            .flat_map(|(_, book)| book.proofs().cloned().map(ControlAct::Fork));
        let drafts: BTreeSet<EditionId> =
            self.rings.get(id).into_iter().flat_map(Ring::drafts).map(SignedEdition::id).collect();
        let mut acts: Vec<ControlAct> = proofs.chain(self.ring_acts(id)).collect();
        // Drafts last: where an answer has no room for all, what counts already must not be what is left out.
        acts.sort_by_key(|act| matches!(act, ControlAct::Edition(edition) if drafts.contains(&edition.id())));
        let mut left = ANSWER_BYTES_MAX;
        Answer::Acts(
            acts.iter()
                .map(ControlAct::encode)
                // One that finds no room keeps no smaller one out.
                .filter(|act| {
                    let rest = left.checked_sub(act.len() + 5);
                    left = rest.unwrap_or(left);
                    rest.is_some()
                })
                .map(Into::into)
                .collect(),
        )
    }
}

/// The certificates of a ring's members and the newest notices of their nodes.
pub(crate) fn member_acts(ring: &Ring) -> impl Iterator<Item = ControlAct> {
    let certificates = ring.chains().flat_map(|chain| chain.certificates().cloned()).map(ControlAct::Certificate);
    let nodes = ring.chains().flat_map(|chain| chain.all_nodes().map(|node| node.node));
    certificates.chain(nodes.filter_map(|node| ring.notice(node).cloned()).map(ControlAct::Notice))
}
