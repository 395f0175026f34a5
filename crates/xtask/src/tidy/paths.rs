//! Paths that exist on one machine only.

use super::breach::Breach;
use super::tree::Tree;

/// Beginnings of such paths. Written in pieces, so that this file does not hold them.
const BEGINNINGS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/t", "mp/"),
    concat!("C:\\Us", "ers\\"),
];

/// Checks every line of every text.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            if let Some(beginning) = BEGINNINGS.iter().find(|beginning| begins_a_path(line, beginning)) {
                breaches.push(Breach::at(
                    path,
                    index + 1,
                    format!("`{beginning}` is a path of one machine: make it relative, or a temporary folder"),
                ));
            }
        }
    }
    breaches
}

/// Whether some path in the line begins so; `a/home/b` and an address on the web do not.
fn begins_a_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| {
            letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '~' | '}' | ')' | '*' | '>')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_beginning_is_found_at_its_line() {
        for beginning in BEGINNINGS {
            let breaches = check(&Tree::of(&[("a.md", &format!("one\nsee `{beginning}x`\n"))]));
            assert_eq!(breaches.into_iter().map(|breach| breach.line).collect::<Vec<_>>(), [2], "{beginning}");
        }
    }

    #[test]
    fn a_path_within_a_path_or_an_address_is_right() {
        for beginning in BEGINNINGS.iter().filter(|beginning| beginning.starts_with('/')) {
            let tree = Tree::of(&[("a.md", &format!("https://example.org{beginning} and ~{beginning}"))]);
            assert_eq!(check(&tree), []);
        }
    }
}
