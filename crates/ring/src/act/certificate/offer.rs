//! A node's offer of its keys to the member that certifies it.

use minicbor::{Decode, Encode};
use tally_entry::{MemberId, NodeId, PublicKey, Signature, SigningKey, Tag, canonical};
use tally_guard::{Cleared, Stopped};
use thiserror::Error;

use crate::bound::{self, Malformed};

const OFFER: Tag = Tag::new("tally/1/node-offer");

/// The keys of one node, with proof that the node holds them.
///
/// Both keys sign that they are offered to this member, so no member can certify another's node as its own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NodeOffer {
    /// The entry-signing key.
    #[n(0)]
    pub key: PublicKey,
    /// The libp2p key; never the entry-signing key.
    #[n(1)]
    pub transport: PublicKey,
    /// The age recipient for bundles.
    #[n(2)]
    pub recipient: String,
    /// What people call the node.
    #[n(3)]
    pub name: String,
    /// The entry-signing key's signature over member and offer.
    #[n(4)]
    pub possession: Signature,
    /// The libp2p key's signature over member and offer.
    #[n(5)]
    pub transport_possession: Signature,
}

/// What people call a node. It leaves with the card, so the guard has read it.
#[derive(Debug, Clone)]
pub struct NodeName<'a>(Cleared<&'a str>);

/// The guard found what identifies a person in a node's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the node's name: {0}")]
pub struct NodeNameError(#[from] Stopped);

impl<'a> NodeName<'a> {
    /// Has the guard read a name.
    ///
    /// # Errors
    /// Where it holds what identifies a person.
    pub fn new(name: &'a str) -> Result<Self, NodeNameError> {
        Ok(Self(Cleared::first(name)?))
    }
}

#[derive(Encode)]
struct Claim<'a> {
    #[n(0)]
    member: MemberId,
    #[n(1)]
    key: PublicKey,
    #[n(2)]
    transport: PublicKey,
    #[n(3)]
    recipient: &'a str,
    #[n(4)]
    name: &'a str,
}

impl NodeOffer {
    /// Offers a node's keys to a member.
    pub fn sign(
        member: MemberId,
        key: &SigningKey,
        transport: &SigningKey,
        recipient: &str,
        NodeName(name): NodeName<'_>,
    ) -> Self {
        let name = name.into_inner();
        let claim = Claim { member, key: key.public(), transport: transport.public(), recipient, name };
        let bytes = canonical::encode(&claim);
        Self {
            key: key.public(),
            transport: transport.public(),
            recipient: recipient.to_owned(),
            name: name.to_owned(),
            possession: key.sign(&OFFER, &bytes),
            transport_possession: transport.sign(&OFFER, &bytes),
        }
    }

    /// The id of the node.
    pub fn node(&self) -> NodeId {
        NodeId::of(&self.key)
    }

    /// Tells whether both keys signed this offer to this member.
    pub fn is_for(&self, member: MemberId) -> bool {
        let Self { key, transport, .. } = *self;
        let claim = Claim { member, key, transport, recipient: &self.recipient, name: &self.name };
        let bytes = canonical::encode(&claim);
        key != transport
            && key.verify(&OFFER, &bytes, &self.possession).is_ok()
            && transport.verify(&OFFER, &bytes, &self.transport_possession).is_ok()
    }

    pub(crate) fn check(&self) -> Result<(), Malformed> {
        bound::line("recipient", bound::RECIPIENT_CHARS, &self.recipient)?;
        bound::line("node name", bound::NAME_CHARS, &self.name)
    }
}
