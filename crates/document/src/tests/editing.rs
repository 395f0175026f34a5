use std::collections::{BTreeMap, BTreeSet};

use super::world::*;
use crate::*;

fn try_edit(document: &Document, edits: &[Edit], base: Option<&Version>) -> EditError {
    let mut seed = Seeded(1);
    document.edit(&DESCRIPTION, actor(2), edits, base, &mut || seed.id()).expect_err("an error")
}

#[test]
fn every_kind_of_field_comes_back() {
    let paper = format!("{} 12 text/plain notes of the day", "0a".repeat(32));
    let values = [
        ("title", line("Shared priorities")),
        ("body", text("one two\nthree")),
        ("note", text("note")),
        ("state", Value::Word("draft".to_owned())),
        ("sectors", Value::Words(["health".to_owned(), "police".to_owned()].into())),
        ("due", Value::Date(PartialDate::parse("2021-07 month tbc summer").unwrap())),
        ("count", Value::Number(-42)),
        ("open", Value::Flag(true)),
        ("points", Value::Items(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()])),
        (
            "agenda",
            Value::Lines(vec![
                BTreeMap::from([("name".to_owned(), line("Welcome")), ("text".to_owned(), text("x y"))]),
                BTreeMap::from([
                    ("name".to_owned(), line("Next")),
                    ("areas".to_owned(), Value::Words(["north".to_owned()].into())),
                ]),
            ]),
        ),
        ("link", Value::Link("abc".to_owned())),
        ("area", Value::Link("E09000004".to_owned())),
        ("cost", Value::Money(Pence(-123_456))),
        ("children", Value::Count(Count::FewerThan(5))),
        ("share", Value::Percentage(Percentage::parse("34.5% of 120").unwrap())),
        ("from", Value::Time(TimeOfDay::new(9, 30).unwrap())),
        ("paper", Value::File(FileReference::parse(&paper).unwrap())),
    ];
    let edits: Vec<Edit> = values.iter().map(|(field, value)| set(field, value.clone())).collect();
    let document = born(&edits);
    let reading = read(&document);
    for (field, value) in values {
        assert_eq!(reading.fields[field], value);
    }
    assert!(reading.answers.is_empty() && reading.joined.is_empty() && reading.unknown.is_empty());
    assert_eq!(try_edit(&document, &edits, None), EditError::NothingChanged);
}

#[test]
fn two_sums_written_at_once_stand_beside_each_other() {
    let mut document = born(&[set("cost", Value::Money(Pence(100))), set("children", Value::Count(Count::Exactly(7)))]);
    let base = document.heads();
    for (who, pence, children) in [(2, 250, Count::Exactly(9)), (3, 300, Count::FewerThan(5))] {
        let edits = [set("cost", Value::Money(Pence(pence))), set("children", Value::Count(children))];
        say_on(&mut document, who, &edits, Some(&base));
    }
    let reading = read(&document);
    let answers =
        |field: &str| reading.answers[field].iter().map(|answer| answer.value.clone()).collect::<BTreeSet<_>>();
    assert_eq!(answers("cost"), [Value::Money(Pence(250)), Value::Money(Pence(300))].into());
    assert_eq!(answers("children"), [Value::Count(Count::Exactly(9)), Value::Count(Count::FewerThan(5))].into());
}

#[test]
fn what_does_not_fit_a_kind_of_field_is_shown_as_its_words() {
    let document = born(&[set("title", line("soon"))]);
    let field = |kind| Field { name: "title", label: "", help: "", kind, required: false };
    for kind in
        [FieldKind::Count { least: 5 }, FieldKind::Percentage, FieldKind::Time, FieldKind::File, FieldKind::Money]
    {
        let fields: &'static [Field] = Box::leak(Box::new([field(kind)]));
        let description = Description { kind: "sample", version: 2, fields };
        assert_eq!(document.read(&description, None).unwrap().fields["title"], line("soon"));
    }
}

#[test]
fn a_count_or_a_file_that_cannot_be_kept_is_refused() {
    let document = born(&[]);
    let file = FileReference { digest: [0; 32], bytes: 1, media_type: "text/plain".into(), name: "../a".into() };
    let many = Value::Count(Count::Exactly(u64::MAX));
    for (field, value) in [("children", many), ("paper", Value::File(file))] {
        assert_eq!(
            try_edit(&document, &[set(field, value)], None),
            EditError::CannotBeKept { field: field.to_owned() }
        );
    }
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let document = born(&[]);
    let field = || "x".to_owned();
    assert_eq!(try_edit(&document, &[set("x", line("y"))], None), EditError::UnknownField { field: field() });
    assert!(matches!(
        try_edit(&document, &[set("state", Value::Word("x".to_owned()))], None),
        EditError::WordNotAllowed { allowed: [_, _], .. }
    ));
    assert!(matches!(try_edit(&document, &[set("state", line("draft"))], None), EditError::WrongKind { .. }));
    let unknown: Version = [ChangeHash::from_bytes([9; 32])].into_iter().collect();
    assert_eq!(try_edit(&document, &[set("title", line("y"))], Some(&unknown)), EditError::UnknownVersion);
    assert!(matches!(
        try_edit(&document, &[set("title", line("y")), set("title", line("z"))], None),
        EditError::Twice { .. }
    ));
    assert!(matches!(
        try_edit(&document, &[set("body", text(&"word ".repeat(2_001)))], None),
        EditError::TooLong { operations: 2_001, .. }
    ));
    assert!(matches!(
        try_edit(&document, &[set("title", line(&"x".repeat(70_000)))], None),
        EditError::TooLarge { .. }
    ));
    assert!(document.read(&DESCRIPTION, Some(&unknown)).is_err());
}

#[test]
fn a_text_of_two_thousand_words_is_one_change() {
    let mut document = born(&[]);
    say(&mut document, 2, &[set("body", text(&"word ".repeat(2_000)))]);
    assert_eq!(body(&document).split(' ').count(), 2_000);
}

#[test]
fn lines_are_added_in_place_changed_and_removed() {
    let mut document = born(&[]);
    let add = |name: &str, after| Edit::AddLine {
        field: "agenda".to_owned(),
        values: BTreeMap::from([("name".to_owned(), line(name))]),
        after,
    };
    say(&mut document, 1, &[add("one", None)]);
    say(&mut document, 2, &[add("three", None)]);
    let first = read(&document).lines["agenda"][0].clone();
    say(&mut document, 3, &[add("two", Some(first.clone()))]);
    let names = |document: &Document| match &read(document).fields["agenda"] {
        Value::Lines(rows) => rows.iter().map(|row| format!("{:?}", row["name"])).collect::<Vec<_>>().join(" "),
        other => panic!("{other:?}"),
    };
    assert_eq!(names(&document), r#"Line("one") Line("two") Line("three")"#);
    say(&mut document, 1, &[Edit::RemoveLine { field: "agenda".to_owned(), line: first.clone() }]);
    assert_eq!(names(&document), r#"Line("two") Line("three")"#);
    let gone = Edit::SetLine { field: "agenda".to_owned(), line: first, name: "name".to_owned(), value: line("x") };
    assert!(matches!(try_edit(&document, &[gone], None), EditError::UnknownLine { .. }));
}

#[test]
fn a_line_is_not_removed_from_under_anothers_words() {
    let mut base = born(&[]);
    say(
        &mut base,
        1,
        &[Edit::AddLine {
            field: "agenda".to_owned(),
            values: BTreeMap::from([("text".to_owned(), text("a b"))]),
            after: None,
        }],
    );
    let id = read(&base).lines["agenda"][0].clone();
    let (mut left, mut right) = (base.clone(), base);
    say(&mut left, 2, &[Edit::RemoveLine { field: "agenda".to_owned(), line: id.clone() }]);
    assert!(read(&left).lines["agenda"].is_empty());
    say(
        &mut right,
        3,
        &[Edit::SetLine {
            field: "agenda".to_owned(),
            line: id.clone(),
            name: "text".to_owned(),
            value: text("a b c"),
        }],
    );
    merge(&mut left, &right);
    assert_eq!(read(&left).lines["agenda"], std::slice::from_ref(&id));
    assert_eq!(read(&left).joined[&format!("agenda/{id}")].len(), 2);
    say(&mut left, 1, &[Edit::RemoveLine { field: "agenda".to_owned(), line: id }]);
    assert!(read(&left).lines["agenda"].is_empty(), "removed by someone who saw the words");
}

#[test]
fn a_text_grows_up_to_its_limit_and_shrinks_from_beyond_it() {
    let limits = |text_words| Limits { text_words, ..Limits::FIRST };
    let create = |words: &str, allowed| {
        let mut seed = Seeded(7);
        Document::create(&DESCRIPTION, actor(1), &[set("body", text(words))], &limits(allowed), &mut || seed.id())
    };
    let longer = EditError::TextTooLong { field: "body".to_owned(), words: 4, allowed: 3 };
    assert_eq!(create("one two\nthree", 3).unwrap_err(), longer);
    let birth = create("one two three four five", 5).unwrap();
    let mut document = Document::open(&birth.change, actor(1), &limits(3)).unwrap();
    let six = try_edit(&document, &[set("body", text("one two three four five six"))], None);
    assert_eq!(six, EditError::TextTooLong { field: "body".to_owned(), words: 6, allowed: 3 });
    say(&mut document, 1, &[set("body", text("one two three four"))]);
    say(&mut document, 1, &[set("body", text("one two three")), set("note", text("one two three"))]);
    let line = [("name".to_owned(), line("x")), ("text".to_owned(), text("one two three four"))];
    let line = Edit::AddLine { field: "agenda".to_owned(), values: line.into(), after: None };
    assert!(matches!(try_edit(&document, &[line], None), EditError::TextTooLong { .. }));
}

#[test]
fn a_received_text_of_any_length_stands() {
    let birth = {
        let mut seed = Seeded(7);
        Document::create(&DESCRIPTION, actor(1), &[], &Limits::FIRST, &mut || seed.id()).unwrap().change
    };
    let mut theirs = Document::open(&birth, actor(1), &Limits::FIRST).unwrap();
    let change = say(&mut theirs, 2, &[set("body", text("one two three four"))]);
    let ours = Document::open(&birth, actor(1), &Limits { text_words: 3, ..Limits::FIRST }).unwrap();
    assert!(matches!(ours.judge(actor(2), &change), Judgement::Admit(_)));
}

#[test]
fn settling_keeps_one_answer() {
    let base = born(&[set("title", line("one")), set("body", text("every ten days"))]);
    let (mut left, mut right) = (base.clone(), base);
    let edits = |title: &str, word: &str| [set("title", line(title)), set("body", text(&format!("every {word} days")))];
    say(&mut left, 2, &edits("two", "fifteen"));
    say(&mut right, 3, &edits("three", "twelve"));
    merge(&mut left, &right);
    assert_eq!(read(&left).answers.len(), 2);
    let settle = |field: &str, keep| Edit::Settle { field: field.to_owned(), line: None, keep };
    assert!(matches!(try_edit(&left, &[settle("title", Keep::Actor(actor(9)))], None), EditError::NoSuchAnswer { .. }));
    say(&mut left, 1, &[settle("title", Keep::Actor(actor(2))), settle("body", Keep::Actor(actor(2)))]);
    let reading = read(&left);
    assert!(reading.answers.is_empty());
    assert_eq!(reading.fields["title"], line("two"));
    assert_eq!(reading.fields["body"], text("every fifteen days"));
}

#[test]
fn who_adds_a_word_to_a_set_wins() {
    let sectors = |words: &[&str]| set("sectors", Value::Words(words.iter().map(|word| (*word).to_owned()).collect()));
    let mut document = born(&[sectors(&["health", "police"])]);
    let base = document.heads();
    say(&mut document, 2, &[sectors(&["health"])]);
    say_on(&mut document, 3, &[sectors(&["health", "police", "council"])], Some(&base));
    assert_eq!(read(&document).fields["sectors"], Value::Words(["health".to_owned(), "council".to_owned()].into()));
}

#[test]
fn an_old_version_reads_as_it_was() {
    let mut document = born(&[set("body", text("one two"))]);
    let before = document.heads();
    say(&mut document, 2, &[set("body", text("one three two")), set("count", Value::Number(1))]);
    let then = document.read(&DESCRIPTION, Some(&before)).unwrap();
    assert_eq!(then.fields["body"], text("one two"));
    assert_eq!(then.fields["count"], Value::Empty);
    let differences = document.difference(&DESCRIPTION, &before, &document.heads()).unwrap();
    let fields: Vec<_> = differences.iter().map(|difference| difference.field.as_str()).collect();
    assert_eq!(fields, ["body", "count"]);
    assert_eq!(
        differences[0].words,
        [WordChange::Kept("one".to_owned()), WordChange::Added("three".to_owned()), WordChange::Kept("two".to_owned())]
    );
    assert_eq!(document.includes(&document.heads(), &before), Some(true));
    assert_eq!(document.includes(&before, &document.heads()), Some(false));
    let seen = |version| document.seen(version).unwrap();
    let after = document.heads();
    assert!(seen(&after).includes(&seen(&before)));
    assert!(!seen(&before).includes(&seen(&after)));
}

#[test]
fn history_names_what_was_written() {
    let document = lived_in();
    let history = document.history();
    assert_eq!(history.len(), document.len());
    assert!(history[0].deps.is_empty());
    let last = history.last().unwrap();
    assert_eq!((last.actor, last.fields.as_slice()), (actor(1), &["title".to_owned()][..]));
    assert!(history[3].fields.iter().any(|field| field.starts_with("agenda/")));
}

#[test]
fn a_field_of_a_later_version_is_prepared_by_the_home() {
    static LATER: Description = Description {
        kind: "sample",
        version: 2,
        fields: &[Field { name: "more", label: "More", help: "", kind: FieldKind::Text, required: false }],
    };
    let mut document = born(&[]);
    let edits = [set("more", text("later"))];
    let early = document.edit(&LATER, actor(2), &edits, None, &mut || [0; 8]);
    assert!(matches!(early, Err(EditError::NotPrepared { .. })));
    let prepared = document.prepare(&LATER, actor(1)).unwrap().unwrap();
    document.admit(vec![prepared.admitted]).unwrap();
    assert!(document.prepare(&LATER, actor(1)).unwrap().is_none());
    let edited = document.edit(&LATER, actor(2), &edits, None, &mut || [0; 8]).unwrap();
    document.admit(vec![edited.admitted]).unwrap();
    let reading = document.read(&LATER, None).unwrap();
    assert_eq!(reading.fields["more"], text("later"));
    assert!(reading.unknown.contains(&"title".to_owned()) || !reading.unknown.is_empty());
}

#[test]
fn a_blown_fuse_leaves_the_last_good_version() {
    let mut document = lived_in();
    document.settle().unwrap();
    let good = document.heads();
    let before = read(&document);
    // Past the gate with a change that no gate would let through: Automerge knows no such chunk.
    let (hash, by) = (ChangeHash::from_bytes([1; 32]), actor(4));
    let heads = document.index.heads().iter().copied().collect();
    document.index.insert(hash, by, heads, Vec::new(), b"not a change".to_vec());
    assert_eq!(document.settle(), Err(Blown::Refused));
    assert_eq!(document.blown(), Some(Blown::Refused));
    assert_eq!(document.heads(), good);
    assert_eq!(read(&document), before);
    assert_eq!(document.admit(Vec::new()), Err(Blown::Refused));
    assert!(matches!(try_edit(&document, &[set("title", line("x"))], None), EditError::Blown(Blown::Refused)));
}

#[test]
fn a_source_of_ids_that_repeats_makes_no_line_twice() {
    let mut document = born(&[]);
    for _ in 0..3 {
        let points = vec!["a".to_owned(), "b".to_owned(), document.len().to_string()];
        let edited = document
            .edit(&DESCRIPTION, actor(2), &[set("points", Value::Items(points))], None, &mut || [0; 8])
            .unwrap();
        document.admit(vec![edited.admitted]).unwrap();
    }
    assert_eq!(read(&document).lines["points"].len(), 3);
}
