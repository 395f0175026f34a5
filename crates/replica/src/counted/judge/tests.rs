//! An entry that nobody may write says why.

use std::collections::BTreeSet;

use tally_document::Limits as DocumentLimits;
use tally_entry::{Draft, EditionId, LogId, NodeId, RingId, SigningKey, Time};
use tally_ring::{
    Card, CardContent, Certificate, ControlAct, Limits, Listed, NodeName, NodeOffer, NotAuthor, RootMemory,
    SignedEdition, next_root_commitment, ring_id,
};

use super::*;

const BEXLEY: u8 = 1;
const GREENWICH: u8 = 2;

fn root(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number + 100; 32])
}

fn member(number: u8) -> MemberId {
    MemberId::of(&root(number).public())
}

fn node(number: u8) -> NodeId {
    NodeId::of(&key(number).public())
}

fn card(number: u8) -> Card {
    let transport = SigningKey::from_seed([number + 200; 32]);
    let offer =
        NodeOffer::sign(member(number), &key(number), &transport, "age1qqqqqqqq", NodeName::new("first").unwrap());
    let content = CardContent {
        name: format!("Borough {number}"),
        codes: Vec::new(),
        root: root(number).public(),
        next_root: next_root_commitment(&SigningKey::from_seed([number + 50; 32]).public()),
        certificate: Certificate::first(offer, &root(number)).unwrap(),
        newest: 1,
        addresses: Vec::new(),
    };
    Card::sign(content.cleared().unwrap(), &root(number)).unwrap()
}

fn ring_of_two() -> RingId {
    ring_id(member(BEXLEY), &[7; 16])
}

/// A ring of two whose edition is complete, and that edition's id.
fn ring(greenwich: Standing) -> (Ring, EditionId) {
    let (founder, nonce) = (member(BEXLEY), [7; 16]);
    let edition = Edition {
        ring: ring_of_two(),
        founder,
        nonce,
        parent: None,
        number: 1,
        name: "Two boroughs".into(),
        purpose: "shared priorities".into(),
        handling: "official".into(),
        retention: "ring".into(),
        members: vec![
            Listed::from_card(&card(BEXLEY), Standing::Full, vec![]),
            Listed::from_card(&card(GREENWICH), greenwich, vec![]),
        ],
        sectors: vec![],
        limits: Limits::default(),
        rules: 1,
        instead_of: vec![],
    }
    .in_order();
    let mut ring = Ring::new(ring_of_two());
    let mut signed = SignedEdition::draft(edition.cleared().unwrap()).unwrap();
    for number in [BEXLEY, GREENWICH] {
        signed.sign(&root(number), &mut RootMemory::default()).unwrap();
    }
    let id = signed.id();
    ring.take(ControlAct::Edition(signed)).unwrap();
    ring.take_card(card(BEXLEY));
    (ring, id)
}

fn entry(audience: &Audience, number: u8, edition: EditionId, document: Option<DocumentId>, body: Body) -> Chained {
    let log = log(audience, number);
    let draft = Draft {
        log,
        sequence: 1,
        previous: None,
        edition,
        document,
        life: 0,
        seat: None,
        time: Time(0),
        attachments: Vec::new(),
        body,
    };
    Chained::vouch(draft.sign(&key(number), None, [0; 16]).unwrap())
}

fn log(audience: &Audience, number: u8) -> LogId {
    LogId { ring: audience.ring(), audience: audience.id(), node: node(number), incarnation: 1 }
}

fn birth(audience: &Audience, number: u8) -> Body {
    let log = log(audience, number);
    let document = DocumentId::of_birth(&log, 1);
    let actor = Actor::derive(&audience.ring(), &document, &log.node, 1, 0);
    let priority = tally_record::find("priority").unwrap().description;
    let created = Document::create(priority, actor, &[], &DocumentLimits::FIRST, &mut || [3; 8]).unwrap();
    Body::Birth(Birth {
        type_name: "priority".into(),
        type_version: 1,
        home: member(number),
        writers: Writers::Members,
        handling: String::new(),
        retention: String::new(),
        change: created.change,
        follows: None,
        again: None,
    })
}

/// Why the birth, the change and the statement that Greenwich writes are void, beside a document of Bexley that stands;
/// none where it is only waited for what it names.
fn voided(ring: &Ring, audience: &Audience, theirs: EditionId, ours: EditionId) -> [Option<Voided>; 3] {
    let rules = Rules { ring, audience };
    let mut judge = Judge::default();
    let born = entry(audience, BEXLEY, ours, None, birth(audience, BEXLEY));
    assert!(matches!(judge.judge(&rules, &born, None), Outcome::Stands(_)));
    let change = Change { change: Vec::new(), joined: Vec::new(), reason: None, resumes: None, again: None };
    let statement = Statement {
        word: "comment".into(),
        version: vec![ChangeHash::from_bytes([9; 32])],
        note: None,
        role: String::new(),
        sector: String::new(),
        areas: Vec::new(),
        authority: None,
        value: None,
        answers: None,
        again: None,
    };
    let tried = [
        entry(audience, GREENWICH, theirs, None, birth(audience, GREENWICH)),
        entry(audience, GREENWICH, theirs, born.header().document, Body::Change(change)),
        entry(audience, GREENWICH, theirs, born.header().document, Body::Statement(statement)),
    ];
    tried.map(|tried| match judge.judge(&rules, &tried, None) {
        Outcome::Void(why, _) => Some(why),
        Outcome::Waits(_) => None,
        Outcome::Stands(_) | Outcome::Parked => panic!("{tried:?} counts"),
    })
}

fn all(why: Voided) -> [Option<Voided>; 3] {
    [Some(why.clone()), Some(why.clone()), Some(why)]
}

#[test]
fn an_observer_is_called_one() {
    let (mut ring, edition) = ring(Standing::Observer);
    ring.take_card(card(GREENWICH));
    assert_eq!(
        voided(&ring, &Audience::whole(ring_of_two()), edition, edition),
        [Some(Voided::Observer), Some(Voided::Observer), None]
    );
}

#[test]
fn a_node_that_no_certificate_names_is_not_called_an_observer() {
    let (ring, edition) = ring(Standing::Full);
    let why = NotAuthor::UnknownNode(node(GREENWICH));
    assert_eq!(voided(&ring, &Audience::whole(ring_of_two()), edition, edition), all(why.into()));
}

#[test]
fn an_edition_that_does_not_lead_here_is_named() {
    let (mut ring, edition) = ring(Standing::Full);
    ring.take_card(card(GREENWICH));
    let other = EditionId::from_bytes([9; 32]);
    let why = NotAuthor::UnknownEdition(other);
    assert_eq!(voided(&ring, &Audience::whole(ring_of_two()), other, edition), all(why.into()));
}

#[test]
fn a_member_outside_the_audience_is_named() {
    let (mut ring, edition) = ring(Standing::Full);
    ring.take_card(card(GREENWICH));
    let audience = Audience::only(ring_of_two(), BTreeSet::from([member(BEXLEY)]));
    let why = NotAuthor::NotOfAudience(member(GREENWICH));
    assert_eq!(voided(&ring, &audience, edition, edition), all(why.into()));
}
