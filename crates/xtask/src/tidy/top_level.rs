//! What may lie at the top of the repository.

use std::collections::BTreeSet;

use super::breach::Breach;
use super::tree::Tree;

/// Everything but dot-files.
const ALLOWED: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "examples",
    "node",
    "tests",
];

/// Checks the first part of every path.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let top: BTreeSet<&str> = tree.paths().filter_map(|path| path.split('/').next()).collect();
    top.into_iter()
        .filter(|name| !name.starts_with('.') && !ALLOWED.contains(name))
        .map(|name| {
            Breach::at(
                name,
                1,
                format!("has no place at the top of the repository, which holds {}", ALLOWED.join(", ")),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_house_is_made_of_is_right() {
        assert_eq!(check(&Tree::of(&[("Cargo.toml", ""), ("crates/entry/src/lib.rs", ""), (".ci/run", "")])), []);
    }

    #[test]
    fn a_folder_of_its_own_is_found_once() {
        let breaches = check(&Tree::of(&[("scripts/a.sh", ""), ("scripts/b.sh", "")]));
        assert_eq!(breaches.into_iter().map(|breach| breach.path).collect::<Vec<_>>(), ["scripts"]);
    }
}
