//! The formats, byte for byte. Signed history can never be encoded again: a change here breaks every ring.
//!
//! `TALLY_WRITE_GOLDEN=1 cargo test -p tally-ring golden` writes the files anew.

#![allow(clippy::disallowed_methods, reason = "golden files are read and written by their test")]

use std::fmt::Write as _;
use std::path::PathBuf;

use tally_ring::{
    Audience, Card, ControlAct, Cut, Edition, Invitation, Limits, Listed, Receipt, RootMemory, SignedEdition, Standing,
};

use crate::acts::{every_act, finality};
use crate::fixture::{Party, bexley, first_edition, greenwich, lewisham, log_of, position, signed};

fn compare(file: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var("TALLY_WRITE_GOLDEN").is_ok_and(|set| set == "1") {
        std::fs::write(&path, text).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(held == text, "{file} is not as it was; expected\n{held}\nand found\n{text}");
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(32) {
        line.iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
        text.push('\n');
    }
    text
}

fn golden(name: &str, facts: &[(&str, String)], bytes: &[u8]) {
    let mut text = format!("{name}\n");
    facts.iter().for_each(|(what, fact)| writeln!(text, "{what}: {fact}").unwrap());
    write!(text, "\nhex\n{}\ndecoded\n{}\n", hex(bytes), minicbor::display(bytes)).unwrap();
    compare(&format!("{name}.txt"), &text);
}

/// The bytes in a golden file, as a reader decades from now would take them.
fn held(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(path).unwrap();
    let hex = text.split("\nhex\n").nth(1).unwrap().split("\ndecoded\n").next().unwrap();
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

#[test]
fn control_acts() {
    for (name, act) in every_act() {
        let facts = [("act", act.id().to_string()), ("scope", format!("{:?}", act.scope()))];
        let file = format!("act-{name}");
        golden(&file, &facts, &act.encode());
        assert_eq!(ControlAct::decode(&held(&file)), Ok(act));
    }
}

#[test]
fn contents_of_control_acts() {
    for (name, act) in every_act() {
        let (id, bytes) = match &act {
            ControlAct::Edition(edition) => (edition.id().to_string(), edition.encode()),
            ControlAct::Certificate(certificate) => (certificate.id().to_string(), certificate.encode()),
            ControlAct::Notice(notice) => (notice.content().node.to_string(), notice.encode()),
            ControlAct::Cut(cut) => (cut.id().to_string(), cut.encode()),
            ControlAct::Fork(proof) => (proof.log().node.to_string(), proof.encode()),
            ControlAct::Finality(finality) => (finality.position().entry.to_string(), finality.encode()),
            ControlAct::Erasure(order) => (order.id().to_string(), order.encode()),
            ControlAct::Erased(receipt) => (receipt.content().order.to_string(), receipt.encode()),
            ControlAct::Unknown { .. } => continue,
        };
        golden(name, &[("names", id)], &bytes);
    }
}

#[test]
fn certificate_acts() {
    let (b, l) = (bexley(), lewisham());
    let first = b.certificate();
    let new = tally_ring::NodeOffer::sign(
        b.id(),
        &l.node,
        &l.transport,
        "age1qqqqqqqq",
        tally_ring::NodeName::new("new node").unwrap(),
    );
    let acts = [
        ("replace", tally_ring::NodeAct::Replace { old: b.node_id(), new }),
        ("revoke", tally_ring::NodeAct::Revoke(b.node_id())),
    ];
    for (name, act) in acts {
        let content = tally_ring::CertificateContent { member: b.id(), number: 2, previous: Some(first.id()), act };
        let certificate = tally_ring::Certificate::sign(content, &b.root).unwrap();
        let file = format!("certificate-{name}");
        golden(&file, &[("names", certificate.id().to_string())], &certificate.encode());
        assert_eq!(tally_ring::Certificate::decode(&held(&file)), Ok(certificate));
    }
}

#[test]
fn card() {
    let card = bexley().card();
    let facts = [("member", card.member().to_string()), ("fingerprint", card.fingerprint())];
    golden("card", &facts, &card.encode());
    compare("card-armoured.txt", &card.to_text());
    assert_eq!(Card::decode(&held("card")), Ok(card));
}

#[test]
fn invitation() {
    let (b, g) = (bexley(), greenwich());
    let edition = signed(&first_edition(&[&b, &g]), &[&b]);
    let invitation = Invitation::new(edition, None, [b.card(), g.card()]).unwrap();
    golden("invitation", &[("fingerprint", invitation.fingerprint())], &invitation.encode());
    compare("invitation-armoured.txt", &invitation.to_text());
    assert_eq!(Invitation::decode(&held("invitation")), Ok(invitation));
}

/// A second edition: an observer joins, a member leaves, its log is cut, a draft is replaced.
fn second_edition() -> SignedEdition {
    let (mut b, g, mut l) = (bexley(), greenwich(), lewisham());
    let stalled = Edition { name: "Stalled".to_owned(), ..first_edition(&[&b, &g]).next() };
    let mut second = Edition { limits: Limits { text_words: 500, ..Limits::default() }, ..stalled.replacement() };
    second.members.retain(|listed| listed.member != g.id());
    second.members.push(Listed { codes: Vec::new(), ..l.listed(Standing::Observer) });
    let second = second.in_order();
    let cuts = vec![Cut { log: log_of(&g, second.ring), position: Some(position(12)) }];
    let mut signed = SignedEdition::draft(second.cleared().unwrap()).unwrap();
    for party in [&mut b, &mut l] {
        let Party { root, memory, .. } = party;
        signed.sign_with_cuts(root, memory, cuts.clone()).unwrap();
    }
    signed
}

#[test]
fn edition_that_cuts_and_admits_an_observer() {
    let signed = second_edition();
    let edition = signed.edition();
    let facts = [("edition", edition.id().to_string()), ("ring", edition.ring.to_string())];
    golden("edition-second", &facts, &signed.encode());
    assert_eq!(SignedEdition::decode(&held("edition-second")), Ok(signed));
}

#[test]
fn receipt() {
    let receipt = finality().receipts()[0].clone();
    golden("receipt", &[("node", receipt.content().node.to_string())], &receipt.encode());
    assert_eq!(Receipt::decode(&held("receipt")), Ok(receipt));
}

#[test]
fn root_memory() {
    let mut memory = RootMemory::default();
    memory.remember(&first_edition(&[&bexley(), &greenwich()])).unwrap();
    memory.remember(&first_edition(&[&bexley(), &greenwich()]).next()).unwrap();
    golden("root-memory", &[], &memory.encode());
    assert_eq!(RootMemory::decode(&held("root-memory")), Ok(memory));
}

#[test]
fn audiences() {
    let (b, g) = (bexley(), greenwich());
    let ring = first_edition(&[&b]).ring;
    let whole = Audience::whole(ring).id();
    let only = Audience::only(ring, [b.id(), g.id()].into()).id();
    let members = format!("{} {}", b.id().min(g.id()), b.id().max(g.id()));
    compare("audiences.txt", &format!("ring: {ring}\nwhole: {whole}\nmembers: {members}\nonly: {only}\n"));
}
