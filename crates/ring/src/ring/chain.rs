//! The chain of a member's certificates, folded to its nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use tally_entry::{ActId, MemberId, NodeId, PublicKey};
use thiserror::Error;

use crate::act::certificate::offer::NodeOffer;
use crate::act::certificate::{Certificate, CertificateError, NodeAct};

/// Acts of one kind kept at one number: honest members reach two when two people act on one day.
const AT_ONE_NUMBER: usize = 16;

/// A node as its member certifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeCertificate {
    /// The node, named by the hash of its entry-signing key.
    pub node: NodeId,
    /// The member it acts for.
    pub member: MemberId,
    /// The key that signs its entries.
    pub key: PublicKey,
    /// The key by which libp2p knows it.
    pub transport: PublicKey,
    /// The age recipient of bundles for it.
    pub recipient: String,
    /// What people call it.
    pub name: String,
    /// Whether it still acts.
    pub status: NodeStatus,
}

/// Whether a certified node still acts for its member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeStatus {
    /// It acts for its member.
    Current,
    /// Another took its place; its entries go on counting.
    Replaced {
        /// The node in its place.
        by: NodeId,
    },
    /// It was ended; cuts say which of its entries count.
    Revoked {
        /// The act that ended it.
        by: ActId,
    },
}

/// All certificates held of one member, and the nodes they come to.
///
/// The fold depends on the set of certificates alone, never on the order in which they came. Order decides only which
/// are kept once a member crowds one number: what is linked stays for good, because dropping it would void a log that
/// stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    member: MemberId,
    roots: BTreeSet<PublicKey>,
    acts: BTreeMap<u64, BTreeMap<ActId, Certificate>>,
    fold: Fold,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fold {
    nodes: BTreeMap<NodeId, NodeCertificate>,
    counted: BTreeSet<ActId>,
    /// What counted, and the rotations that stopped the chain.
    linked: BTreeSet<ActId>,
    newest: u64,
    stopped: Option<u64>,
}

/// What came of a certificate that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateTaken {
    /// It was held already.
    Known,
    /// It counts.
    Counted,
    /// It is held and does not count: an act before it is missing, or the chain has stopped.
    Waiting,
}

/// Why a chain does not take a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainError {
    /// It belongs to another member.
    #[error("the certificate belongs to member {found}, and this chain to {expected}")]
    OtherMember {
        /// The member of this chain.
        expected: MemberId,
        /// The member it names.
        found: MemberId,
    },
    /// It does not verify.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Its number already has as many acts of its kind as are kept, and none of them gives way to it.
    #[error("{AT_ONE_NUMBER} acts of this kind are held at number {number} already")]
    Crowded {
        /// The crowded number.
        number: u64,
    },
}

impl Chain {
    /// Starts the chain of the member whose first root this is.
    pub fn new(root: PublicKey) -> Self {
        Self::of_member(MemberId::of(&root), root)
    }

    /// Starts the chain of a member whose root was changed by an edition.
    pub fn of_member(member: MemberId, root: PublicKey) -> Self {
        Self { member, roots: [root].into(), acts: BTreeMap::new(), fold: Fold::default() }
    }

    /// Accepts certificates of one more root of this member; tells whether it is new. Certificates refused before have
    /// to be taken again.
    pub fn add_root(&mut self, root: PublicKey) -> bool {
        self.roots.insert(root)
    }

    /// Takes a certificate after checking its signature.
    pub fn take(&mut self, certificate: Certificate) -> Result<CertificateTaken, ChainError> {
        let content = certificate.content();
        let (expected, found, number) = (self.member, content.member, content.number);
        if expected != found {
            return Err(ChainError::OtherMember { expected, found });
        }
        if !self.roots.iter().any(|root| certificate.verify(root).is_ok()) {
            return Err(CertificateError::Forged { member: found }.into());
        }
        let id = certificate.id();
        // Kinds are capped apart, so that additions never keep out a revocation or a second rotation.
        let kind = discriminant(&certificate.content().act);
        let here = self.acts.entry(number).or_default();
        if here.contains_key(&id) {
            return Ok(CertificateTaken::Known);
        }
        here.insert(id, certificate);
        let folded = fold(self.member, &self.acts);
        let here = self.acts.entry(number).or_default();
        let alike = || here.iter().filter(|(_, act)| discriminant(&act.content().act) == kind).map(|(id, _)| *id);
        if alike().count() > AT_ONE_NUMBER {
            // What is linked is never evicted; of the others the smallest ids stay, whatever came first. What goes is
            // not linked, or is the new act itself, so the fold stays right without it.
            let gone = alike().rfind(|id| !folded.linked.contains(id)).unwrap_or(id);
            here.remove(&gone);
            if gone == id {
                return Err(ChainError::Crowded { number });
            }
        }
        self.fold = folded;
        Ok(if self.fold.counted.contains(&id) { CertificateTaken::Counted } else { CertificateTaken::Waiting })
    }

    /// The member whose chain it is.
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// A node this member ever certified, whatever its status.
    pub fn node(&self, node: NodeId) -> Option<&NodeCertificate> {
        self.fold.nodes.get(&node)
    }

    /// The key of a node that a certificate held names, whether that certificate counts yet or not: which it is does not
    /// depend on the order in which certificates came.
    pub(crate) fn key_of(&self, node: NodeId) -> Option<PublicKey> {
        let named = || self.certificates().filter_map(Certificate::offer).find(|offer| offer.node() == node);
        self.node(node).map(|node| node.key).or_else(|| named().map(|offer| offer.key))
    }

    /// The nodes that act for this member now.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeCertificate> {
        self.all_nodes().filter(|node| node.status == NodeStatus::Current)
    }

    /// Every node this member ever certified.
    pub fn all_nodes(&self) -> impl Iterator<Item = &NodeCertificate> {
        self.fold.nodes.values()
    }

    /// The highest number that counts; 0 when none does.
    pub fn newest(&self) -> u64 {
        self.fold.newest
    }

    /// The number at which two rotations stop the chain.
    pub fn stopped(&self) -> Option<u64> {
        self.fold.stopped
    }

    /// Every certificate held, by number, to pass on.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.acts.values().flat_map(BTreeMap::values)
    }
}

fn fold(member: MemberId, acts: &BTreeMap<u64, BTreeMap<ActId, Certificate>>) -> Fold {
    let mut fold = Fold::default();
    let mut revoked = BTreeMap::new();
    let mut last: BTreeSet<ActId> = BTreeSet::new();
    for number in 1.. {
        let linked = |act: &Certificate| act.content().previous.map_or(number == 1, |before| last.contains(&before));
        let here: Vec<_> = acts.get(&number).into_iter().flatten().filter(|(_, act)| linked(act)).collect();
        if here.is_empty() {
            break;
        }
        let rotations = here.iter().filter(|(_, act)| matches!(act.content().act, NodeAct::Replace { .. })).count();
        let mut named = BTreeSet::new();
        let mut counted = BTreeSet::new();
        fold.linked.extend(here.iter().map(|(id, _)| **id));
        for (id, act) in here {
            match &act.content().act {
                NodeAct::Replace { .. } if rotations > 1 => continue,
                NodeAct::Replace { old, new } => {
                    if let Some(node) = fold.nodes.get_mut(old) {
                        node.status = NodeStatus::Replaced { by: new.node() };
                    }
                    fold.certify(member, new, &mut named);
                }
                NodeAct::Add(offer) => fold.certify(member, offer, &mut named),
                NodeAct::Revoke(node) => {
                    revoked.entry(*node).or_insert(*id);
                }
            }
            counted.insert(*id);
        }
        fold.newest = number;
        fold.counted.extend(&counted);
        last = counted;
        if rotations > 1 {
            fold.stopped = Some(number);
            break;
        }
    }
    for (node, by) in revoked {
        // A revoked node never comes back, also not by a later act that adds it.
        if let Some(node) = fold.nodes.get_mut(&node) {
            node.status = NodeStatus::Revoked { by };
        }
    }
    fold
}

impl Fold {
    /// Certifies a node; of two acts at one number about one node the one with the smaller id counts.
    fn certify(&mut self, member: MemberId, offer: &NodeOffer, named: &mut BTreeSet<NodeId>) {
        let node = offer.node();
        if named.insert(node) {
            let NodeOffer { key, transport, .. } = *offer;
            let (recipient, name) = (offer.recipient.clone(), offer.name.clone());
            let status = NodeStatus::Current;
            self.nodes.insert(node, NodeCertificate { node, member, key, transport, recipient, name, status });
        }
    }
}
