use tally_entry::{ActId, ChangeHash, DocumentId, Time};
use tally_ring::{
    Because, ControlAct, ControlActError, Cut, CutAct, CutContent, CutError, ErasureError, ErasureOrder,
    ErasureOrderContent, ErasureReceipt, Finality, LogKey, Malformed, Notice, Receipt, Scope,
};

use crate::fixture::{bexley, first_edition, greenwich, log_of, position, signed, whole};
use crate::forks;

pub(crate) fn cut() -> CutAct {
    let (b, g) = (bexley(), greenwich());
    let ring = first_edition(&[&b, &g]).ring;
    let content = CutContent {
        audience: whole(ring),
        member: b.id(),
        because: Because::Revocation(ActId::from_bytes([6; 32])),
        cuts: vec![Cut { log: log_of(&g, ring), position: Some(position(7)) }],
    };
    CutAct::sign(content, &b.root).unwrap()
}

pub(crate) fn order() -> ErasureOrder {
    let b = bexley();
    let content = ErasureOrderContent {
        audience: whole(first_edition(&[&b]).ring),
        document: DocumentId::from_bytes([2; 32]),
        member: b.id(),
        version: vec![ChangeHash::from_bytes([2; 32]), ChangeHash::from_bytes([1; 32])],
        reason: "A name was shared by mistake.".to_owned(),
        at: Time(1_700_000_000_000),
    };
    ErasureOrder::sign(content, &b.root).unwrap()
}

pub(crate) fn finality() -> Finality {
    let (b, g) = (bexley(), greenwich());
    let log = log_of(&b, first_edition(&[&b]).ring);
    let held = vec![(LogKey { node: b.node_id(), incarnation: 1 }, position(3))];
    let receipt = Receipt::sign(log.audience, Time(5), held, &g.node).unwrap();
    Finality::new(log, position(3), vec![receipt]).unwrap()
}

/// One act of every kind, with a name for its golden file.
pub(crate) fn every_act() -> Vec<(&'static str, ControlAct)> {
    let (b, g) = (bexley(), greenwich());
    let notice = Notice::sign(Time(9), vec!["/dns4/tally.example.org/tcp/443".to_owned()], &b.node).unwrap();
    let erased = ErasureReceipt::sign(order().content().audience, order().id(), Time(10), &g.node);
    let scope = Scope::Ring(first_edition(&[&b]).ring);
    vec![
        ("edition", ControlAct::Edition(signed(&first_edition(&[&b, &g]), &[&b, &g]))),
        ("certificate", ControlAct::Certificate(b.certificate())),
        ("notice", ControlAct::Notice(notice)),
        ("cut", ControlAct::Cut(cut())),
        ("fork", ControlAct::Fork(forks::proof(&b))),
        ("finality", ControlAct::Finality(finality())),
        ("erasure", ControlAct::Erasure(order())),
        ("erased", ControlAct::Erased(erased)),
        ("unknown", ControlAct::Unknown { kind: 99, scope, bytes: vec![1, 2, 3] }),
    ]
}

#[test]
fn every_act_reads_back() {
    for (name, act) in every_act() {
        assert_eq!(ControlAct::decode(&act.encode()), Ok(act), "{name}");
    }
}

#[test]
fn every_act_has_an_id_of_its_own() {
    let ids: std::collections::BTreeSet<_> = every_act().iter().map(|(_, act)| act.id()).collect();
    assert_eq!(ids.len(), every_act().len());
}

#[test]
fn a_copy_with_more_signatures_is_another_act() {
    let (b, g) = (bexley(), greenwich());
    let edition = first_edition(&[&b, &g]);
    let act = |signers: &[_]| ControlAct::Edition(signed(&edition, signers)).id();
    assert_ne!(act(&[&b]), act(&[&b, &g]));
}

#[test]
fn an_act_addressed_too_widely_is_refused() {
    // The kind of a cut in an envelope addressed to everybody.
    let everybody = ControlAct::Unknown { kind: 4, scope: Scope::Member, bytes: cut().encode() };
    assert_eq!(ControlAct::decode(&everybody.encode()), Err(ControlActError::WrongScope));
}

#[test]
fn acts_about_an_audience_are_scoped_to_it() {
    let acts = every_act();
    let scoped = |name: &str| acts.iter().find(|(n, _)| *n == name).map(|(_, act)| act.scope());
    for name in ["cut", "fork", "finality", "erasure", "erased"] {
        assert!(matches!(scoped(name), Some(Scope::Audience(_))), "{name}");
    }
}

#[test]
fn a_cut_is_signed_by_its_members_root() {
    assert_eq!(cut().verify(&bexley().root.public()), Ok(()));
    assert_eq!(cut().verify(&greenwich().root.public()), Err(CutError::Forged { member: bexley().id() }));
}

#[test]
fn a_cut_names_logs_of_its_audience_only() {
    let mut content = cut().content().clone();
    content.audience = tally_entry::AudienceId::from_bytes([9; 32]);
    assert_eq!(CutAct::sign(content, &bexley().root), Err(CutError::Outside));
}

#[test]
fn a_log_is_cut_once() {
    let mut content = cut().content().clone();
    let other = Cut { position: None, ..content.cuts[0] };
    content.cuts.push(other);
    assert!(matches!(CutAct::sign(content, &bexley().root), Err(CutError::Malformed(Malformed::Unsorted { .. }))));
}

#[test]
fn an_erasure_order_is_signed_by_the_root_of_the_home() {
    assert_eq!(order().verify(&bexley().root.public()), Ok(()));
    assert_eq!(order().verify(&greenwich().root.public()), Err(ErasureError::Forged));
}

#[test]
fn an_erasure_receipt_is_signed_by_its_node() {
    let receipt = ErasureReceipt::sign(order().content().audience, order().id(), Time(10), &greenwich().node);
    assert_eq!(receipt.verify(&greenwich().node.public()), Ok(()));
    assert_eq!(receipt.verify(&bexley().node.public()), Err(ErasureError::Forged));
}

#[test]
fn an_erasure_order_gives_a_reason() {
    let content = ErasureOrderContent { reason: " ".to_owned(), ..order().content().clone() };
    assert!(ErasureOrder::sign(content, &bexley().root).is_err());
}
