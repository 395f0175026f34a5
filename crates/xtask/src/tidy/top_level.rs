//! What may lie at the top of the repository.

use std::collections::BTreeSet;

use super::breach::Breach;
use super::tree::Tree;

/// Everything but dot-files.
const ALLOWED: &[&str] = &[
    "CHANGELOG.md",
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

/// What people look for where they found the repository, and nowhere else.
const FOR_CONTRIBUTORS: &[&str] = &[".github/CONTRIBUTING.md", ".github/SECURITY.md"];

/// Checks the first part of every path, and what lies in `.github`.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let top: BTreeSet<&str> = tree.paths().filter_map(|path| path.split('/').next()).collect();
    let misplaced = top.into_iter().filter(|name| !name.starts_with('.') && !ALLOWED.contains(name)).map(|name| {
        Breach::at(name, 1, format!("has no place at the top of the repository, which holds {}", ALLOWED.join(", ")))
    });
    let strange = tree.paths().filter(|path| path.starts_with(".github/") && !FOR_CONTRIBUTORS.contains(path));
    let strange = strange.map(|path| {
        Breach::at(path, 1, format!("has no place in .github, which holds {}", FOR_CONTRIBUTORS.join(", ")))
    });
    misplaced.chain(strange).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_house_is_made_of_is_right() {
        let files = ["Cargo.toml", "CHANGELOG.md", "crates/entry/src/lib.rs", ".ci/run", ".github/SECURITY.md"]
            .map(|path| (path, ""));
        assert_eq!(check(&Tree::of(&files)), []);
    }

    #[test]
    fn a_file_of_its_own_among_those_for_contributors_is_found() {
        let breaches = check(&Tree::of(&[(".github/workflows/ci.yml", "")]));
        assert_eq!(breaches.into_iter().map(|breach| breach.path).collect::<Vec<_>>(), [".github/workflows/ci.yml"]);
    }

    #[test]
    fn a_folder_of_its_own_is_found_once() {
        let breaches = check(&Tree::of(&[("scripts/a.sh", ""), ("scripts/b.sh", "")]));
        assert_eq!(breaches.into_iter().map(|breach| breach.path).collect::<Vec<_>>(), ["scripts"]);
    }
}
