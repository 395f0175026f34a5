//! Members, cards and editions with fixed keys.

use tally_entry::{AudienceId, EditionId, EntryId, LogId, MemberId, NodeId, Position, RingId, SigningKey};
use tally_ring::{
    ActRefused, ActState, Audience, Card, CardContent, Certificate, ControlAct, Edition, Limits, Listed, NodeName,
    NodeOffer, Notice, Ring, RootMemory, SignedEdition, Standing, next_root_commitment, ring_id,
};

/// Acts as tests offer them to a ring.
pub(crate) trait Offer {
    fn offer(&mut self, act: ControlAct) -> Result<ActState, ActRefused>;

    fn take_edition(&mut self, edition: SignedEdition) -> Result<ActState, ActRefused> {
        self.offer(ControlAct::Edition(edition))
    }

    fn take_certificate(&mut self, certificate: Certificate) -> Result<ActState, ActRefused> {
        self.offer(ControlAct::Certificate(certificate))
    }

    fn take_notice(&mut self, notice: Notice) -> Result<ActState, ActRefused> {
        self.offer(ControlAct::Notice(notice))
    }
}

impl Offer for Ring {
    fn offer(&mut self, act: ControlAct) -> Result<ActState, ActRefused> {
        self.take(act).map(|taken| taken.state)
    }
}

/// What a member may do by the terms under which entries of this edition are judged.
pub(crate) fn standing(ring: &Ring, member: MemberId, edition: EditionId) -> Option<Standing> {
    Some(ring.judged_by(edition)?.listed(member)?.standing)
}

/// The edition under whose terms entries of this one are judged.
pub(crate) fn judged_by(ring: &Ring, edition: EditionId) -> Option<EditionId> {
    ring.judged_by(edition).map(Edition::id)
}

/// A member with all its keys.
pub(crate) struct Party {
    pub(crate) name: &'static str,
    pub(crate) root: SigningKey,
    pub(crate) next: SigningKey,
    pub(crate) node: SigningKey,
    pub(crate) transport: SigningKey,
    pub(crate) memory: RootMemory,
}

pub(crate) const NONCE: [u8; 16] = *b"a nonce of rings";

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

pub(crate) fn party(number: u8, name: &'static str) -> Party {
    let [root, next, node, transport] = [0, 1, 2, 3].map(|key_number| key(number * 4 + key_number));
    Party { name, root, next, node, transport, memory: RootMemory::default() }
}

pub(crate) fn bexley() -> Party {
    party(1, "Bexley")
}

pub(crate) fn greenwich() -> Party {
    party(2, "Royal Borough of Greenwich")
}

pub(crate) fn lewisham() -> Party {
    party(3, "Lewisham")
}

impl Party {
    pub(crate) fn id(&self) -> MemberId {
        MemberId::of(&self.root.public())
    }

    pub(crate) fn node_id(&self) -> NodeId {
        NodeId::of(&self.node.public())
    }

    pub(crate) fn offer(&self) -> NodeOffer {
        NodeOffer::sign(self.id(), &self.node, &self.transport, "age1qqqqqqqq", NodeName::new("main node").unwrap())
    }

    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::first(self.offer(), &self.root).unwrap()
    }

    pub(crate) fn card_content(&self) -> CardContent {
        CardContent {
            name: self.name.to_owned(),
            codes: vec!["E09000004".to_owned()],
            root: self.root.public(),
            next_root: next_root_commitment(&self.next.public()),
            certificate: self.certificate(),
            newest: 1,
            addresses: vec!["/dns4/tally.example.org/tcp/443".to_owned()],
        }
    }

    pub(crate) fn card(&self) -> Card {
        Card::sign(self.card_content().cleared().unwrap(), &self.root).unwrap()
    }

    pub(crate) fn listed(&self, standing: Standing) -> Listed {
        Listed::from_card(&self.card(), standing, vec!["council".to_owned(), "health".to_owned()])
    }
}

/// The first edition of a ring that the first party founds, with every party a full member.
pub(crate) fn first_edition(parties: &[&Party]) -> Edition {
    let founder = parties[0].id();
    let edition = Edition {
        ring: ring_id(founder, &NONCE),
        founder,
        nonce: NONCE,
        parent: None,
        number: 1,
        name: "Tri-borough programme".to_owned(),
        purpose: "To keep one record of what three boroughs agree.".to_owned(),
        handling: "OFFICIAL".to_owned(),
        retention: "Seven years after the programme ends.".to_owned(),
        members: parties.iter().map(|party| party.listed(Standing::Full)).collect(),
        sectors: ["police", "health", "council"].map(str::to_owned).to_vec(),
        limits: Limits::default(),
        rules: 1,
        instead_of: Vec::new(),
    };
    edition.in_order()
}

/// Signs with roots that keep no memory, as a careless or lying member would.
pub(crate) fn signed(edition: &Edition, parties: &[&Party]) -> SignedEdition {
    let mut signed = SignedEdition::draft(edition.clone().cleared().unwrap()).unwrap();
    for party in parties {
        signed.sign(&party.root, &mut RootMemory::default()).unwrap();
    }
    signed
}

pub(crate) fn whole(ring: RingId) -> AudienceId {
    Audience::whole(ring).id()
}

pub(crate) fn log_of(party: &Party, ring: RingId) -> LogId {
    LogId { ring, audience: whole(ring), node: party.node_id(), incarnation: 1 }
}

pub(crate) fn position(sequence: u64) -> Position {
    Position { incarnation: 1, sequence, entry: EntryId::from_bytes([sequence as u8; 32]) }
}
