//! Text as a list of words: spaces are implied, a line break is a word of its own.

use similar::{Algorithm, DiffOp, capture_diff_slices};

const BREAK: &str = "\n";

/// Parts a text into its words.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    // `lines` would lose a break at the end.
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            words.push(BREAK.to_owned());
        }
        words.extend(line.split_whitespace().map(str::to_owned));
    }
    words
}

/// Joins words into a text.
pub(crate) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    // Something that is no word, put there by somebody else's program, reads as nothing.
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if !text.is_empty() && !text.ends_with('\n') && word != BREAK {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// One word of a difference between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordChange {
    /// In both.
    Kept(String),
    /// Only in the older.
    Removed(String),
    /// Only in the newer.
    Added(String),
}

/// The steps from one list to another: the same two lists always give the same steps.
pub(crate) fn steps<T: Ord + std::hash::Hash>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Myers, old, new)
}

/// The words kept, removed and added between two texts.
pub(crate) fn difference(old: &str, new: &str) -> Vec<WordChange> {
    let old = split(old);
    let new = split(new);
    let mut changes = Vec::new();
    for step in steps(&old, &new) {
        let kept = matches!(step, DiffOp::Equal { .. });
        for word in old.get(step.old_range()).unwrap_or_default() {
            changes.push(if kept { WordChange::Kept(word.clone()) } else { WordChange::Removed(word.clone()) });
        }
        if !kept {
            let added = new.get(step.new_range()).unwrap_or_default();
            changes.extend(added.iter().cloned().map(WordChange::Added));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_from_its_words() {
        for text in ["", "one", "one two", "one\ntwo", "one\n\ntwo", "one\n", "\n"] {
            assert_eq!(join(split(text).iter().map(String::as_str)), text);
        }
    }

    #[test]
    fn spaces_are_implied() {
        assert_eq!(split(" one \t two\r\nthree "), ["one", "two", "\n", "three"]);
    }

    #[test]
    fn a_difference_names_the_words() {
        assert_eq!(
            difference("ten days", "fifteen days"),
            [
                WordChange::Removed("ten".to_owned()),
                WordChange::Added("fifteen".to_owned()),
                WordChange::Kept("days".to_owned())
            ]
        );
    }
}
