use tally_entry::{
    BadSignature, Body, Draft, LogId, RUN_ENTRIES_MAX, RunError, SigningKey, Unverified, Verified, VerifyError,
    Writers, reopen_run, verify_run,
};

use crate::fixture::{
    birth, change, draft, draft_after, log_of, node_key, other_key, seal, seat_key, sign, statement, strange_entry,
    strange_header,
};

fn chain(bodies: impl IntoIterator<Item = Body>) -> Vec<Verified> {
    let mut entries: Vec<Verified> = Vec::new();
    for body in bodies {
        let draft = match entries.last() {
            Some(before) => draft_after(before, body),
            None => draft(body),
        };
        entries.push(sign(draft));
    }
    entries
}

/// A birth, a change, a statement, two changes: all signed.
fn five() -> Vec<Verified> {
    chain([birth(Writers::Members), change(), statement(), change(), change()])
}

fn changes(count: usize) -> Vec<Unverified> {
    unverified(&chain((0..count).map(|_| change())))
}

fn unverified(entries: &[Verified]) -> Vec<Unverified> {
    entries.iter().map(Verified::to_unverified).collect()
}

fn unsign(run: &mut [Unverified], at: usize) {
    run[at] = run[at].clone().without_signature();
}

/// The same entry with one byte of its encoding changed: the first of these bytes found.
fn tampered(entry: &Verified, part: &[u8]) -> Unverified {
    let mut bytes = entry.encode();
    let at = bytes.windows(part.len()).position(|window| window == part).expect("the part is there");
    bytes[at] ^= 1;
    Unverified::decode(&bytes).expect("its form holds")
}

fn with_garbage_signature(entry: &Verified) -> Unverified {
    tampered(entry, &entry.signature().expect("it is signed").0)
}

fn verify(run: Vec<Unverified>) -> Result<Vec<Verified>, RunError> {
    verify_run(run, &node_key().public())
}

fn reopen(run: Vec<Unverified>) -> Result<Vec<Verified>, RunError> {
    reopen_run(run, &node_key().public())
}

const fn bad_signature(at: usize) -> RunError {
    RunError::Entry { at, source: VerifyError::Signature(BadSignature) }
}

#[test]
fn a_run_is_believed_by_its_last_signature() {
    let mut run = changes(3);
    unsign(&mut run, 0);
    unsign(&mut run, 1);
    assert_eq!(verify(run).map(|run| run.len()), Ok(3));
}

#[test]
fn a_believed_run_holds_the_entries_that_were_sent() {
    let entries = five();
    let ids = |run: &[Verified]| run.iter().map(Verified::id).collect::<Vec<_>>();
    let believed = verify(unverified(&entries)).expect("an honest run");
    assert_eq!(ids(&believed), ids(&entries));
}

#[test]
fn a_run_may_begin_within_a_log() {
    assert!(verify(unverified(&five()[2..])).is_ok());
}

#[test]
fn a_run_whose_last_entry_is_unsigned_is_refused() {
    let mut run = unverified(&five());
    unsign(&mut run, 4);
    assert_eq!(verify(run), Err(RunError::NotSigned(4)));
}

#[test]
fn a_run_whose_last_signature_is_garbage_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    run[4] = with_garbage_signature(&entries[4]);
    assert_eq!(verify(run), Err(bad_signature(4)));
}

#[test]
fn a_birth_without_signature_is_refused() {
    let mut run = unverified(&five());
    unsign(&mut run, 0);
    assert_eq!(verify(run), Err(RunError::NotSigned(0)));
}

#[test]
fn a_birth_whose_signature_is_garbage_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    run[0] = with_garbage_signature(&entries[0]);
    assert_eq!(verify(run), Err(bad_signature(0)));
}

#[test]
fn a_statement_without_signature_is_refused() {
    let mut run = unverified(&five());
    unsign(&mut run, 2);
    assert_eq!(verify(run), Err(RunError::NotSigned(2)));
}

#[test]
fn a_statement_whose_signature_is_garbage_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    run[2] = with_garbage_signature(&entries[2]);
    assert_eq!(verify(run), Err(bad_signature(2)));
}

#[test]
fn a_seal_without_signature_is_refused() {
    let mut run = unverified(&chain([seal(), change()]));
    unsign(&mut run, 0);
    assert_eq!(verify(run), Err(RunError::NotSigned(0)));
}

#[test]
fn an_entry_of_an_unknown_kind_without_signature_is_refused() {
    let bytes = strange_entry(&strange_header(|header| {
        header.kind = tally_entry::Kind::Unknown(9);
    }));
    let first = Unverified::decode(&bytes).expect("it decodes");
    let before = first.clone().verify(&node_key().public()).expect("it verifies");
    let second = sign(draft_after(&before, change())).to_unverified();
    assert_eq!(verify(vec![first.without_signature(), second]), Err(RunError::NotSigned(0)));
}

#[test]
fn an_entry_that_names_another_one_before_it_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    run[3] = sign(Draft { previous: Some(entries[1].id()), ..draft_after(&entries[2], change()) }).to_unverified();
    assert_eq!(verify(run), Err(RunError::Broken(3)));
}

#[test]
fn an_entry_that_skips_a_sequence_is_refused() {
    let entries = five();
    let mut run = unverified(&entries[..3]);
    run.push(sign(Draft { sequence: 5, ..draft_after(&entries[2], change()) }).to_unverified());
    assert_eq!(verify(run), Err(RunError::Broken(3)));
}

#[test]
fn a_missing_entry_is_refused() {
    let mut run = unverified(&five());
    run.remove(2);
    assert_eq!(verify(run), Err(RunError::Broken(2)));
}

#[test]
fn an_entry_sent_twice_is_refused() {
    let mut run = unverified(&five());
    run.insert(1, run[1].clone());
    assert_eq!(verify(run), Err(RunError::Broken(2)));
}

#[test]
fn another_entry_of_the_same_node_at_an_inner_place_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    let again = sign(Draft { life: 1, ..draft_after(&entries[2], change()) });
    run[3] = again.to_unverified();
    assert_eq!(verify(run), Err(RunError::Broken(4)));
}

fn foreign(key: &SigningKey, log: LogId) -> Result<Vec<Verified>, RunError> {
    let entries = five();
    let mut run = unverified(&entries);
    run[3] = Draft { log, ..draft_after(&entries[2], change()) }
        .sign(key, None, [0; 16])
        .expect("an honest draft can be signed")
        .to_unverified();
    verify(run)
}

#[test]
fn an_inner_entry_of_another_node_is_refused() {
    let log = log_of(&other_key());
    assert_eq!(foreign(&other_key(), log), Err(RunError::Broken(3)));
}

#[test]
fn an_inner_entry_of_another_ring_is_refused() {
    let log = LogId { ring: tally_entry::RingId::from_bytes([9; 32]), ..log_of(&node_key()) };
    assert_eq!(foreign(&node_key(), log), Err(RunError::Broken(3)));
}

#[test]
fn an_inner_entry_of_another_audience_is_refused() {
    let log = LogId { audience: tally_entry::AudienceId::from_bytes([9; 32]), ..log_of(&node_key()) };
    assert_eq!(foreign(&node_key(), log), Err(RunError::Broken(3)));
}

#[test]
fn an_inner_entry_of_another_incarnation_is_refused() {
    let log = LogId { incarnation: 2, ..log_of(&node_key()) };
    assert_eq!(foreign(&node_key(), log), Err(RunError::Broken(3)));
}

#[test]
fn a_run_of_another_node_than_the_keys_is_refused() {
    let run = verify_run(changes(1), &other_key().public());
    assert_eq!(run, Err(bad_signature(0)));
}

#[test]
fn a_key_cannot_sign_a_run_that_names_another_node() {
    let log = log_of(&other_key());
    let header = strange_header(|header| header.node = log.node);
    let entry = Unverified::decode(&strange_entry(&header)).expect("it decodes");
    assert_eq!(verify(vec![entry]), Err(bad_signature(0)));
}

#[test]
fn a_run_of_256_is_believed() {
    assert_eq!(verify(changes(RUN_ENTRIES_MAX)).map(|run| run.len()), Ok(256));
}

#[test]
fn a_run_of_more_than_256_is_refused() {
    assert_eq!(verify(changes(257)), Err(RunError::Length(257)));
}

#[test]
fn a_run_of_none_is_refused() {
    assert_eq!(verify(Vec::new()), Err(RunError::Length(0)));
}

#[test]
fn an_inner_signature_that_is_garbage_is_dropped() {
    let entries = five();
    let mut run = unverified(&entries);
    run[1] = with_garbage_signature(&entries[1]);
    let believed = verify(run).expect("the last signature vouches");
    assert_eq!(believed[1].signature(), None);
}

#[test]
fn an_inner_signature_that_is_garbage_is_not_stored() {
    let entries = five();
    let mut run = unverified(&entries);
    run[1] = with_garbage_signature(&entries[1]);
    let believed = verify(run).expect("the last signature vouches");
    let without = entries[1].to_unverified().without_signature();
    assert_eq!(believed[1].encode(), without.encode());
}

#[test]
fn births_statements_and_the_last_entry_keep_their_signatures() {
    let believed = verify(unverified(&five())).expect("an honest run");
    let kept: Vec<_> = believed.iter().map(|entry| entry.signature().is_some()).collect();
    assert_eq!(kept, [true, false, true, false, true]);
}

#[test]
fn an_inner_body_that_is_not_the_signed_one_is_refused() {
    let entries = five();
    let mut run = unverified(&entries);
    run[1] = tampered(&entries[1], entries[1].body().expect("it has a body"));
    assert_eq!(verify(run), Err(RunError::Entry { at: 1, source: VerifyError::Body }));
}

#[test]
fn an_inner_co_signature_that_is_garbage_is_refused() {
    let first = sign(draft(birth(Writers::Members)));
    let second = draft_after(&first, change())
        .sign(&node_key(), Some(&seat_key()), [0; 16])
        .expect("an honest draft can be signed");
    let third = sign(draft_after(&second, change()));
    let signature = second.co_signature().expect("a seat signed").signature;
    let run = vec![first.to_unverified(), tampered(&second, &signature.0), third.to_unverified()];
    assert_eq!(verify(run), Err(RunError::Entry { at: 1, source: VerifyError::CoSignature(BadSignature) }));
}

#[test]
fn an_entry_whose_body_was_erased_is_believed() {
    let entry = five().remove(0);
    let header = entry.header().encode();
    let signature = entry.signature().expect("it is signed");
    let bytes = crate::fixture::frame_without_body(&header, signature);
    let entry = Unverified::decode(&bytes).expect("it decodes");
    let believed = verify(vec![entry]).expect("the header is what was signed");
    assert_eq!(believed[0].body(), None);
}

#[test]
fn a_stored_log_longer_than_a_run_is_reopened() {
    assert_eq!(reopen(changes(300)).map(|log| log.len()), Ok(300));
}

#[test]
fn a_reopened_log_keeps_its_inner_signatures() {
    let entries = five();
    assert_eq!(reopen(unverified(&entries)), Ok(entries));
}

#[test]
fn a_stored_log_whose_last_entry_is_unsigned_is_refused() {
    let mut log = unverified(&five());
    unsign(&mut log, 4);
    assert_eq!(reopen(log), Err(RunError::NotSigned(4)));
}

#[test]
fn a_stored_log_without_any_signature_is_refused() {
    let mut log = changes(2);
    unsign(&mut log, 0);
    unsign(&mut log, 1);
    assert_eq!(reopen(log), Err(RunError::NotSigned(1)));
}

#[test]
fn a_stored_log_whose_last_signature_is_garbage_is_refused() {
    let entries = five();
    let mut log = unverified(&entries);
    log[4] = with_garbage_signature(&entries[4]);
    assert_eq!(reopen(log), Err(bad_signature(4)));
}

#[test]
fn a_stored_log_with_a_missing_entry_is_refused() {
    let mut log = unverified(&five());
    log.remove(2);
    assert_eq!(reopen(log), Err(RunError::Broken(2)));
}
