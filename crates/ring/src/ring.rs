//! A ring as one node folds it.

pub(crate) mod author;
pub(crate) mod chain;
pub(crate) mod lineage;

use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{EditionId, MemberId, NodeId, PublicKey, RingId};
use thiserror::Error;

use crate::act::certificate::Certificate;
use crate::act::edition::signed::SignedEdition;
use crate::act::edition::{Edition, Standing};
use crate::act::notice::{Notice, NoticeError};
use crate::paper::card::Card;
use crate::paper::invitation::Invitation;
use crate::ring::chain::{CertificateTaken, Chain, ChainError, NodeCertificate};
use crate::ring::lineage::{Contest, Lineage};

/// Drafts kept at once: a ring has one under way, and a few that stalled.
const DRAFTS: usize = 64;

/// Everything a node knows of one ring's agreement, its members and their nodes.
///
/// What is complete, what stands and what replaces what depends on the set of editions taken alone. Only
/// [`Ring::current`] also depends on what was held before: it never goes back.
#[derive(Debug, Clone)]
pub struct Ring {
    id: RingId,
    own: Option<MemberId>,
    editions: BTreeMap<EditionId, SignedEdition>,
    lineage: Lineage,
    held: Option<EditionId>,
    followed: BTreeSet<EditionId>,
    chains: BTreeMap<MemberId, Chain>,
    /// The members whose nodes are known, with the number of the edition that first listed them.
    since: BTreeMap<MemberId, u64>,
    nodes: BTreeMap<NodeId, MemberId>,
    cards: BTreeMap<MemberId, Card>,
    notices: BTreeMap<NodeId, Notice>,
}

/// What came of an edition that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditionTaken {
    /// Nothing in it was new.
    Known,
    /// It is kept as a draft until the others sign.
    Draft {
        /// The members whose signature is missing.
        awaiting: Vec<MemberId>,
    },
    /// Everybody signed, but it does not follow from the complete editions held: perhaps one before it is missing, or it
    /// lists a member under a root to which that member did not commit.
    Waiting,
    /// It is complete.
    Complete {
        /// Whether the edition in force changed with it.
        in_force: bool,
    },
}

/// Why a ring does not take an edition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditionRefused {
    /// It is another ring's.
    #[error("the edition is of ring {found}, not of {expected}")]
    OtherRing {
        /// The ring asked.
        expected: RingId,
        /// The ring it names.
        found: RingId,
    },
    /// Nobody signed it.
    #[error("nobody signed the edition")]
    Unsigned,
    /// Too many drafts are kept already.
    #[error("{DRAFTS} drafts are kept already")]
    TooManyDrafts,
}

/// Why a ring does not take a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateRefused {
    /// No edition or card held speaks of the member.
    #[error("member {member} is not known here")]
    UnknownMember {
        /// The member.
        member: MemberId,
    },
    /// The member's chain does not take it.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// Why a ring does not take a notice.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoticeRefused {
    /// No certificate held names the node.
    #[error("node {node} is not known here")]
    UnknownNode {
        /// The node.
        node: NodeId,
    },
    /// The notice does not hold.
    #[error(transparent)]
    Notice(#[from] NoticeError),
}

impl Ring {
    /// Starts without any edition.
    pub fn new(id: RingId) -> Self {
        Self {
            id,
            own: None,
            editions: BTreeMap::new(),
            lineage: Lineage::default(),
            held: None,
            followed: BTreeSet::new(),
            chains: BTreeMap::new(),
            since: BTreeMap::new(),
            nodes: BTreeMap::new(),
            cards: BTreeMap::new(),
            notices: BTreeMap::new(),
        }
    }

    /// Says whose node folds the ring; to be said before any edition is taken.
    ///
    /// The node then follows only editions that list its member, and so bear its root's signature: what others agree
    /// among themselves, with or without it, never changes what it follows.
    pub fn stand_as(&mut self, member: MemberId) {
        self.own = Some(member);
        self.held = None;
        self.advance();
    }

    /// Says which of several complete editions to follow, for a member whose root signed more than one.
    pub fn follow(&mut self, edition: EditionId) {
        self.followed.insert(edition);
        self.advance();
    }

    /// The ring.
    pub fn id(&self) -> RingId {
        self.id
    }

    /// Takes an edition with whatever signatures it has; those of copies held before are kept.
    pub fn take_edition(&mut self, edition: SignedEdition) -> Result<EditionTaken, EditionRefused> {
        let (expected, found, id) = (self.id, edition.edition().ring, edition.id());
        if expected != found {
            return Err(EditionRefused::OtherRing { expected, found });
        }
        if edition.signatures().next().is_none() {
            return Err(EditionRefused::Unsigned);
        }
        let was_complete = self.lineage.is_complete(id);
        let news = match self.editions.get_mut(&id) {
            Some(kept) => kept.merge(&edition).unwrap_or_default(),
            None => {
                self.make_room(&edition)?;
                self.editions.insert(id, edition);
                true
            }
        };
        if !news {
            return Ok(EditionTaken::Known);
        }
        let before = self.held;
        self.lineage = Lineage::of(&self.editions);
        self.know_members();
        self.advance();
        if was_complete {
            return Ok(EditionTaken::Known);
        }
        if self.lineage.is_complete(id) {
            return Ok(EditionTaken::Complete { in_force: before != self.held });
        }
        let awaiting = self.editions.get(&id).map(SignedEdition::awaiting).unwrap_or_default();
        Ok(if awaiting.is_empty() { EditionTaken::Waiting } else { EditionTaken::Draft { awaiting } })
    }

    /// Takes all that an invitation holds.
    pub fn take_invitation(&mut self, invitation: &Invitation) -> Result<EditionTaken, EditionRefused> {
        if let Some(current) = invitation.current() {
            self.take_edition(current.clone())?;
        }
        let taken = self.take_edition(invitation.edition().clone())?;
        invitation.cards().for_each(|card| self.take_card(card.clone()));
        Ok(taken)
    }

    /// Keeps a member's card and takes the certificate on it; of two cards the one with the newer chain is kept.
    pub fn take_card(&mut self, card: Card) {
        let member = card.member();
        let rank = |card: &Card| (card.content().newest, card.encode());
        if self.cards.get(&member).is_some_and(|kept| rank(kept) >= rank(&card)) {
            return;
        }
        self.chains.entry(member).or_insert_with(|| Chain::new(card.content().root));
        // A card is verified; its chain can refuse the certificate only for crowding.
        let _ = self.take_certificate(card.content().certificate.clone());
        self.cards.insert(member, card);
    }

    /// Takes a certificate of a member that an edition lists or whose card is held.
    pub fn take_certificate(&mut self, certificate: Certificate) -> Result<CertificateTaken, CertificateRefused> {
        let member = certificate.content().member;
        let chain = self.chains.get_mut(&member).ok_or(CertificateRefused::UnknownMember { member })?;
        let taken = chain.take(certificate)?;
        self.index_nodes();
        Ok(taken)
    }

    /// Takes a notice of a known node; tells whether it is newer than the one held.
    pub fn take_notice(&mut self, notice: Notice) -> Result<bool, NoticeRefused> {
        let node = notice.content().node;
        let certificate = self.node(node).ok_or(NoticeRefused::UnknownNode { node })?;
        notice.verify(&certificate.key)?;
        let newer = self.notices.get(&node).is_none_or(|held| notice.is_newer_than(held));
        if newer {
            self.notices.insert(node, notice);
        }
        Ok(newer)
    }

    /// The edition in force: the highest complete one that stands, never below one held before.
    pub fn current(&self) -> Option<&Edition> {
        self.edition(self.held?)
    }

    /// The id of the edition in force.
    pub fn current_id(&self) -> Option<EditionId> {
        self.held
    }

    /// A complete edition, replaced or not.
    pub fn edition(&self, id: EditionId) -> Option<&Edition> {
        self.signed_edition(id).map(SignedEdition::edition)
    }

    /// A complete edition with its signatures.
    pub fn signed_edition(&self, id: EditionId) -> Option<&SignedEdition> {
        self.editions.get(&id).filter(|_| self.lineage.is_complete(id))
    }

    /// The editions that are not complete here.
    pub fn drafts(&self) -> impl Iterator<Item = &SignedEdition> {
        self.editions.values().filter(|edition| !self.lineage.is_complete(edition.id()))
    }

    /// Every edition held, complete or not, to pass on.
    pub fn editions(&self) -> impl Iterator<Item = &SignedEdition> {
        self.editions.values()
    }

    /// Gives up a draft.
    pub fn forget_draft(&mut self, id: EditionId) {
        if !self.lineage.is_complete(id) {
            self.editions.remove(&id);
            self.know_nodes();
        }
    }

    /// The edition under whose terms entries that name this one count.
    ///
    /// Itself, unless it or one before it is replaced: then the parent of what is replaced, or the replacement where
    /// that is a first edition. None while it is not complete here.
    pub fn resolve(&self, edition: EditionId) -> Option<EditionId> {
        self.lineage.resolve(edition)
    }

    /// Tells whether edition `a` comes before `b` along the chain, replaced ones resolved.
    pub fn is_older(&self, a: EditionId, b: EditionId) -> bool {
        self.lineage.is_older(a, b)
    }

    /// Where complete editions part without one replacing the others.
    pub fn contests(&self) -> Vec<Contest> {
        self.lineage.contests(&self.editions)
    }

    /// Complete editions that others signed beside the ones followed here, as when they removed this member.
    pub fn departures(&self) -> Vec<EditionId> {
        self.held.map(|held| self.lineage.beside(held)).unwrap_or_default()
    }

    /// The edition by whose terms an entry under this one is judged here; none when it is not on the way to the one in
    /// force, because others agreed it without this member.
    pub fn judged_by(&self, edition: EditionId) -> Option<&Edition> {
        let held = self.held?;
        let on_the_way = |id: &EditionId| self.lineage.leads_to(*id, held);
        let resolved = self.resolve(edition).filter(on_the_way);
        self.edition(resolved.or_else(|| Some(edition).filter(on_the_way))?)
    }

    /// What a member may do by the edition that [`Ring::judged_by`] names.
    pub fn standing(&self, member: MemberId, edition: EditionId) -> Option<Standing> {
        Some(self.judged_by(edition)?.listed(member)?.standing)
    }

    /// A member's card.
    pub fn card(&self, member: MemberId) -> Option<&Card> {
        self.cards.get(&member)
    }

    /// A member's certificate chain.
    pub fn chain(&self, member: MemberId) -> Option<&Chain> {
        self.chains.get(&member)
    }

    /// Every certificate chain held, by member.
    pub fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.chains.values()
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

    /// The nodes that act for the members of the edition in force.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeCertificate> {
        let listed = self.current().into_iter().flat_map(|edition| &edition.members);
        listed.flat_map(|listed| self.nodes_of(listed.member))
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

    /// Keeps editions bounded that nobody needs: those followed and those this member signed are always kept.
    fn make_room(&mut self, edition: &SignedEdition) -> Result<(), EditionRefused> {
        let loose = self.editions.values().filter(|kept| !self.is_bound_to(kept));
        if self.is_bound_to(edition) || loose.clone().count() < DRAFTS {
            return Ok(());
        }
        // One on a parent that the ring has left behind is the first to go.
        let left = |kept: &&SignedEdition| {
            let parent = kept.edition().parent;
            parent != self.held && parent.is_none_or(|parent| self.lineage.is_complete(parent))
        };
        let gone = loose.clone().find(left).map(SignedEdition::id).ok_or(EditionRefused::TooManyDrafts)?;
        self.editions.remove(&gone);
        Ok(())
    }

    fn is_bound_to(&self, edition: &SignedEdition) -> bool {
        let followed = self.held.is_some_and(|held| self.lineage.leads_to(edition.id(), held));
        followed
            || match self.own {
                Some(own) => self.is_signed_by(edition, own),
                None => edition.is_complete(),
            }
    }

    /// Tells whether a member signed, and not somebody with a root made up for it.
    fn is_signed_by(&self, signed: &SignedEdition, member: MemberId) -> bool {
        let edition = signed.edition();
        signed.signatures().any(|signature| signature.member == member)
            && edition.listed(member).is_some_and(|listed| self.lineage.may_list(&self.editions, edition, listed))
    }

    /// Starts chains for listed members: under the root that their id comes from, or that a complete edition names.
    fn know_members(&mut self) {
        for edition in self.editions.values() {
            let complete = self.lineage.is_complete(edition.id());
            for listed in &edition.edition().members {
                let (member, root): (MemberId, PublicKey) = (listed.member, listed.root);
                if complete || member == MemberId::of(&root) {
                    self.chains.entry(member).or_insert_with(|| Chain::of_member(member, root)).add_root(root);
                }
            }
        }
    }

    /// Finds the members whose nodes are known, and the nodes.
    fn know_nodes(&mut self) {
        let editions: Vec<_> = match self.held {
            Some(held) => self.lineage.ancestors(held).filter_map(|id| self.editions.get(&id)).collect(),
            None => self.editions.values().collect(),
        };
        self.since.clear();
        for edition in editions.into_iter().map(SignedEdition::edition) {
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

    fn advance(&mut self) {
        let lists_own = |id: &EditionId| {
            let edition = self.edition(*id);
            self.own.is_none_or(|own| edition.is_some_and(|edition| edition.listed(own).is_some()))
        };
        let choose = |here: &[EditionId]| {
            let mine: Vec<_> = here.iter().copied().filter(lists_own).collect();
            match mine.as_slice() {
                [one] => Some(*one),
                several => several.iter().find(|id| self.followed.contains(id)).copied(),
            }
        };
        let tip = self.lineage.tip(choose);
        let number = |id: Option<EditionId>| id.and_then(|id| self.edition(id)).map_or(0, |edition| edition.number);
        if number(tip) >= number(self.held) && tip.is_some() {
            self.held = tip;
        }
        self.know_nodes();
    }
}
