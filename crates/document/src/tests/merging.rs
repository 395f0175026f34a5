//! Merging texts by word.
//!
//! These fail if text were an Automerge Text or one string: two sides that replace "ten" by "fifteen" and "twelve"
//! would read "fifteentwelve", a word that nobody wrote, or one side's answer would be gone.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::world::*;
use crate::*;

fn answers_of(document: &Document, path: &str) -> BTreeSet<String> {
    read(document)
        .answers
        .get(path)
        .into_iter()
        .flatten()
        .map(|answer| match &answer.value {
            Value::Text(text) | Value::Line(text) => text.clone(),
            other => format!("{other:?}"),
        })
        .collect()
}

fn set_of<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[test]
fn two_words_for_one_are_two_answers() {
    let base = born(&[set("body", text("every ten days"))]);
    let (mut left, mut right) = (base.clone(), base);
    say(&mut left, 2, &[set("body", text("every fifteen days"))]);
    say(&mut right, 3, &[set("body", text("every twelve days"))]);
    merge(&mut left, &right);
    assert_eq!(answers_of(&left, "body"), set_of(["every fifteen days", "every twelve days"]));
    assert_eq!(read(&left).joined["body"].len(), 2);
    let words: BTreeSet<_> = read(&left).answers["body"].iter().flat_map(|answer| answer.words.clone()).collect();
    assert_eq!(words, set_of(["fifteen", "twelve"]));
}

#[test]
fn an_insertion_beside_a_deletion_gives_no_strange_word() {
    let base = born(&[set("body", text("a b"))]);
    let (mut left, mut right) = (base.clone(), base);
    say(&mut left, 2, &[set("body", text("a c"))]);
    say(&mut right, 3, &[set("body", text("a"))]);
    merge(&mut left, &right);
    assert_eq!(body(&left), "a c");
}

#[test]
fn a_slow_form_keeps_both_answers() {
    let mut document = born(&[set("body", text("every ten days"))]);
    let base = document.heads();
    say(&mut document, 2, &[set("body", text("every fifteen days"))]);
    let edited = say_on(&mut document, 3, &[set("body", text("every twelve working days"))], Some(&base));
    assert_eq!(edited.joined, ["body"]);
    assert_eq!(answers_of(&document, "body"), set_of(["every fifteen working days", "every twelve working days"]));
    let by: BTreeSet<_> = read(&document).answers["body"].iter().map(|a| a.by).collect();
    assert_eq!(by, BTreeSet::from([actor(2), actor(3)]));
    document.snapshot().unwrap();
}

#[test]
fn a_third_slow_form_adds_a_third_answer() {
    let mut document = born(&[set("body", text("every ten days"))]);
    let base = document.heads();
    for (by, word) in [(2, "fifteen"), (3, "twelve"), (4, "nine")] {
        let said = text(&format!("every {word} days"));
        say_on(&mut document, by, &[set("body", said)], Some(&base));
    }
    let answers = &read(&document).answers["body"];
    let by: BTreeSet<_> = answers.iter().map(|answer| answer.by).collect();
    assert_eq!(by, BTreeSet::from([actor(2), actor(3), actor(4)]));
    assert_eq!(answers.len(), 3);
    say(&mut document, 1, &[set("body", text("every seven days"))]);
    assert!(read(&document).answers.is_empty(), "a plain value settles");
}

#[test]
fn a_slow_form_that_says_the_same_changes_nothing() {
    let mut document = born(&[set("body", text("every ten days"))]);
    let base = document.heads();
    let new = [set("body", text("every fifteen working days"))];
    say(&mut document, 2, &new);
    let again = document.edit(&DESCRIPTION, actor(3), &new, Some(&base), &mut || [0; 8]);
    assert_eq!(again.err(), Some(EditError::NothingChanged));
}

#[test]
fn a_word_wins_over_a_deletion_in_a_slow_form() {
    let mut document = born(&[set("body", text("a b c"))]);
    let base = document.heads();
    say(&mut document, 2, &[set("body", text("a x c"))]);
    say_on(&mut document, 3, &[set("body", text("a c d"))], Some(&base));
    assert_eq!(body(&document), "a x c d");

    let base = document.heads();
    say(&mut document, 2, &[set("body", text("a c d"))]);
    say_on(&mut document, 3, &[set("body", text("a y c d"))], Some(&base));
    assert_eq!(body(&document), "a y c d");
}

#[test]
fn a_slow_form_on_a_scalar_keeps_both_answers() {
    let mut document = born(&[set("title", line("one"))]);
    let base = document.heads();
    say(&mut document, 2, &[set("title", line("two"))]);
    let edited = say_on(&mut document, 3, &[set("title", line("three"))], Some(&base));
    assert_eq!(edited.joined, ["title"]);
    assert_eq!(answers_of(&document, "title"), set_of(["two", "three"]));
}

#[test]
fn two_dates_are_two_answers() {
    let date = |text| Value::Date(PartialDate::parse(text).unwrap());
    let base = born(&[]);
    let (mut left, mut right) = (base.clone(), base);
    say(&mut left, 2, &[set("due", date("2021-07 month proposed"))]);
    say(&mut right, 3, &[set("due", date("2021-08-01 day confirmed"))]);
    merge(&mut left, &right);
    let values: BTreeSet<_> = read(&left).answers["due"].iter().map(|answer| answer.value.clone()).collect();
    assert_eq!(values, BTreeSet::from([date("2021-07 month proposed"), date("2021-08-01 day confirmed")]));
}

#[test]
fn an_answer_put_into_anothers_mouth_is_the_writers_own() {
    let mut document = born(&[set("title", line("one"))]);
    let real = say(&mut document, 2, &[set("title", line("two"))]);
    let Judgement::Admit(real) = document.judge(actor(2), &real) else {
        panic!("not admitted");
    };
    let claim = |value: &str, change| crate::answer::KeptAnswer {
        value: crate::scalar::Scalar::Text(value.to_owned()),
        by: actor(2),
        change,
    };
    let forged = crate::answer::write(&[
        claim("two", Some(real.hash())),
        claim("never said", Some(real.hash())),
        claim("never said either", None),
    ]);
    let mut draft = crate::change_draft::ChangeDraft::new(&document.index, actor(3));
    draft.put_name(None, "title", forged.unwrap());
    let change = draft.write();
    hear(&mut document, 3, &change);
    let said: Vec<_> =
        read(&document).answers["title"].iter().map(|answer| (answer.value.clone(), answer.by)).collect();
    assert_eq!(said, [(line("two"), actor(2)), (line("never said"), actor(3)), (line("never said either"), actor(3))]);
}

#[test]
fn joined_ends_when_someone_writes_having_seen_both() {
    let base = born(&[set("body", text("a b c d"))]);
    let (mut left, mut right) = (base.clone(), base);
    say(&mut left, 2, &[set("body", text("x b c d"))]);
    say(&mut right, 3, &[set("body", text("a b c y"))]);
    merge(&mut left, &right);
    assert_eq!(body(&left), "x b c y");
    assert_eq!(read(&left).joined["body"].len(), 2);
    say(&mut left, 1, &[set("title", line("elsewhere"))]);
    assert!(read(&left).joined.contains_key("body"), "written elsewhere, the text unread");
    say(&mut left, 1, &[set("body", text("x b c y z"))]);
    assert!(read(&left).joined.is_empty());
}

fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(proptest::sample::select(vec!["ten", "days", "we", "meet", "\n", "soon", "b"]), 0..12)
        .prop_map(|words| words.into_iter().map(str::to_owned).collect())
}

/// Replaces, inserts and deletes words; new ones carry the author's mark, so that each can be traced.
fn rewrite(base: &[String], by: u8, seed: u64) -> Vec<String> {
    let mut seed = Seeded(seed);
    let mut words = base.to_vec();
    for number in 0..=seed.below(4) {
        let at = seed.below(words.len() + 1);
        let own = format!("w{by}n{number}");
        match seed.below(3) {
            0 if at < words.len() => drop(words.remove(at)),
            1 if at < words.len() => words[at] = own,
            _ => words.insert(at, own),
        }
    }
    words
}

fn new_words(words: &[String], base: &[String]) -> BTreeSet<String> {
    words.iter().filter(|word| !base.contains(word)).cloned().collect()
}

fn all_words(document: &Document) -> BTreeSet<String> {
    let mut texts = vec![body(document)];
    texts.extend(answers_of(document, "body"));
    texts.iter().flat_map(|text| crate::words::split(text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whether edits meet as concurrent changes or as slow forms on one base: every new word of everybody is shown,
    /// in the text or in an answer, and no other word is.
    #[test]
    fn no_word_that_nobody_wrote_and_no_answer_lost(
        base in words(), seeds in proptest::collection::vec(any::<u64>(), 2..=3), slow in any::<bool>()
    ) {
        let document = born(&[set("body", text(&crate::words::join(base.iter().map(String::as_str))))]);
        let base = crate::words::split(&body(&document));
        let version = document.heads();
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let mut merged = document.clone();
        for (number, seed) in seeds.iter().enumerate() {
            let by = number as u8 + 2;
            let new = rewrite(&base, by, *seed);
            let edit = [set("body", text(&crate::words::join(new.iter().map(String::as_str))))];
            if new == base {
                continue;
            }
            wanted.extend(new_words(&new, &base));
            if slow {
                // Two who delete the same words leave the second nothing to say.
                match merged.edit(&DESCRIPTION, actor(by), &edit, Some(&version), &mut || [0; 8]) {
                    Ok(edited) => merged.admit(vec![edited.admitted]).unwrap(),
                    Err(error) => prop_assert_eq!(error, EditError::NothingChanged),
                }
            } else {
                let mut alone = document.clone();
                say(&mut alone, by, &edit);
                merge(&mut merged, &alone);
            }
        }
        let shown = all_words(&merged);
        for word in &wanted {
            prop_assert!(shown.contains(word), "{word} is lost: {shown:?}");
        }
        for word in &shown {
            prop_assert!(wanted.contains(word) || base.contains(word), "{word} is nobody's");
        }
        merged.snapshot().unwrap();
    }
}
