//! A description with one field of every kind, actors, ids from a seed, and replicas that exchange bytes.

use std::collections::BTreeMap;

use crate::*;

pub(super) static DESCRIPTION: Description = Description {
    kind: "sample",
    version: 1,
    fields: &[
        field("title", FieldKind::Line),
        field("body", FieldKind::Text),
        field("note", FieldKind::Text),
        field("state", FieldKind::Word(&[Term::new("draft", "Draft"), Term::new("agreed", "Agreed")])),
        field(
            "sectors",
            FieldKind::Words(&[
                Term::new("health", "Health"),
                Term::new("police", "Police"),
                Term::new("council", "Council"),
            ]),
        ),
        field("due", FieldKind::Date),
        field("count", FieldKind::Number),
        field("open", FieldKind::Flag),
        field("points", FieldKind::Items),
        field(
            "agenda",
            FieldKind::Lines(&[
                field("name", FieldKind::Line),
                field("text", FieldKind::Text),
                field("areas", FieldKind::Words(&[Term::new("north", "North"), Term::new("south", "South")])),
            ]),
        ),
        field("link", FieldKind::Link(Target::Record(&[]))),
        field("area", FieldKind::Link(Target::Area)),
        field("cost", FieldKind::Money),
        field("children", FieldKind::Count { least: 5 }),
        field("share", FieldKind::Percentage),
        field("from", FieldKind::Time),
        field("paper", FieldKind::File),
    ],
};

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field { name, label: name, help: "", kind, required: false }
}

pub(super) const fn actor(number: u8) -> Actor {
    // Spread, so that the order of actors is not that of their numbers.
    Actor::from_bytes([number.wrapping_mul(71).wrapping_add(13); 16])
}

/// A small generator, so that a failure is its seed.
#[derive(Clone)]
pub(super) struct Seeded(pub(super) u64);

impl Seeded {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn id(&mut self) -> [u8; 8] {
        self.next().to_be_bytes()
    }
}

pub(super) fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn line(text: &str) -> Value {
    Value::Line(text.to_owned())
}

pub(super) fn born(edits: &[Edit]) -> Document {
    let mut seed = Seeded(7);
    let created = Document::create(&DESCRIPTION, actor(1), edits, &Limits::FIRST, &mut || seed.id()).unwrap();
    let document = Document::open(&created.change, actor(1), &Limits::FIRST).unwrap();
    assert_eq!(document.birth(), created.hash);
    document
}

/// Edits and admits at once; the change's bytes are returned.
pub(super) fn say(document: &mut Document, by: u8, edits: &[Edit]) -> Vec<u8> {
    say_on(document, by, edits, None).change
}

pub(super) fn say_on(document: &mut Document, by: u8, edits: &[Edit], base: Option<&Version>) -> Edited {
    let mut seed = Seeded(u64::from(by) + 1_000 * document.len() as u64);
    let edited = document.edit(&DESCRIPTION, actor(by), edits, base, &mut || seed.id()).unwrap();
    document.admit(vec![edited.admitted.clone()]).unwrap();
    edited
}

/// Takes a change that must be good.
pub(super) fn hear(document: &mut Document, by: u8, change: &[u8]) {
    match document.judge(actor(by), change) {
        Judgement::Admit(admitted) => document.admit(vec![admitted]).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Gives `to` everything that `from` has.
pub(super) fn merge(to: &mut Document, from: &Document) {
    let news = news(from, to);
    take(to, news);
}

/// What one has that the other has not.
pub(super) fn news(from: &Document, to: &Document) -> Vec<(Actor, Vec<u8>)> {
    let kept = from.index.changes().iter();
    kept.filter(|kept| !to.contains(&kept.hash))
        .map(|kept| (from.index.actor(kept.actor).unwrap(), kept.bytes.clone()))
        .collect()
}

pub(super) fn take(to: &mut Document, news: Vec<(Actor, Vec<u8>)>) {
    for (by, change) in news {
        match to.judge(by, &change) {
            Judgement::Admit(admitted) => to.admit(vec![admitted]).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn read(document: &Document) -> Reading {
    document.read(&DESCRIPTION, None).unwrap()
}

pub(super) fn body(document: &Document) -> String {
    match read(document).fields.remove("body") {
        Some(Value::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// A document in which every kind of thing was written, replaced and deleted by three actors.
pub(super) fn lived_in() -> Document {
    let mut document = born(&[
        set("title", line("Shared priorities")),
        set("body", text("we meet every ten days\nand report")),
        set("note", text("one two three four")),
        set("points", Value::Items(vec!["first".to_owned(), "second".to_owned()])),
    ]);
    say(&mut document, 2, &[set("body", text("we meet every fifteen days\nand report back"))]);
    say(&mut document, 3, &[set("note", text("one three four")), set("count", Value::Number(-7))]);
    say(
        &mut document,
        2,
        &[Edit::AddLine {
            field: "agenda".to_owned(),
            values: BTreeMap::from([("name".to_owned(), line("Welcome")), ("text".to_owned(), text("who is here"))]),
            after: None,
        }],
    );
    say(&mut document, 1, &[set("title", line("Priorities we share"))]);
    document
}

/// Random edits of a document by one actor, on its newest version or an older one.
pub(super) fn random_edit(document: &mut Document, by: u8, seed: &mut Seeded) -> Option<Vec<u8>> {
    let words = ["ten", "fifteen", "days", "we", "meet", "report", "\n", "and", "back", "soon"];
    // The form shows the version it was opened on.
    let base: Option<Version> = match seed.below(3) {
        0 => Some([seed.pick(document.index.changes()).hash].into_iter().collect()),
        _ => None,
    };
    let reading = document.read(&DESCRIPTION, base.as_ref()).unwrap();
    let mut value = match seed.below(4) {
        0 => Vec::new(),
        _ => match &reading.fields["body"] {
            Value::Text(text) => text.split(' ').map(str::to_owned).collect(),
            _ => Vec::new(),
        },
    };
    for _ in 0..=seed.below(3) {
        let at = seed.below(value.len() + 1);
        match seed.below(3) {
            0 if at < value.len() => drop(value.remove(at)),
            1 if at < value.len() => value[at] = (*seed.pick(&words)).to_owned(),
            _ => value.insert(at, (*seed.pick(&words)).to_owned()),
        }
    }
    let lines = reading.lines["agenda"].clone();
    let edit = match seed.below(11) {
        0 => set("title", line(words[seed.below(words.len())])),
        1 => set("count", Value::Number(seed.next() as i64 >> seed.below(63))),
        2 => set("open", Value::Flag(seed.below(2) == 0)),
        3 => set("sectors", Value::Words([(*seed.pick(&["health", "police"])).to_owned()].into())),
        4 => set("points", Value::Items(value.iter().take(6).cloned().collect())),
        5 => Edit::AddLine {
            field: "agenda".to_owned(),
            values: BTreeMap::from([("text".to_owned(), text(&value.join(" ")))]),
            after: lines.first().cloned(),
        },
        6 if !lines.is_empty() => Edit::RemoveLine { field: "agenda".to_owned(), line: seed.pick(&lines).clone() },
        7 if !lines.is_empty() => Edit::SetLine {
            field: "agenda".to_owned(),
            line: seed.pick(&lines).clone(),
            name: "text".to_owned(),
            value: text(&value.join(" ")),
        },
        8 => set("note", text(&value.join(" "))),
        _ => set("body", text(&value.join(" "))),
    };
    let mut ids = seed.clone();
    match document.edit(&DESCRIPTION, actor(by), &[edit], base.as_ref(), &mut || ids.id()) {
        Ok(edited) => {
            seed.0 = ids.0;
            document.admit(vec![edited.admitted]).unwrap();
            Some(edited.change)
        }
        // Somebody removed the line since, or everything is said already.
        Err(EditError::NothingChanged | EditError::UnknownLine { .. }) => None,
        Err(error) => panic!("{error:?}"),
    }
}
