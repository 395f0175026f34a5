//! Seeded mutants of honest changes: bytes with the checksum repaired, and well-formed changes with one thing moved.
//! Never a panic; and whatever the gate admits applies, saves and loads, in three orders with equal results.

use super::world::*;
use crate::chunk::{Chunk, Row, frame};
use crate::meter::Meter;
use crate::*;

/// Documents that the mutants are tried on: a past with two unmerged sides, so that there is something to get wrong.
fn sides() -> (Document, Vec<(u8, Vec<u8>)>) {
    let mut left = lived_in();
    let mut right = left.clone();
    let mut seed = Seeded(5);
    let mut changes = Vec::new();
    for _ in 0..8 {
        changes.extend(random_edit(&mut left, 4, &mut seed).map(|change| (4, change)));
        changes.extend(random_edit(&mut right, 5, &mut seed).map(|change| (5, change)));
    }
    let both = left.clone();
    let mut both = both;
    merge(&mut both, &right);
    changes.extend((0..6).filter_map(|_| random_edit(&mut both, 6, &mut seed).map(|c| (6, c))));
    (both, changes)
}

fn bytes_mutant(change: &[u8], seed: &mut Seeded) -> Vec<u8> {
    let mut content = change[if change[9] < 128 { 10 } else { 11 }..].to_vec();
    for _ in 0..=seed.below(3) {
        let at = seed.below(content.len());
        match seed.below(4) {
            0 => content[at] = seed.next() as u8,
            1 => content[at] ^= 1 << seed.below(8),
            2 => drop(content.remove(at)),
            _ => content.insert(at, seed.next() as u8),
        }
    }
    frame(&content)
}

fn form_mutant(change: &[u8], others: &[Chunk], seed: &mut Seeded) -> Vec<u8> {
    let (mut chunk, _) = Chunk::read(change, &Limits::FIRST, &mut Meter::default()).unwrap();
    for _ in 0..=seed.below(2) {
        let at = seed.below(chunk.rows.len());
        let other = seed.pick(others);
        let from: Row = seed.pick(&other.rows).clone();
        let nearby = |value: u64, seed: &mut Seeded| (value + seed.next() % 9).saturating_sub(4);
        let actors = chunk.others.len() as u64 + 1;
        let row = &mut chunk.rows[at];
        match seed.below(16) {
            0 => row.object_counter = row.object_counter.map(|value| nearby(value, seed)),
            1 => row.object_actor = row.object_actor.map(|_| seed.next() % actors),
            2 => row.key_counter = row.key_counter.map(|value| value + (seed.next() % 9) as i64 - 4),
            3 => row.key_actor = row.key_actor.map(|_| seed.next() % actors),
            4 => row.key_name = row.key_name.as_ref().and(from.key_name),
            5 => row.insert = !row.insert,
            6 => row.action = seed.next() % 8,
            7 => (row.meta, row.value) = (from.meta, from.value),
            8 => row.predecessors.clear(),
            9 => row.predecessors.push((seed.next() % actors, seed.next() as i64 % 80)),
            10 => row.predecessors.iter_mut().for_each(|p| p.1 += (seed.next() % 3) as i64 - 1),
            11 => (row.object_actor, row.object_counter) = (from.object_actor, from.object_counter),
            12 => *row = from,
            13 => chunk.rows.insert(at, from),
            14 => drop(chunk.rows.remove(at)),
            _ => {
                let to = seed.below(chunk.rows.len());
                chunk.rows.swap(at, to);
            }
        }
        if chunk.rows.is_empty() {
            break;
        }
    }
    match seed.below(12) {
        0 => chunk.sequence = chunk.sequence.wrapping_add(seed.next() % 3).wrapping_sub(1),
        1 => chunk.start = chunk.start.wrapping_add(seed.next() % 3).wrapping_sub(1),
        2 => chunk.dependencies = seed.pick(others).dependencies.clone(),
        _ => {}
    }
    tidy(&mut chunk);
    chunk.write()
}

/// Leaves out actors that are no longer used, or nearly every mutant would fail for that alone.
fn tidy(chunk: &mut Chunk) {
    let mut to = vec![0];
    let mut kept = Vec::new();
    for (number, other) in chunk.others.iter().enumerate() {
        let number = number as u64 + 1;
        let used = chunk.rows.iter().any(|row| {
            row.object_actor == Some(number)
                || row.key_actor == Some(number)
                || row.predecessors.iter().any(|(actor, _)| *actor == number)
        });
        if used {
            kept.push(other.clone());
        }
        to.push(kept.len() as u64);
    }
    chunk.others = kept;
    let moved = |actor: &mut u64| *actor = to.get(*actor as usize).copied().unwrap_or(*actor);
    for row in &mut chunk.rows {
        row.object_actor.iter_mut().for_each(moved);
        row.key_actor.iter_mut().for_each(moved);
        row.predecessors.iter_mut().for_each(|(actor, _)| moved(actor));
    }
}

/// The document as it was just before a change came: the changes before it, and those beside it.
fn around(document: &Document, change: &[u8]) -> (Document, Vec<(Actor, Vec<u8>)>) {
    let all = document.changes_bytes();
    let at = all.iter().position(|(_, bytes)| bytes == change).unwrap();
    let mut before = Document::open(&all[0].1, all[0].0, &Limits::FIRST).unwrap();
    for (by, bytes) in &all[1..at] {
        if let Judgement::Admit(admitted) = before.judge(*by, bytes) {
            before.admit(vec![admitted]).unwrap();
        }
    }
    let by = all[at].0;
    let beside = all[at + 1..].iter().filter(|(other, _)| *other != by).cloned().collect();
    (before, beside)
}

/// Adds a mutant and what stands beside it in one order; what depends on the original waits for ever.
fn in_order(before: &Document, by: u8, mutant: &[u8], beside: &[(Actor, Vec<u8>)], order: usize) -> Document {
    let mut document = before.clone();
    let mine = (actor(by), mutant.to_vec());
    let mut all: Vec<_> = beside.iter().collect();
    match order {
        0 => all.insert(0, &mine),
        1 => all.push(&mine),
        _ => all.insert(all.len() / 2, &mine),
    }
    for (by, change) in all {
        if let Judgement::Admit(admitted) = document.judge(*by, change) {
            document.admit(vec![admitted]).unwrap();
        }
        if order == 2 {
            document.settle().unwrap();
        }
    }
    document.snapshot().unwrap();
    document
}

fn try_mutants(rounds: usize, seed: u64, make: impl Fn(&[u8], &[Chunk], &mut Seeded) -> Vec<u8>) {
    let (document, changes) = sides();
    let chunks: Vec<Chunk> = changes
        .iter()
        .map(|(_, change)| Chunk::read(change, &Limits::FIRST, &mut Meter::default()).unwrap().0)
        .collect();
    let scenes: Vec<_> = changes.iter().map(|(by, change)| (*by, change, around(&document, change))).collect();
    let mut seed = Seeded(seed);
    let mut admitted = 0;
    for round in 0..rounds {
        let (by, change, (before, beside)) = seed.pick(&scenes);
        let mutant = make(change, &chunks, &mut seed);
        if mutant == **change || !matches!(before.judge(actor(*by), &mutant), Judgement::Admit(_)) {
            continue;
        }
        admitted += 1;
        let mut first = in_order(before, *by, &mutant, beside, 0);
        for order in [1, 2] {
            let other = in_order(before, *by, &mutant, beside, order);
            assert_eq!(read(&other), read(&first), "round {round}");
            assert_eq!(other.heads(), first.heads(), "round {round}");
        }
        say(&mut first, 7, &[set("body", text("honest words afterwards"))]);
        assert_eq!(body(&first), "honest words afterwards");
        first.snapshot().unwrap();
    }
    println!("{admitted} of {rounds} admitted");
    assert!(admitted > 20, "{admitted}: the mutants are too wild to say anything");
}

#[test]
fn mutants_of_bytes_do_no_harm() {
    try_mutants(20_000, 1, |change, _, seed| bytes_mutant(change, seed));
}

#[test]
fn mutants_of_form_do_no_harm() {
    try_mutants(20_000, 2, form_mutant);
}
