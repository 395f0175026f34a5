use std::collections::BTreeSet;

use tally_entry::{MemberId, NodeId, PublicKey, SigningKey, Time};
use tally_replica::Identity;
use tally_ring::{
    Card, CardContent, Certificate, Edition, Invitation, InvitationError, Limits, Listed, NodeName, NodeOffer,
    RootMemory, SignedEdition, Standing, next_root_commitment, ring_id,
};

use crate::random::Random;

/// When every world begins, in milliseconds since the epoch: the day on which the new arrangements had to be in place.
pub(crate) const START: Time = Time(1_569_715_200_000);

/// A member with its root key, its one node and its card.
#[derive(Debug)]
pub struct Member {
    root: SigningKey,
    key: [u8; 32],
    // Kept beside the key: a world asks for them with every frame.
    public: PublicKey,
    node: NodeId,
    card: Card,
}

/// Why a world's members cannot found their ring; never the program's fault that is looked for.
#[derive(Debug, thiserror::Error)]
#[error("the ring cannot be founded: {0}")]
pub struct FoundingError(String);

impl Member {
    fn new(number: usize, random: &mut Random) -> Result<Self, FoundingError> {
        let root = SigningKey::from_seed(random.bytes());
        let key = random.bytes();
        let offer = NodeOffer::sign(
            MemberId::of(&root.public()),
            &SigningKey::from_seed(key),
            &SigningKey::from_seed(random.bytes()),
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
            NodeName::new("first").map_err(|why| FoundingError(why.to_string()))?,
        );
        let content = CardContent {
            name: format!("Borough {number}"),
            codes: vec![format!("E0900000{number}")],
            root: root.public(),
            next_root: next_root_commitment(&SigningKey::from_seed(random.bytes()).public()),
            certificate: Certificate::first(offer, &root).map_err(|why| FoundingError(why.to_string()))?,
            newest: 1,
            addresses: vec![format!("/ip4/127.0.0.1/tcp/{}", 4001 + number)],
        };
        let card = content.cleared().and_then(|content| Card::sign(content, &root));
        let card = card.map_err(|why| FoundingError(why.to_string()))?;
        let public = SigningKey::from_seed(key).public();
        Ok(Self { root, key, public, node: NodeId::of(&public), card })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> MemberId {
        self.card.member()
    }

    /// The key of its node.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        SigningKey::from_seed(self.key)
    }

    /// The public half of that key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// Its node.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Who its core is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { member: self.id(), key: self.key() }
    }
}

/// The members of one world.
#[derive(Debug)]
pub struct Members {
    all: Vec<Member>,
    nonce: [u8; 16],
}

impl Members {
    /// Draws so many members.
    ///
    /// # Errors
    /// When one of their cards cannot be made.
    pub fn new(count: usize, random: &mut Random) -> Result<Self, FoundingError> {
        let all = (0..count).map(|number| Member::new(number, random)).collect::<Result<_, _>>()?;
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&random.bytes()[..16]);
        Ok(Self { all, nonce })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Member] {
        &self.all
    }

    /// One of them.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn at(&self, index: usize) -> &Member {
        &self.all[index]
    }

    /// Which of them a node belongs to.
    #[must_use]
    pub fn index(&self, node: NodeId) -> Option<usize> {
        self.all.iter().position(|member| member.node() == node)
    }

    pub(crate) fn ids(&self, of: &BTreeSet<usize>) -> BTreeSet<MemberId> {
        of.iter().map(|index| self.at(*index).id()).collect()
    }

    /// The invitation of their ring, signed by the first so many.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn invitation(&self, signers: usize) -> Result<Invitation, FoundingError> {
        let founder = self.at(0).id();
        let edition = Edition {
            ring: ring_id(founder, &self.nonce),
            founder,
            nonce: self.nonce,
            parent: None,
            number: 1,
            name: "A ring of the sim".into(),
            purpose: "shared priorities".into(),
            handling: "official".into(),
            retention: "ring".into(),
            members: self.all.iter().map(|member| Listed::from_card(&member.card, Standing::Full, vec![])).collect(),
            sectors: vec![],
            limits: Limits::default(),
            rules: 1,
            instead_of: vec![],
        }
        .in_order();
        let mut signed = SignedEdition::draft(edition.cleared().map_err(|why| FoundingError(why.to_string()))?)
            .map_err(|why| FoundingError(why.to_string()))?;
        for member in self.all.iter().take(signers) {
            let memory = &mut RootMemory::default();
            signed.sign(&member.root, memory).map_err(|why| FoundingError(why.to_string()))?;
        }
        let cards = self.all.iter().map(|member| member.card.clone());
        Invitation::new(signed, None, cards).map_err(|why: InvitationError| FoundingError(why.to_string()))
    }
}
