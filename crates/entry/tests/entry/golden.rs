use std::fmt::Write as _;
use std::path::PathBuf;

use tally_entry::{
    Actor, Body, Header, Kind, MemberId, NodeId, PublicKey, Tag, Unverified, VERSION, Verified, digest, verify_run,
};

use crate::annotate::{annotate, bytes_of, hex};
use crate::fixture::{document, log_of, node_key, seat_key};
use crate::vectors::{Vector, vectors};

/// Set to 1, it writes the vectors instead of comparing them: only for a vector that is new.
const WRITE: &str = "TALLY_WRITE_GOLDEN";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"))
}

#[expect(clippy::disallowed_methods, reason = "a test writes its own vectors")]
fn compare(name: &str, text: &str) {
    let path = path(name);
    if std::env::var(WRITE).is_ok_and(|value| value == "1") {
        std::fs::write(&path, text).expect("the vector can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} differs; these bytes are fixed for ever. It would now be:\n{text}", path.display());
}

fn write(vector: &Vector) -> String {
    let key = node_key().public();
    let mut text = format!("# {}\n# Verifies under {}.\n", vector.about, hex(key.as_bytes()));
    for (bytes, form) in vector.entries.iter().zip(&vector.forms) {
        let entry = Unverified::decode(bytes).expect("a vector decodes");
        let id = entry.header().id();
        write!(text, "\n# id {id}\n{}", annotate(bytes, "entry", *form)).expect("a String takes all");
    }
    text
}

/// The entries as the files hold them.
fn kept(name: &str) -> Vec<Vec<u8>> {
    std::fs::read_to_string(path(name)).expect("the vector is there").split("\n# id ").skip(1).map(bytes_of).collect()
}

#[test]
fn the_bytes_of_every_vector_are_what_they_always_were() {
    for vector in vectors() {
        compare(vector.name, &write(&vector));
    }
}

#[test]
fn the_ids_and_keys_of_fixed_seeds_are_what_they_always_were() {
    let log = log_of(&node_key());
    let of = |key: &PublicKey| hex(key.as_bytes());
    let key = node_key().public();
    let signature = node_key().sign(&Tag::new("tally/1/golden"), b"words");
    let text = format!(
        "# What follows from fixed seeds.\n\
         # The log: ring a1.., audience a2.., the node of the key, incarnation 1.\n\
         key of seed 01..                          {}\n\
         key of seed 03..                          {}\n\
         node of the key of seed 01..              {}\n\
         member of the key of seed 01..            {}\n\
         document born at 1 of the log             {}\n\
         actor there, life 0                       {}\n\
         actor there, life 1                       {}\n\
         digest of \"ab\", \"c\" under tally/1/golden  {}\n\
         digest of the body 00                     {}\n\
         \"words\" signed under tally/1/golden       {}\n",
        of(&key),
        of(&seat_key().public()),
        NodeId::of(&key),
        MemberId::of(&key),
        document(),
        Actor::derive(&log.ring, &document(), &log.node, 1, 0),
        Actor::derive(&log.ring, &document(), &log.node, 1, 1),
        hex(&digest(&Tag::new("tally/1/golden"), &[b"ab", b"c"])),
        hex(&Header::hash_body(&[0])),
        hex(&signature.0),
    );
    compare("ids", &text);
}

fn verified(vector: &Vector, entries: &[Vec<u8>]) -> Vec<Verified> {
    let run = entries.iter().map(|bytes| Unverified::decode(bytes).expect("a vector decodes")).collect();
    verify_run(run, &node_key().public()).unwrap_or_else(|error| panic!("{}: {error:?}", vector.name))
}

#[test]
fn every_kept_vector_verifies_and_encodes_to_the_same_bytes() {
    for vector in vectors() {
        let entries = kept(vector.name);
        assert_eq!(entries.len(), vector.entries.len(), "{}", vector.name);
        let again: Vec<_> = verified(&vector, &entries).iter().map(Verified::encode).collect();
        assert!(again == entries, "{}", vector.name);
    }
}

#[test]
fn the_body_of_every_kept_vector_of_a_known_kind_decodes_to_the_same_bytes() {
    for vector in vectors() {
        for entry in verified(&vector, &kept(vector.name)) {
            let kind = entry.header().kind;
            if matches!(kind, Kind::Unknown(_)) || entry.header().version != VERSION {
                continue;
            }
            let bytes = entry.body().expect("a vector has its body");
            let salt = bytes[..16].try_into().expect("16 bytes");
            let body = Body::decode(kind, bytes).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
            assert!(body.encode(salt) == bytes, "{}", vector.name);
        }
    }
}

#[test]
fn every_file_is_the_file_of_a_vector() {
    let known: Vec<_> = vectors().iter().map(|vector| path(vector.name)).collect();
    let files = std::fs::read_dir(path("ids").parent().expect("a folder")).expect("the folder");
    for file in files {
        let file = file.expect("an item of the folder").path();
        assert!(known.contains(&file) || file == path("ids"), "{} is nobody's", file.display());
    }
}
