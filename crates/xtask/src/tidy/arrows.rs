//! Which package may depend on which, and which alone may name a foreign crate.

use std::collections::BTreeSet;

use super::breach::Breach;
use super::tree::Tree;
use super::workspace::{Package, Workspace};

/// The packages with their folders. A package may depend only on rows above its own.
const ROWS: &[(&str, &str)] = &[
    ("tally-entry", "crates/entry"),
    ("tally-ring", "crates/ring"),
    ("tally-document", "crates/document"),
    ("tally-record", "crates/record"),
    ("tally-replica", "crates/replica"),
    ("tally-store", "crates/store"),
    ("tally-sovereign", "crates/sovereign"),
    ("tally-home", "crates/home"),
    ("tally-net", "crates/net"),
    ("tally-control", "crates/control"),
    ("tally-web", "crates/web"),
    ("tally-sim", "crates/sim"),
    ("xtask", "crates/xtask"),
    ("tallystick", "node"),
];

/// Foreign crates that only the packages beside them may name, so that each can be replaced in one place.
const ONLY: &[(&str, &[&str])] = &[
    ("ed25519-dalek", &["tally-entry"]),
    ("curve25519-dalek", &["tally-entry"]),
    ("automerge", &["tally-document"]),
    ("sled", &["tally-store"]),
    ("age", &["tally-sovereign", "tally-home"]),
    ("libp2p", &["tally-net"]),
    ("axum", &["tally-web"]),
    ("askama", &["tally-web"]),
    ("clap", &["tallystick", "xtask"]),
];

/// Packages that take time, randomness and files as arguments, and so may not name what fetches them.
const PURE: &[&str] = &["tally-entry", "tally-ring", "tally-document", "tally-record", "tally-replica"];

/// What a pure package may name in its tests at most.
const IMPURE: &[&str] = &["futures", "getrandom", "rustix", "tempfile", "tokio"];

/// Packages that must not reach the sovereign store, however far the way.
const WITHOUT_SOVEREIGN: &[&str] = &["tally-replica", "tally-net", "tally-sim"];

const SOVEREIGN: &str = "tally-sovereign";

/// Checks every arrow.
pub(super) fn check(tree: &Tree, workspace: &Workspace) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for package in &workspace.packages {
        let manifest = package.manifest();
        let Some(row) = row(&package.name) else {
            breaches.push(Breach::at(
                &manifest,
                tree.line_beginning(&manifest, "name"),
                format!(
                    "package `{}` is in no row of the crate table; the table is in crates/xtask/src/tidy/arrows.rs",
                    package.name
                ),
            ));
            continue;
        };
        let folder = ROWS.get(row).map_or("", |(_, folder)| folder);
        if folder != package.folder {
            breaches.push(Breach::at(
                &manifest,
                tree.line_beginning(&manifest, "name"),
                format!("package `{}` belongs in {folder}, not in {}", package.name, package.folder),
            ));
        }
        for dependency in &package.dependencies {
            let line = tree.line_beginning(&manifest, &dependency.name);
            breaches.extend(
                wrong(package, row, &dependency.name, dependency.for_tests)
                    .map(|what| Breach::at(&manifest, line, what)),
            );
        }
        breaches.extend(reaches_sovereign(workspace, package).map(|way| {
            let line = way.get(1).map_or(1, |next| tree.line_beginning(&manifest, next));
            Breach::at(&manifest, line, format!("reaches the sovereign store: {}", way.join(" -> ")))
        }));
    }
    breaches
}

fn row(name: &str) -> Option<usize> {
    ROWS.iter().position(|(package, _)| *package == name)
}

fn wrong(package: &Package, row_of_package: usize, names: &str, for_tests: bool) -> Option<String> {
    if row(names).is_some_and(|row| row >= row_of_package) {
        return Some(format!("`{}` may not depend on `{names}`: arrows point only to rows above", package.name));
    }
    if let Some((foreign, only)) = ONLY.iter().find(|(foreign, _)| *foreign == names)
        && !only.contains(&package.name.as_str())
    {
        return Some(format!("`{}` names `{foreign}`, which only {} may name", package.name, only.join(" and ")));
    }
    if !for_tests && PURE.contains(&package.name.as_str()) && IMPURE.contains(&names) {
        return Some(format!("`{}` is pure and may name `{names}` only in its tests", package.name));
    }
    None
}

/// The way from a package to the sovereign store through what it is built from, tests left aside.
fn reaches_sovereign(workspace: &Workspace, package: &Package) -> Option<Vec<String>> {
    if !WITHOUT_SOVEREIGN.contains(&package.name.as_str()) {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut ways = vec![vec![package.name.clone()]];
    while let Some(way) = ways.pop() {
        let Some(last) = way.last() else { continue };
        if last == SOVEREIGN {
            return Some(way);
        }
        if !seen.insert(last.clone()) {
            continue;
        }
        let Some(found) = workspace.package(last) else {
            continue;
        };
        for dependency in found.dependencies.iter().filter(|dependency| !dependency.for_tests) {
            let mut longer = way.clone();
            longer.push(dependency.name.clone());
            ways.push(longer);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(packages: &[(&str, &str, &[&str])]) -> Vec<String> {
        check(&Tree::of(&[]), &Workspace::of(packages)).into_iter().map(|breach| breach.what).collect()
    }

    #[test]
    fn arrows_to_rows_above_are_right() {
        let packages: &[(&str, &str, &[&str])] = &[
            ("tally-entry", "crates/entry", &["ed25519-dalek", "tokio?"]),
            ("tally-ring", "crates/ring", &["tally-entry"]),
            ("tally-sovereign", "crates/sovereign", &["tally-ring", "age"]),
            ("tally-home", "crates/home", &["tally-sovereign", "age"]),
            ("tallystick", "node", &["tally-home", "clap"]),
        ];
        assert_eq!(found(packages), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_to_a_row_below_is_found() {
        let found = found(&[("tally-entry", "crates/entry", &["tally-ring"])]);
        assert_eq!(found, ["`tally-entry` may not depend on `tally-ring`: arrows point only to rows above"]);
    }

    #[test]
    fn an_arrow_in_tests_counts_as_well() {
        assert_eq!(found(&[("tally-net", "crates/net", &["tally-sim?"])]).len(), 1);
    }

    #[test]
    fn a_package_outside_the_table_is_found() {
        let found = found(&[("tally-cloud", "crates/cloud", &[])]);
        assert!(found.iter().any(|what| what.contains("is in no row")), "{found:?}");
    }

    #[test]
    fn a_package_in_another_folder_is_found() {
        let found = found(&[("tally-entry", "crates/item", &[])]);
        assert_eq!(found, ["package `tally-entry` belongs in crates/entry, not in crates/item"]);
    }

    #[test]
    fn a_foreign_crate_named_elsewhere_is_found() {
        for (foreign, only) in ONLY {
            let found = found(&[("tally-record", "crates/record", &[foreign])]);
            assert_eq!(
                found,
                [format!("`tally-record` names `{foreign}`, which only {} may name", only.join(" and "))]
            );
        }
    }

    #[test]
    fn a_runtime_in_a_pure_package_is_found() {
        let found = found(&[("tally-replica", "crates/replica", &["tokio"])]);
        assert_eq!(found, ["`tally-replica` is pure and may name `tokio` only in its tests"]);
    }

    #[test]
    fn a_way_round_to_the_sovereign_store_is_found() {
        let found = found(&[
            ("tally-sovereign", "crates/sovereign", &[]),
            ("tally-control", "crates/control", &["tally-sovereign"]),
            ("tally-sim", "crates/sim", &["tally-control"]),
        ]);
        assert_eq!(found, ["reaches the sovereign store: tally-sim -> tally-control -> tally-sovereign"]);
    }

    #[test]
    fn the_sovereign_store_in_tests_of_the_simulator_is_not_in_what_it_is_built_from() {
        let packages: &[(&str, &str, &[&str])] =
            &[("tally-sovereign", "crates/sovereign", &[]), ("tally-sim", "crates/sim", &["tally-sovereign?"])];
        assert_eq!(found(packages), Vec::<String>::new());
    }

    #[test]
    fn a_breach_names_the_line_of_the_dependency() {
        let tree = Tree::of(&[(
            "crates/entry/Cargo.toml",
            "[package]\nname = \"tally-entry\"\n[dependencies]\nsled = \"1\"\n",
        )]);
        let breaches = check(&tree, &Workspace::of(&[("tally-entry", "crates/entry", &["sled"])]));
        assert_eq!(breaches.iter().map(|breach| breach.line).collect::<Vec<_>>(), [4]);
    }
}
