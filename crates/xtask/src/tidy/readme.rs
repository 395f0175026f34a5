//! The first page: short, and true about the crates.

use std::collections::{BTreeMap, BTreeSet};

use super::breach::Breach;
use super::tree::Tree;
use super::workspace::Workspace;

const README: &str = "README.md";

/// Lines of the first page: what is longer belongs beside what it describes.
const LINES: usize = 200;

/// Checks the first page.
pub(super) fn check(tree: &Tree, workspace: &Workspace) -> Vec<Breach> {
    let Some(text) = tree.text(README) else {
        return vec![Breach::at(README, 1, "the first page is missing")];
    };
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines >= LINES {
        breaches.push(Breach::at(README, LINES, format!("{lines} lines; the first page stays under {LINES}")));
    }
    breaches.extend(crate_map(text, workspace));
    breaches
}

/// Rows of the crate map begin with the folder of a crate: ``| `crates/entry` | ``.
fn crate_map(text: &str, workspace: &Workspace) -> Vec<Breach> {
    let mut rows = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let Some(cell) = line.strip_prefix('|').and_then(|rest| rest.split('|').next()) else {
            continue;
        };
        let Some(folder) = cell.trim().strip_prefix('`').and_then(|cell| cell.strip_suffix('`')) else {
            continue;
        };
        let folder = folder.trim_end_matches('/');
        if folder.starts_with("crates/") || folder == "node" {
            rows.insert(folder.to_owned(), index + 1);
        }
    }
    let folders: BTreeSet<&str> = workspace.packages.iter().map(|package| package.folder.as_str()).collect();
    let mut breaches = Vec::new();
    for (folder, line) in &rows {
        if !folders.contains(folder.as_str()) {
            breaches.push(Breach::at(
                README,
                *line,
                format!("the crate map names `{folder}`, which is no member of the workspace"),
            ));
        }
    }
    let last = rows.values().max().copied().unwrap_or(1);
    for folder in folders.into_iter().filter(|folder| !rows.contains_key(*folder)) {
        breaches.push(Breach::at(README, last, format!("the crate map lacks a row that begins with `{folder}`")));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "| crate | is |\n|---|---|\n| `crates/entry` | entries |\n| `node/` | the binary |\n";

    fn found(readme: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("README.md", readme)]);
        let workspace = Workspace::of(&[("tally-entry", "crates/entry", &[]), ("tallystick", "node", &[])]);
        check(&tree, &workspace).into_iter().map(|breach| (breach.line, breach.what)).collect()
    }

    #[test]
    fn a_true_page_is_right() {
        assert_eq!(found(MAP), []);
    }

    #[test]
    fn a_page_too_long_is_found() {
        assert_eq!(found(&format!("{MAP}{}", "\n".repeat(196))).len(), 1);
        assert_eq!(found(&format!("{MAP}{}", "\n".repeat(195))).len(), 0);
    }

    #[test]
    fn a_crate_not_in_the_map_is_found() {
        let found = found(&MAP.replace("| `node/` | the binary |\n", ""));
        assert_eq!(found, [(3, "the crate map lacks a row that begins with `node`".to_owned())]);
    }

    #[test]
    fn a_row_without_a_crate_is_found() {
        let found = found(&format!("{MAP}| `crates/web` | pages |\n"));
        assert_eq!(found, [(5, "the crate map names `crates/web`, which is no member of the workspace".to_owned())]);
    }

    #[test]
    fn a_missing_page_is_found() {
        assert_eq!(check(&Tree::of(&[]), &Workspace::of(&[])).len(), 1);
    }
}
