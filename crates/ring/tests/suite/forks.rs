use tally_entry::{Body, Draft, EditionId, Seal, Time, Verified};
use tally_ring::{Branch, ForkError, ForkProof, Frozen};

use crate::fixture::{Party, bexley, first_edition, greenwich, log_of};

/// Writes a run of entries after the last of `before`, told apart by their words.
pub(crate) fn run(party: &Party, before: &[Verified], length: usize, word: &str) -> Vec<Verified> {
    let ring = first_edition(&[&bexley()]).ring;
    let mut all: Vec<Verified> = before.to_vec();
    for _ in 0..length {
        let last = all.last().map(Verified::header);
        let draft = Draft {
            log: log_of(party, ring),
            sequence: last.map_or(1, |header| header.sequence + 1),
            previous: last.map(|header| header.id()),
            edition: EditionId::from_bytes([4; 32]),
            document: None,
            life: 0,
            seat: None,
            time: Time(1_700_000_000_000),
            attachments: Vec::new(),
            body: Body::Seal(Seal { reason: word.to_owned(), next: None }),
        };
        all.push(draft.sign(&party.node, None, [8; 16]).unwrap());
    }
    all.split_off(before.len())
}

pub(crate) fn proof(party: &Party) -> ForkProof {
    let trunk = run(party, &[], 3, "trunk");
    let branches = ["here", "there"].map(|word| Branch::of(&run(party, &trunk, 2, word)).unwrap());
    let [a, b] = branches;
    ForkProof::new(trunk[0].header().log(), a, b).unwrap()
}

#[test]
fn a_fork_freezes_the_log_at_the_last_common_entry() {
    let party = bexley();
    let trunk = run(&party, &[], 3, "trunk");
    let log = trunk[0].header().log();
    let frozen = Frozen { log, after_sequence: 3, last_common: Some(trunk[2].id()) };
    assert_eq!(proof(&party).verify(&party.node.public()), Ok(frozen));
}

#[test]
fn a_fork_at_the_first_entry_leaves_nothing() {
    let party = bexley();
    let [a, b] = ["here", "there"].map(|word| run(&party, &[], 1, word));
    let log = a[0].header().log();
    let proof = ForkProof::new(log, Branch::of(&a).unwrap(), Branch::of(&b).unwrap()).unwrap();
    let frozen = Frozen { log, after_sequence: 0, last_common: None };
    assert_eq!(proof.verify(&party.node.public()), Ok(frozen));
}

#[test]
fn a_common_beginning_is_dropped() {
    let party = bexley();
    let trunk = run(&party, &[], 3, "trunk");
    let whole = |word| Branch::of(&[trunk.clone(), run(&party, &trunk, 2, word)].concat()).unwrap();
    let long = ForkProof::new(trunk[0].header().log(), whole("here"), whole("there")).unwrap();
    assert_eq!(long, proof(&party));
}

#[test]
fn the_order_of_the_branches_makes_no_difference() {
    let party = bexley();
    let [a, b] = ["here", "there"].map(|word| Branch::of(&run(&party, &[], 1, word)).unwrap());
    let log = run(&party, &[], 1, "here")[0].header().log();
    assert_eq!(ForkProof::new(log, a.clone(), b.clone()), ForkProof::new(log, b, a));
}

#[test]
fn a_longer_copy_is_no_fork() {
    let party = bexley();
    let trunk = run(&party, &[], 3, "trunk");
    let [a, b] = [Branch::of(&trunk[..2]).unwrap(), Branch::of(&trunk).unwrap()];
    assert_eq!(ForkProof::new(trunk[0].header().log(), a, b), Err(ForkError::NoFork));
}

#[test]
fn branches_from_different_places_are_no_fork() {
    let party = bexley();
    let trunk = run(&party, &[], 3, "trunk");
    let a = Branch::of(&run(&party, &trunk, 1, "here")).unwrap();
    let b = Branch::of(&run(&party, &trunk[..2], 1, "there")).unwrap();
    assert_eq!(ForkProof::new(trunk[0].header().log(), a, b), Err(ForkError::NoFork));
}

#[test]
fn a_gap_in_a_branch_is_refused() {
    let party = bexley();
    let mut a = run(&party, &[], 3, "here");
    a.remove(1);
    let b = Branch::of(&run(&party, &[], 1, "there")).unwrap();
    let log = a[0].header().log();
    assert_eq!(ForkProof::new(log, Branch::of(&a).unwrap(), b), Err(ForkError::Broken));
}

#[test]
fn entries_of_another_node_are_refused() {
    let (b, g) = (bexley(), greenwich());
    let branches = [&b, &g].map(|party| run(party, &[], 1, party.name));
    let log = branches[0][0].header().log();
    let [a, b] = branches.map(|entries| Branch::of(&entries).unwrap());
    assert_eq!(ForkProof::new(log, a, b), Err(ForkError::Broken));
}

#[test]
fn another_nodes_key_does_not_prove_it() {
    assert_eq!(proof(&bexley()).verify(&greenwich().node.public()), Err(ForkError::Forged));
}

#[test]
fn a_forged_branch_proves_nothing() {
    let party = bexley();
    let mut bytes = proof(&party).encode();
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(ForkProof::decode(&bytes).unwrap().verify(&party.node.public()), Err(ForkError::Forged));
}

#[test]
fn an_empty_branch_proves_nothing() {
    let party = bexley();
    let trunk = run(&party, &[], 2, "trunk");
    let branch = Branch::of(&trunk).unwrap();
    assert_eq!(ForkProof::new(trunk[0].header().log(), branch.clone(), branch), Err(ForkError::NoFork));
    assert_eq!(Branch::of(&[]), None);
}
