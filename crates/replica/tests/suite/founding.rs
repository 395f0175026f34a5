//! Three members and the ring they found.

use std::sync::LazyLock;

use tally_entry::{Body, MemberId, NodeId, PublicKey, SigningKey, Time, Unverified};
use tally_replica::Identity;
use tally_ring::{
    Card, CardContent, Certificate, Edition, Invitation, Limits, Listed, NodeName, NodeOffer, RootMemory,
    SignedEdition, Standing, next_root_commitment, ring_id,
};

/// A member with its root and one node.
pub(crate) struct Borough {
    pub(crate) root: SigningKey,
    pub(crate) key: [u8; 32],
    pub(crate) card: Card,
}

impl Borough {
    pub(crate) fn new(number: u8, name: &str) -> Self {
        let root = SigningKey::from_seed([number; 32]);
        let key = [number + 100; 32];
        let member = MemberId::of(&root.public());
        let offer = NodeOffer::sign(
            member,
            &SigningKey::from_seed(key),
            &SigningKey::from_seed([number + 200; 32]),
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
            NodeName::new("first").expect("no identifier"),
        );
        let card = Card::sign(
            CardContent {
                name: name.into(),
                codes: vec![format!("E0900000{number}")],
                root: root.public(),
                next_root: next_root_commitment(&SigningKey::from_seed([number + 50; 32]).public()),
                certificate: Certificate::first(offer, &root).expect("certified"),
                newest: 1,
                addresses: vec!["/ip4/127.0.0.1/tcp/1".into()],
            }
            .cleared()
            .expect("no identifier"),
            &root,
        )
        .expect("a card");
        Self { root, key, card }
    }

    pub(crate) fn member(&self) -> MemberId {
        self.card.member()
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity { member: self.member(), key: SigningKey::from_seed(self.key) }
    }
}

pub(crate) fn boroughs() -> Vec<Borough> {
    vec![Borough::new(1, "Bexley"), Borough::new(2, "Greenwich"), Borough::new(3, "Lewisham")]
}

/// The invitation, signed by the first `signers` of the boroughs.
pub(crate) fn invitation(boroughs: &[Borough], signers: usize) -> Invitation {
    let founder = boroughs[0].member();
    let nonce = [7; 16];
    let edition = Edition {
        ring: ring_id(founder, &nonce),
        founder,
        nonce,
        parent: None,
        number: 1,
        name: "Tri-borough programme".into(),
        purpose: "shared priorities".into(),
        handling: "official".into(),
        retention: "ring".into(),
        members: boroughs.iter().map(|borough| Listed::from_card(&borough.card, Standing::Full, vec![])).collect(),
        sectors: vec![],
        limits: Limits { text_words: 1_000, ..Limits::default() },
        rules: 1,
        instead_of: vec![],
    }
    .in_order();
    let mut signed = SignedEdition::draft(edition.cleared().unwrap()).expect("a draft");
    for borough in boroughs.iter().take(signers) {
        signed.sign(&borough.root, &mut RootMemory::default()).expect("signs");
    }
    Invitation::new(signed, None, boroughs.iter().map(|borough| borough.card.clone())).expect("an invitation")
}

pub(crate) const START: Time = Time(1_567_296_000_000);

/// The body of an entry that one of the boroughs signed.
pub(crate) fn body(entry: &Unverified) -> Option<Body> {
    let verified = entry.clone().verify(&key_of(entry)?).ok()?;
    Body::decode(verified.header().kind, verified.body()?).ok()
}

fn key_of(entry: &Unverified) -> Option<PublicKey> {
    // Founding three boroughs takes a dozen signatures, and this is asked for every entry.
    static KEYS: LazyLock<Vec<PublicKey>> =
        LazyLock::new(|| boroughs().into_iter().map(|borough| SigningKey::from_seed(borough.key).public()).collect());
    KEYS.iter().find(|key| NodeId::of(key) == entry.header().node).copied()
}
