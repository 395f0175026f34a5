//! Nothing but its own file knows a kind of record by name.
//!
//! A kind is named by its word as a whole string literal, by its static, or by the path of its module. Sentences,
//! comments and tests are free to speak of it.

use super::breach::Breach;
use super::rust::{self, Piece, Token};
use super::tree::Tree;

/// Where each kind has a file, called after its word.
const FOLDER: &str = "crates/record/src/kinds/";

/// The one list of them.
const LIST: &str = "crates/record/src/kinds.rs";

/// Packages that play people and partners: what they write is of some kind, as it would be on a command line.
const PLAYERS: &[&str] = &["crates/demo/", "crates/forger/", "crates/sim/", "crates/stage/", "crates/xtask/"];

/// Folders whose programs only try out or show.
const TRIALS: &[&str] = &["benches", "examples", "tests"];

/// A kind, as its file has it.
struct Kind<'a> {
    word: &'a str,
    statics: Vec<&'a str>,
}

/// Checks every source file outside the kinds.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let kinds: Vec<Kind<'_>> = tree.rust().filter_map(|(path, text)| kind(path, text)).collect();
    let mut breaches = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| !kinds.is_empty() && is_bound(path)) {
        let tokens = rust::tokens(text);
        for (index, token) in tokens.iter().enumerate() {
            let Some((written, word)) = named(&kinds, &tokens, index, token) else { continue };
            breaches.push(Breach::at(
                path,
                token.line,
                format!("{written} names a kind of record: what is so for that kind belongs in {FOLDER}{word}.rs"),
            ));
        }
    }
    breaches
}

fn kind<'a>(path: &'a str, text: &'a str) -> Option<Kind<'a>> {
    let word = path.strip_prefix(FOLDER)?.strip_suffix(".rs").filter(|word| !word.contains('/'))?;
    let tokens = rust::tokens(text);
    let shown = tokens.windows(2).enumerate().filter_map(|(index, pair)| {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before))?;
        let [keyword, name] = pair else { return None };
        (keyword.name() == Some("static") && (before.name() == Some("pub") || before.is(')'))).then_some(name.name()?)
    });
    Some(Kind { word, statics: shown.collect() })
}

/// Whether a file has to do without the names of kinds.
fn is_bound(path: &str) -> bool {
    path != LIST
        && !path.starts_with(FOLDER)
        && !PLAYERS.iter().any(|folder| path.starts_with(folder))
        && !path.split('/').any(|part| TRIALS.contains(&part.trim_end_matches(".rs")))
}

/// How a token names a kind, and that kind's word.
fn named<'a>(kinds: &[Kind<'a>], tokens: &[Token<'_>], index: usize, token: &Token<'_>) -> Option<(String, &'a str)> {
    match token.piece {
        Piece::Text(text) => {
            kinds.iter().find(|kind| kind.word == text).map(|kind| (format!("`\"{text}\"`"), kind.word))
        }
        Piece::Name("kinds") => {
            let [first, second, third] = tokens.get(index + 1..index + 4)? else { return None };
            let name = (first.is(':') && second.is(':')).then(|| third.name())??;
            kinds.iter().find(|kind| kind.word == name).map(|kind| (format!("`kinds::{name}`"), kind.word))
        }
        Piece::Name(name) => {
            kinds.iter().find(|kind| kind.statics.contains(&name)).map(|kind| (format!("`{name}`"), kind.word))
        }
        Piece::Sign(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: (&str, &str) =
        ("crates/record/src/kinds/tracker.rs", "static FIELDS: u8 = 1;\npub static TRACKER: Type = Type {};\n");

    fn found(path: &str, text: &str) -> Vec<String> {
        let breaches = check(&Tree::of(&[KIND, (path, text)]));
        breaches.into_iter().map(|breach| format!("{}:{} {}", breach.path, breach.line, breach.what)).collect()
    }

    #[test]
    fn each_way_of_naming_a_kind_is_found_at_its_line() {
        for (text, written) in [
            ("\nif kind == \"tracker\" {}", "`\"tracker\"`"),
            ("\nfn f() { g(r#\"tracker\"#) }", "`\"tracker\"`"),
            ("\nuse tally_record::TRACKER;", "`TRACKER`"),
            ("\nuse crate::kinds::tracker;", "`kinds::tracker`"),
        ] {
            assert_eq!(
                found("crates/service/src/due.rs", text),
                [format!(
                    "crates/service/src/due.rs:2 {written} names a kind of record: what is so for that kind belongs \
                    in crates/record/src/kinds/tracker.rs"
                )]
            );
        }
    }

    #[test]
    fn a_kind_may_name_itself_and_others_and_the_list_names_all() {
        assert_eq!(found("crates/record/src/kinds/cycle.rs", "const OF: &[&str] = &[\"tracker\"];"), [""; 0]);
        assert_eq!(found("crates/record/src/kinds.rs", "static KINDS: [&Type; 1] = [&tracker::TRACKER];"), [""; 0]);
    }

    #[test]
    fn a_new_kind_is_bound_by_its_file_alone() {
        let tree = Tree::of(&[
            ("crates/record/src/kinds/venue.rs", "pub static VENUE: Type = Type {};"),
            ("node/src/main.rs", "fn main() { show(\"venue\") }"),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn tests_and_what_plays_people_are_free() {
        for path in [
            "crates/record/tests/kinds.rs",
            "crates/record/src/agreed/tests.rs",
            "tests/acceptance/documents.rs",
            "examples/verify_offline.rs",
            "crates/sim/src/author.rs",
            "crates/demo/src/story.rs",
        ] {
            assert_eq!(found(path, "fn f() { g(\"tracker\") }"), [""; 0], "{path}");
        }
        assert_eq!(found("crates/record/src/moves.rs", "#[cfg(test)] mod tests { use crate::TRACKER; }"), [""; 0]);
    }

    #[test]
    fn sentences_and_comments_may_speak_of_a_kind() {
        let text = "/// A tracker.\nfn f() { g(\"no tracker of that name\"); FIELDS }";
        assert_eq!(found("crates/service/src/due.rs", text), [""; 0]);
    }

    #[test]
    fn without_kinds_there_is_nothing_to_check() {
        assert_eq!(check(&Tree::of(&[("node/src/main.rs", "fn main() { show(\"tracker\") }")])), []);
    }
}
