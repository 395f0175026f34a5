//! A change that was tried out and taken back leaves nothing behind.

use super::world::*;
use crate::*;

const WORDS: &[&str] = &["one two three", "one three", "three two one", "four"];

fn word<'a>(seed: &mut Seeded, from: &[&'a str]) -> &'a str {
    from[seed.below(from.len())]
}

fn any_edit(seed: &mut Seeded, reading: &Reading) -> Edit {
    let group = || "agenda".to_owned();
    let words = text(word(seed, WORDS));
    match (seed.below(8), reading.lines["agenda"].as_slice()) {
        (0, _) => set("title", line(word(seed, WORDS))),
        (1 | 2, _) => set("body", words),
        (3, _) => set("state", Value::Word(word(seed, &["draft", "agreed"]).to_owned())),
        (4, _) => set("sectors", Value::Words([word(seed, &["health", "police"]).to_owned()].into())),
        (5, _) => set("points", Value::Items(WORDS[..seed.below(4)].iter().map(|word| (*word).to_owned()).collect())),
        (6, ids) if !ids.is_empty() => Edit::RemoveLine { field: group(), line: seed.pick(ids).clone() },
        (7, ids) if !ids.is_empty() => {
            let (line, name) = (seed.pick(ids).clone(), "text".to_owned());
            Edit::SetLine { field: group(), line, name, value: words }
        }
        _ => Edit::AddLine { field: group(), values: [("text".to_owned(), words)].into(), after: None },
    }
}

#[test]
fn a_change_taken_back_leaves_the_document_as_it_was() {
    let mut seed = Seeded(7);
    let start = born(&[set("title", line("Shared priorities")), set("body", text("one two three"))]);
    let mut documents = [start.clone(), start.clone(), start];
    let mut tried = 0;
    for _ in 0..400 {
        let (at, from) = (seed.below(3), seed.below(3));
        if seed.below(3) == 0 {
            let other = documents[from].clone();
            merge(&mut documents[at], &other);
        }
        let document = &mut documents[at];
        let edit = any_edit(&mut seed, &read(document));
        let by = actor(u8::try_from(at + 2).unwrap());
        let Ok(edited) = document.edit(&DESCRIPTION, by, &[edit], None, &mut || seed.id()) else {
            continue;
        };
        let before = (format!("{:?}", document.index), read(document), document.heads());
        let mut admitted = document.clone();
        admitted.admit(vec![edited.admitted.clone()]).unwrap();
        assert_eq!(document.try_out(edited.admitted.clone(), &DESCRIPTION).unwrap(), read(&admitted));
        document.retract(&edited.hash);
        let after = (format!("{:?}", document.index), read(document), document.heads());
        assert!(after == before, "change {tried} left something behind");
        if seed.below(4) > 0 {
            document.try_out(edited.admitted, &DESCRIPTION).unwrap();
        }
        tried += 1;
    }
    assert!(tried > 200, "only {tried} changes were tried out");
    for document in &documents {
        assert!(document.len() > 100 && document.snapshot().is_ok());
    }
}

#[test]
fn only_the_newest_change_is_taken_back() {
    let mut document = born(&[set("title", line("Shared priorities"))]);
    let first = say_on(&mut document, 2, &[set("title", line("Priorities"))], None);
    say(&mut document, 3, &[set("note", text("a note"))]);
    let before = read(&document);
    document.retract(&first.hash);
    assert_eq!((read(&document), document.len()), (before, 3));
}
