//! Marks of work put off, and of tests that do not run.

use super::breach::Breach;
use super::tree::Tree;

/// Marks in Rust with what is wrong about them. Written in pieces, so that this file does not hold them.
const IN_RUST: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "a test that does not run says nothing: make it run or take it out"),
    (concat!("to", "do!"), "unfinished: finish it or leave it out"),
    (concat!("unimpl", "emented!"), "unfinished: finish it or leave it out"),
];

/// A mark in any text.
const IN_TEXT: (&str, &str) = (concat!("FIX", "ME"), "a note to oneself: put it right or write down why not");

/// Checks every line.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            let rust = IN_RUST.iter().filter(|_| path.ends_with(".rs"));
            for (mark, why) in rust.chain([&IN_TEXT]).filter(|(mark, _)| line.contains(mark)) {
                breaches.push(Breach::at(path, index + 1, format!("`{mark}`: {why}")));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_found_at_its_line() {
        for (mark, _) in IN_RUST.iter().chain([&IN_TEXT]) {
            let breaches = check(&Tree::of(&[("a.rs", &format!("fn a() {{}}\n    {mark} later\n"))]));
            assert_eq!(breaches.into_iter().map(|breach| breach.line).collect::<Vec<_>>(), [2], "{mark}");
        }
    }

    #[test]
    fn a_note_in_a_text_is_found() {
        assert_eq!(check(&Tree::of(&[("README.md", IN_TEXT.0)])).len(), 1);
    }

    #[test]
    fn a_file_that_ignores_is_not_a_test_that_is_ignored() {
        assert_eq!(check(&Tree::of(&[("a.rs", "//! Words to ignore.\n")])), []);
    }
}
