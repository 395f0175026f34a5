//! What honest writers make, here and in Automerge itself, passes the gate and means the same in every order.

use std::collections::BTreeSet;

use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, ObjType, ROOT, ReadDoc};

use super::world::*;
use crate::change_draft::named;
use crate::chunk::Chunk;
use crate::look::Look;
use crate::meter::Meter;
use crate::operation::{Action, Slot};
use crate::scalar::Scalar;
use crate::*;

/// Four writers that edit, exchange, reload and merge; gives every change they made.
fn live(seed: u64, rounds: usize) -> (Vec<Document>, Vec<(Actor, Vec<u8>)>) {
    let mut seed = Seeded(seed);
    let first = born(&[set("body", text("we meet every ten days\nand report"))]);
    let mut nodes = vec![first.clone(), first.clone(), first.clone(), first];
    for _ in 0..rounds {
        let at = seed.below(4);
        random_edit(&mut nodes[at], at as u8 + 1, &mut seed);
        if seed.below(3) == 0 {
            let (from, to) = (seed.below(4), seed.below(4));
            let news = news(&nodes[from], &nodes[to]);
            take(&mut nodes[to], news);
        }
        if seed.below(20) == 0 {
            let at = seed.below(4);
            nodes[at] = reload(&nodes[at]);
        }
    }
    for at in 0..4 {
        for from in 0..4 {
            let news = news(&nodes[from], &nodes[at]);
            take(&mut nodes[at], news);
        }
    }
    let changes = nodes[0].changes_bytes();
    (nodes, changes)
}

fn reload(document: &Document) -> Document {
    let changes = document.changes_bytes();
    let (by, birth) = &changes[0];
    let mut again = Document::open(birth, *by, &Limits::FIRST).unwrap();
    merge(&mut again, document);
    again
}

#[test]
fn thousands_of_honest_changes_are_admitted_and_written_again_as_they_were() {
    let mut count = 0;
    for seed in 0..12 {
        let (nodes, changes) = live(seed, 400);
        for (_, change) in &changes {
            let (chunk, _) = Chunk::read(change, &Limits::FIRST, &mut Meter::default()).unwrap();
            assert_eq!(chunk.write(), *change);
            let theirs = automerge::Change::from_bytes(change.clone()).unwrap();
            assert_eq!(theirs.raw_bytes(), change);
        }
        count += changes.len();
        for node in &nodes {
            assert_eq!(read(node), read(&nodes[0]), "seed {seed}");
            node.snapshot().unwrap();
        }
    }
    assert!(count > 3_000, "{count}");
}

#[test]
fn any_order_any_batches_and_duplicates_read_the_same() {
    for seed in 100..110 {
        let (nodes, changes) = live(seed, 150);
        let mut shuffle = Seeded(seed);
        for _ in 0..3 {
            let mut document = Document::open(&changes[0].1, changes[0].0, &Limits::FIRST).unwrap();
            let mut left: Vec<_> = changes.iter().chain(changes.iter().take(20)).collect();
            while !left.is_empty() {
                let at = shuffle.below(left.len());
                match document.judge(left[at].0, &left[at].1) {
                    Judgement::Admit(admitted) => {
                        document.admit(vec![admitted]).unwrap();
                        left.swap_remove(at);
                    }
                    Judgement::Wait(_) => {}
                    Judgement::Void(refusal) => panic!("seed {seed}: {refusal}"),
                }
                if shuffle.below(9) == 0 {
                    document.settle().unwrap();
                }
            }
            assert_eq!(read(&document), read(&nodes[0]), "seed {seed}");
            assert_eq!(document.history(), nodes[0].history());
            assert_eq!(document.heads(), nodes[0].heads());
        }
    }
}

/// Our index and Automerge must agree on what stands everywhere, or a reading would say what Automerge does not.
#[test]
fn the_index_says_what_automerge_says() {
    for seed in 200..206 {
        let (nodes, _) = live(seed, 200);
        let node = &nodes[0];
        node.settle().unwrap();
        let view = node.view.borrow();
        let look = Look::at(&node.index, &view, node.heads()).unwrap();
        let mut compared = 0;
        for id in node.index.changes().iter().flat_map(|kept| &kept.operations) {
            let place = &node.index.entry(id).unwrap().operation.place;
            let Slot::Name(name) = &place.slot else { continue };
            let object = match place.object {
                None => ROOT,
                Some(id) => {
                    automerge::ObjId::Id(u64::from(id.counter), ActorId::from(id.actor.as_bytes().as_slice()), 0)
                }
            };
            let theirs: BTreeSet<String> =
                view.doc().get_all(&object, name.as_ref()).unwrap().iter().map(|(_, id)| id.to_string()).collect();
            let ours: BTreeSet<String> = look
                .standing(&named(place.object, name))
                .iter()
                .map(|id| {
                    let actor = ActorId::from(id.actor.as_bytes().as_slice());
                    automerge::ObjId::Id(u64::from(id.counter), actor, 0).to_string()
                })
                .collect();
            assert_eq!(ours, theirs, "seed {seed}: {name}");
            compared += 1;
        }
        assert!(compared > 50);
    }
}

/// Changes made by Automerge's own transactions, in our forms, are in the language of the gate. With one exception,
/// for which every value here is a new one: putting the value that is shown already, Automerge deletes the other
/// answers and puts nothing, which replaces less than what stands there.
#[test]
fn changes_of_automerge_itself_pass_the_gate() {
    let mut seed = Seeded(42);
    let auto = |number: u8| ActorId::from(actor(number).as_bytes().as_slice());
    let mut one = AutoCommit::new().with_actor(auto(1));
    let list = one.put_object(ROOT, "body", ObjType::List).unwrap();
    let map = one.put_object(ROOT, "sectors", ObjType::Map).unwrap();
    one.insert(&list, 0, "first").unwrap();
    one.commit();
    let birth = one.get_last_local_change().unwrap().raw_bytes().to_vec();
    let mut ours = Document::open(&birth, actor(1), &Limits::FIRST).unwrap();
    let mut docs = vec![one];
    for number in 2..=4 {
        let fork = docs[0].fork().with_actor(auto(number));
        docs.push(fork);
    }
    let mut count = 0;
    for _ in 0..1_500 {
        let at = seed.below(4);
        let doc = &mut docs[at];
        for _ in 0..=seed.below(3) {
            let length = doc.length(&list);
            match seed.below(6) {
                0 => doc.put(ROOT, "title", seed.next() as i64).unwrap(),
                1 => doc.put(&map, "health", seed.next() as i64 >> 3).unwrap(),
                2 if length > 0 => doc.put(&list, seed.below(length), format!("other{count}")).unwrap(),
                3 if length > 5 => doc.delete(&list, seed.below(length)).unwrap(),
                _ => doc.insert(&list, seed.below(length + 1), "word").unwrap(),
            }
        }
        if doc.commit().is_some() {
            let change = doc.get_last_local_change().unwrap().raw_bytes().to_vec();
            let (chunk, _) = Chunk::read(&change, &Limits::FIRST, &mut Meter::default()).unwrap();
            assert_eq!(chunk.write(), change);
            count += 1;
        }
        if seed.below(4) == 0 {
            let mut from = docs[seed.below(4)].fork();
            let to = seed.below(4);
            docs[to].merge(&mut from).unwrap();
        }
    }
    assert!(count > 1_200, "{count}");
    for at in 1..4 {
        let mut from = docs[at].fork();
        docs[0].merge(&mut from).unwrap();
    }
    for known in docs[0].get_changes(&[]) {
        let by = Actor::from_bytes(known.actor_id().to_bytes().try_into().unwrap());
        match ours.judge(by, known.raw_bytes()) {
            Judgement::Admit(admitted) => ours.admit(vec![admitted]).unwrap(),
            other => panic!("{other:?}"),
        }
    }
    ours.snapshot().unwrap();
}

#[test]
fn five_thousand_changes_open_in_batches() {
    let mut document = born(&[]);
    for number in 0..5_000 {
        let mut draft = crate::change_draft::ChangeDraft::new(&document.index, actor(1 + (number % 4) as u8));
        draft.put_name(None, "count", Scalar::Signed(number));
        let written = draft.write();
        hear(&mut document, 1 + (number % 4) as u8, &written);
    }
    assert_eq!(read(&document).fields["count"], Value::Number(4_999));
    document.snapshot().unwrap();
    let last = document.index.changes().last().unwrap();
    assert!(matches!(document.index.entry(&last.operations[0]).unwrap().operation.act, Action::Put(_)));
}
