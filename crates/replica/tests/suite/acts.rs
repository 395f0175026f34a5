//! Control acts that partners send.

use tally_entry::{Body, Draft, EditionId, LogId, NodeId, Seal, SigningKey, Time};
use tally_replica::{ActNotTaken, Command, Event};
use tally_ring::{
    ActRefused, Audience, Because, Branch, Certificate, CertificateContent, ControlAct, CutAct, CutContent, ForkProof,
    NodeAct, NodeName, NodeOffer, Scope,
};

use crate::frame;
use crate::network::Network;

/// The second of two nodes answers what acts it holds with these; gives what the first one tells of it.
fn sent(network: &mut Network, acts: &[ControlAct]) -> Vec<Event> {
    network.connect(0, 1);
    let before = network.events[0].len();
    network.untrue = Some((1, 1, frame::acts(acts)));
    network.command(1, Command::Announce(vec!["/ip4/127.0.0.1/tcp/9".into()])).expect("announced");
    network.pass(61_000);
    network.events[0][before..].to_vec()
}

#[test]
fn an_act_that_this_version_does_not_know_is_told_and_not_kept() {
    let mut network = Network::new();
    let audience = Audience::whole(network.ring()).id();
    let lewisham = &network.boroughs[2];
    let because = Because::Edition(EditionId::from_bytes([4; 32]));
    let content = CutContent { audience, member: lewisham.member(), because, cuts: Vec::new() };
    let cut = ControlAct::Cut(CutAct::sign(content, &lewisham.root).expect("signed"));
    let later = ControlAct::Unknown { kind: 99, scope: Scope::Audience(audience), bytes: vec![1] };
    let journal = network.journals[0].clone();
    let told: Vec<ActNotTaken> = sent(&mut network, &[cut, later])
        .into_iter()
        .filter_map(|event| match event {
            Event::ActRefused { why, .. } => Some(why),
            _ => None,
        })
        .collect();
    for kind in [4, 99] {
        assert!(told.contains(&ActRefused::UnknownKind { kind }.into()), "{told:?}");
    }
    assert_eq!(network.journals[0], journal);
}

#[test]
fn a_fork_proof_ahead_of_its_node_s_certificate_is_taken() {
    let mut network = Network::new();
    let (ring, lewisham) = (network.ring(), &network.boroughs[2]);
    let key = SigningKey::from_seed([77; 32]);
    let offer = NodeOffer::sign(
        lewisham.member(),
        &key,
        &SigningKey::from_seed([78; 32]),
        "age1qqqqqqqq",
        NodeName::new("second node").unwrap(),
    );
    let content = CertificateContent {
        member: lewisham.member(),
        number: 2,
        previous: Some(lewisham.card.content().certificate.id()),
        act: NodeAct::Add(offer),
    };
    let certificate = ControlAct::Certificate(Certificate::sign(content, &lewisham.root).expect("signed"));
    let node = NodeId::of(&key.public());
    let log = LogId { ring, audience: Audience::whole(ring).id(), node, incarnation: 1 };
    let branch = |word: &str| {
        let draft = Draft {
            log,
            sequence: 1,
            previous: None,
            edition: EditionId::from_bytes([4; 32]),
            document: None,
            life: 0,
            seat: None,
            time: Time(0),
            attachments: Vec::new(),
            body: Body::Seal(Seal { reason: word.into(), next: None }),
        };
        Branch::of(&[draft.sign(&key, None, [8; 16]).expect("signed")]).expect("a branch")
    };
    let proof = ControlAct::Fork(ForkProof::new(log, branch("here"), branch("there")).expect("a fork"));
    let told = sent(&mut network, &[proof, certificate]);
    let forked = told.iter().any(|event| matches!(event, Event::Forked { node: forked, .. } if *forked == node));
    assert!(forked, "{told:?}");
}
