//! How long a file may be.

use super::breach::Breach;
use super::tree::Tree;

/// Lines of a Rust file: more than a reader keeps in mind at once.
const RUST_LINES: usize = 500;

/// Checks every Rust file.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    tree.rust()
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            (lines > RUST_LINES).then(|| {
                Breach::at(
                    path,
                    RUST_LINES + 1,
                    format!("{lines} lines, {RUST_LINES} at most: split it by what its parts are"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_the_limit_is_right() {
        assert_eq!(check(&Tree::of(&[("a.rs", &"\n".repeat(500))])), []);
    }

    #[test]
    fn a_file_over_the_limit_is_found() {
        let breaches = check(&Tree::of(&[("a.rs", &"\n".repeat(501))]));
        assert_eq!(breaches.into_iter().map(|breach| breach.line).collect::<Vec<_>>(), [501]);
    }
}
