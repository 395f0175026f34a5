//! A ring as a fold over the acts held of it.

pub(crate) mod author;
pub(crate) mod chain;
mod early;
mod editions;
pub(crate) mod lineage;
pub(crate) mod taken;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tally_entry::{EditionId, MemberId, NodeId, PublicKey, RingId};

use crate::act::certificate::{Certificate, CertificateError};
use crate::act::edition::Edition;
use crate::act::edition::signed::SignedEdition;
use crate::act::notice::Notice;
use crate::act::{ControlAct, Scope};
use crate::paper::card::Card;
use crate::ring::chain::{CertificateTaken, Chain, ChainError, NodeCertificate};
use crate::ring::early::{Early, Need};
use crate::ring::editions::Editions;
use crate::ring::taken::{ActRefused, ActState, Taken};

/// Everything a node knows of one ring's agreement, its members and their nodes.
///
/// What a ring says follows from the set of acts it took, never from their order, and no act that it took is given up
/// again. Drafts are no acts: they decide nothing and lie apart.
#[derive(Debug, Clone)]
pub struct Ring {
    id: RingId,
    editions: Editions,
    chains: BTreeMap<MemberId, Chain>,
    /// The members whose nodes are known, with the number of the edition that first listed them.
    since: BTreeMap<MemberId, u64>,
    nodes: BTreeMap<NodeId, MemberId>,
    cards: BTreeMap<MemberId, Card>,
    notices: BTreeMap<NodeId, Notice>,
    early: Early,
}

/// What became of one act.
#[expect(clippy::large_enum_variant, reason = "it lives for one call")]
enum Folded {
    /// Nothing in it is new.
    Known,
    /// It cannot be checked without this.
    Early(Need),
    /// It is held like this, and acts that needed one of these can be checked now.
    Held { state: ActState, act: ControlAct, met: Vec<Need> },
}

impl Ring {
    /// A ring of which nothing is held, as somebody sees it who is not in it.
    pub fn new(id: RingId) -> Self {
        Self::empty(id, None)
    }

    /// A ring of which nothing is held, as a node of this member sees it.
    ///
    /// Only an edition that lists the member, and so bears its root's signature, comes into force here: what others
    /// agree among themselves, with or without it, never changes what it follows.
    pub fn seen_by(member: MemberId, id: RingId) -> Self {
        Self::empty(id, Some(member))
    }

    fn empty(id: RingId, own: Option<MemberId>) -> Self {
        Self {
            id,
            editions: Editions::seen_by(own),
            chains: BTreeMap::new(),
            since: BTreeMap::new(),
            nodes: BTreeMap::new(),
            cards: BTreeMap::new(),
            notices: BTreeMap::new(),
            early: Early::default(),
        }
    }

    /// Takes an act of the ring or of one of its members.
    ///
    /// An act that comes before what it builds on is held and counts later; one that cannot even be checked yet waits
    /// in memory. [`Taken::news`] are what must be kept on disk.
    pub fn take(&mut self, act: ControlAct) -> Result<Taken, ActRefused> {
        let before = self.editions.complete();
        let (state, met, mut news) = match self.fold(&act)? {
            Folded::Known => (ActState::Known, Vec::new(), Vec::new()),
            Folded::Early(need) => {
                self.early.keep(need, act);
                (ActState::Early, Vec::new(), Vec::new())
            }
            Folded::Held { state, act, met } => (state, met, vec![act]),
        };
        news.extend(self.take_early(&met));
        let complete = self.editions.signed().into_iter().map(SignedEdition::id);
        let is_new = |id: &EditionId| self.editions.is_complete(*id) && !before.contains(id);
        Ok(Taken { state, news, completed: complete.filter(is_new).collect() })
    }

    /// Keeps a member's card, of two the one with the newer chain, and takes the certificate on it. Gives the acts that
    /// had come too early for it, which are held now.
    pub fn take_card(&mut self, card: Card) -> Vec<ControlAct> {
        let member = card.member();
        let rank = |card: &Card| (card.content().newest, card.encode());
        if self.cards.get(&member).is_some_and(|kept| rank(kept) >= rank(&card)) {
            return Vec::new();
        }
        let root = card.content().root;
        self.chains.entry(member).or_insert_with(|| Chain::of_member(member, root)).add_root(root);
        let mut met = vec![Need::Root(member)];
        // A card is verified; its chain can refuse the certificate only for crowding.
        if let Ok(Folded::Held { met: nodes, .. }) = self.fold_certificate(&card.content().certificate) {
            met.extend(nodes);
        }
        self.cards.insert(member, card);
        self.take_early(&met)
    }

    /// The fold of each control act.
    fn fold(&mut self, act: &ControlAct) -> Result<Folded, ActRefused> {
        match act.scope() {
            Scope::Ring(found) if found != self.id => Err(ActRefused::OtherRing { expected: self.id, found }),
            _ => match act {
                ControlAct::Edition(edition) => self.fold_edition(edition),
                ControlAct::Certificate(certificate) => self.fold_certificate(certificate),
                ControlAct::Notice(notice) => self.fold_notice(notice),
                ControlAct::Cut(_)
                | ControlAct::Fork(_)
                | ControlAct::Finality(_)
                | ControlAct::Erasure(_)
                | ControlAct::Erased(_) => Err(ActRefused::OfAudience),
                ControlAct::Unknown { kind, .. } => Err(ActRefused::UnknownKind { kind: *kind }),
            },
        }
    }

    fn fold_edition(&mut self, edition: &SignedEdition) -> Result<Folded, ActRefused> {
        let (state, held) = self.editions.take(edition.clone())?;
        if state == ActState::Known {
            return Ok(Folded::Known);
        }
        let met = self.know_members().into_iter().map(Need::Root).collect();
        self.know_nodes();
        Ok(Folded::Held { state, act: ControlAct::Edition(held), met })
    }

    fn fold_certificate(&mut self, certificate: &Certificate) -> Result<Folded, ActRefused> {
        let member = certificate.content().member;
        let Some(chain) = self.chains.get_mut(&member) else {
            return Ok(Folded::Early(Need::Root(member)));
        };
        let state = match chain.take(certificate.clone()) {
            Ok(CertificateTaken::Known) => return Ok(Folded::Known),
            Ok(CertificateTaken::Counted) => ActState::Counts,
            Ok(CertificateTaken::Waiting) => ActState::Waiting,
            // Forged, or under a root that an edition still to come names: only that edition can tell.
            Err(ChainError::Certificate(CertificateError::Forged { .. })) => {
                return Ok(Folded::Early(Need::Root(member)));
            }
            Err(refused) => return Err(refused.into()),
        };
        self.index_nodes();
        let met = certificate.offer().map(|offer| Need::Node(offer.node())).into_iter().collect();
        Ok(Folded::Held { state, act: ControlAct::Certificate(certificate.clone()), met })
    }

    fn fold_notice(&mut self, notice: &Notice) -> Result<Folded, ActRefused> {
        let node = notice.content().node;
        let Some(key) = self.chains.values().find_map(|chain| chain.key_of(node)) else {
            return Ok(Folded::Early(Need::Node(node)));
        };
        notice.verify(&key)?;
        if self.notices.get(&node).is_some_and(|held| !notice.is_newer_than(held)) {
            return Ok(Folded::Known);
        }
        self.notices.insert(node, notice.clone());
        Ok(Folded::Held { state: ActState::Counts, act: ControlAct::Notice(notice.clone()), met: Vec::new() })
    }

    /// Takes the acts that waited for what has been met, and those that waited for them in turn; gives what is held.
    fn take_early(&mut self, met: &[Need]) -> Vec<ControlAct> {
        let mut ready: VecDeque<ControlAct> = self.early.release(met).into();
        let mut news = Vec::new();
        while let Some(act) = ready.pop_front() {
            match self.fold(&act) {
                Ok(Folded::Held { act, met, .. }) => {
                    news.push(act);
                    ready.extend(self.early.release(&met));
                }
                Ok(Folded::Early(need)) => self.early.keep(need, act),
                // What turns out to be forged or one too many is dropped, as if it had been offered only now.
                Ok(Folded::Known) | Err(_) => {}
            }
        }
        news
    }

    /// The acts held, in an order in which they can be taken again: a ring that takes them says the same.
    ///
    /// Without drafts; certificates of a member whom only a draft or a card introduces need that first.
    pub fn acts(&self) -> impl Iterator<Item = ControlAct> {
        let editions = self.editions.signed().into_iter().cloned().map(ControlAct::Edition);
        let certificates = self.chains.values().flat_map(Chain::certificates).cloned().map(ControlAct::Certificate);
        let notices = self.notices.values().cloned().map(ControlAct::Notice);
        editions.chain(certificates).chain(notices)
    }

    /// Everything held, drafts too, to be offered to a partner: what counts first, because an answer may not have room
    /// for the rest.
    pub fn offers(&self) -> Vec<ControlAct> {
        let undecided: BTreeSet<EditionId> = self.undecided().map(SignedEdition::id).collect();
        let is_undecided = |act: &ControlAct| match act {
            ControlAct::Edition(edition) => undecided.contains(&edition.id()),
            _ => false,
        };
        let (undecided, mut offers): (Vec<_>, Vec<_>) = self.acts().partition(is_undecided);
        offers.extend(undecided);
        offers.extend(self.drafts().cloned().map(ControlAct::Edition));
        offers
    }

    /// Editions that lack signatures.
    pub fn drafts(&self) -> impl Iterator<Item = &SignedEdition> {
        self.editions.drafts()
    }

    /// Editions that are not complete here: the drafts, and those signed by all they list that do not follow from a
    /// complete edition held. The one before may be missing, or they may list a member under a root to which it did not
    /// commit.
    pub fn undecided(&self) -> impl Iterator<Item = &SignedEdition> {
        self.editions.undecided()
    }

    /// The edition in force: the complete one with the highest number, never below one held before.
    pub fn current(&self) -> Option<&Edition> {
        self.signed_edition(self.current_id()?).map(SignedEdition::edition)
    }

    /// The id of the edition in force.
    pub fn current_id(&self) -> Option<EditionId> {
        self.editions.in_force()
    }

    /// A complete edition, replaced or not, with its signatures.
    pub fn signed_edition(&self, id: EditionId) -> Option<&SignedEdition> {
        self.editions.get(id)
    }

    /// Tells whether edition `a` comes before `b` along the chain, replaced ones resolved.
    pub fn is_older(&self, a: EditionId, b: EditionId) -> bool {
        self.editions.is_older(a, b)
    }

    /// The edition by whose terms an entry under this one is judged.
    ///
    /// Itself, unless it or one before it is replaced: then the parent of what is replaced, or the replacement where
    /// that is a first edition. None when it is not on the way to the edition in force: it is not complete here, or
    /// others agreed it without this member.
    pub fn judged_by(&self, edition: EditionId) -> Option<&Edition> {
        self.editions.judged_by(edition)
    }

    /// The members' cards.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values()
    }

    /// A member's certificate chain.
    pub fn chain(&self, member: MemberId) -> Option<&Chain> {
        self.chains.get(&member)
    }

    /// A node that a member of the edition in force, or of one on the way to it, ever certified, whatever its status.
    ///
    /// Drafts count only while nothing is in force, so that those who found a ring or join one can meet.
    pub fn node(&self, node: NodeId) -> Option<&NodeCertificate> {
        self.chains.get(self.nodes.get(&node)?)?.node(node)
    }

    /// The member that a node acts or acted for, as [`Ring::node`] knows it.
    pub fn member_of(&self, node: NodeId) -> Option<MemberId> {
        self.nodes.get(&node).copied()
    }

    /// The nodes that act for one member.
    pub fn nodes_of(&self, member: MemberId) -> impl Iterator<Item = &NodeCertificate> {
        let nodes = self.chains.get(&member).into_iter().flat_map(Chain::nodes);
        nodes.filter(move |node| self.member_of(node.node) == Some(member))
    }

    /// The newest notice of a node.
    pub fn notice(&self, node: NodeId) -> Option<&Notice> {
        self.notices.get(&node)
    }

    /// Where a node listens: by its newest notice, else by its member's card.
    pub fn addresses(&self, node: NodeId) -> &[String] {
        if let Some(notice) = self.notices.get(&node) {
            return &notice.content().addresses;
        }
        let card = self.member_of(node).and_then(|member| self.cards.get(&member)).map(Card::content);
        let card = card.filter(|card| card.certificate.offer().is_some_and(|offer| offer.node() == node));
        card.map(|card| card.addresses.as_slice()).unwrap_or_default()
    }

    /// Starts chains for listed members, under the root that their id comes from or that a complete edition names;
    /// gives the members of whom a root became known.
    fn know_members(&mut self) -> Vec<MemberId> {
        let mut met = Vec::new();
        for edition in self.editions.all() {
            let complete = self.editions.is_complete(edition.id());
            for listed in &edition.edition().members {
                let (member, root): (MemberId, PublicKey) = (listed.member, listed.root);
                if !complete && member != MemberId::of(&root) {
                    continue;
                }
                let started = !self.chains.contains_key(&member);
                let chain = self.chains.entry(member).or_insert_with(|| Chain::of_member(member, root));
                if chain.add_root(root) || started {
                    met.push(member);
                }
            }
        }
        met
    }

    /// Finds the members whose nodes are known, and the nodes.
    fn know_nodes(&mut self) {
        self.since.clear();
        for edition in self.editions.introducing() {
            for listed in &edition.members {
                let since = self.since.entry(listed.member).or_insert(edition.number);
                *since = edition.number.min(*since);
            }
        }
        self.index_nodes();
    }

    /// A node that offered itself to several members counts for the one listed first, of several for the smallest id:
    /// nobody who comes later takes a node, and with it all that the node wrote, from its member.
    fn index_nodes(&mut self) {
        self.nodes.clear();
        let since = |chain: &&Chain| self.since.get(&chain.member()).copied();
        let mut chains: Vec<_> = self.chains.values().filter(|chain| since(chain).is_some()).collect();
        chains.sort_by_key(|chain| (since(chain), chain.member()));
        for chain in chains {
            for node in chain.all_nodes() {
                self.nodes.entry(node.node).or_insert(node.member);
            }
        }
    }
}
