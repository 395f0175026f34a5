//! Which package may depend on which, and which alone may name a foreign crate.

use std::collections::BTreeSet;

use super::breach::Breach;
use super::tree::Tree;
use super::workspace::{Package, Workspace};

/// One package: where it lies and what of the house it knows.
struct Row {
    package: &'static str,
    folder: &'static str,
    /// The packages it may depend on, all of them in rows above.
    sees: &'static [&'static str],
    /// Those it may depend on in its tests besides.
    in_tests: &'static [&'static str],
}

const fn row(
    package: &'static str,
    folder: &'static str,
    sees: &'static [&'static str],
    in_tests: &'static [&'static str],
) -> Row {
    Row { package, folder, sees, in_tests }
}

/// The packages in the order in which they know each other. Not each of them has to be there.
const ROWS: &[Row] = &[
    row("tally-entry", "crates/entry", &[], &[]),
    row("tally-guard", "crates/guard", &[], &[]),
    row("tally-ring", "crates/ring", &["tally-entry", "tally-guard"], &[]),
    row("tally-document", "crates/document", &["tally-entry", "tally-guard"], &[]),
    row("tally-record", "crates/record", &["tally-entry", "tally-guard", "tally-document"], &[]),
    row(
        "tally-replica",
        "crates/replica",
        &["tally-entry", "tally-guard", "tally-ring", "tally-document", "tally-record"],
        &[],
    ),
    row("tally-store", "crates/store", &["tally-entry"], &[]),
    row(
        "tally-sovereign",
        "crates/sovereign",
        &["tally-entry", "tally-guard", "tally-document", "tally-record", "tally-store"],
        &[],
    ),
    row(
        "tally-home",
        "crates/home",
        &["tally-entry", "tally-ring", "tally-replica", "tally-store", "tally-sovereign"],
        &[],
    ),
    row("tally-net", "crates/net", &[], &[]),
    row("tally-control", "crates/control", &["tally-entry", "tally-record"], &[]),
    row("tally-report", "crates/report", &["tally-entry", "tally-document", "tally-record"], &[]),
    row(
        "tally-service",
        "crates/service",
        &[
            "tally-entry",
            "tally-guard",
            "tally-ring",
            "tally-document",
            "tally-record",
            "tally-replica",
            "tally-sovereign",
            "tally-home",
            "tally-control",
            "tally-report",
        ],
        &["tally-store"],
    ),
    row("tally-web", "crates/web", &["tally-record", "tally-control", "tally-service"], &[]),
    row(
        "tally-sim",
        "crates/sim",
        &["tally-entry", "tally-guard", "tally-ring", "tally-document", "tally-record", "tally-replica", "tally-store"],
        &[],
    ),
    row("tally-stage", "crates/stage", &["tally-control"], &[]),
    row("tally-demo", "crates/demo", &["tally-store", "tally-home", "tally-control", "tally-stage"], &[]),
    row(
        "tally-forger",
        "crates/forger",
        &["tally-entry", "tally-ring", "tally-replica", "tally-home", "tally-net"],
        &[],
    ),
    row(
        "xtask",
        "crates/xtask",
        &["tally-entry", "tally-document", "tally-replica", "tally-store", "tally-control", "tally-sim", "tally-stage"],
        &[],
    ),
    row(
        "tallystick",
        "node",
        &[
            "tally-entry",
            "tally-guard",
            "tally-ring",
            "tally-document",
            "tally-record",
            "tally-replica",
            "tally-store",
            "tally-sovereign",
            "tally-home",
            "tally-net",
            "tally-control",
            "tally-report",
            "tally-service",
            "tally-web",
            "tally-stage",
            "tally-demo",
        ],
        &["tally-sim", "tally-forger"],
    ),
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
const PURE: &[&str] = &["tally-entry", "tally-guard", "tally-ring", "tally-document", "tally-record", "tally-replica"];

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
        let Some(row) = row_of(&package.name) else {
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
        if row.folder != package.folder {
            breaches.push(Breach::at(
                &manifest,
                tree.line_beginning(&manifest, "name"),
                format!("package `{}` belongs in {}, not in {}", package.name, row.folder, package.folder),
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

fn row_of(package: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.package == package)
}

fn wrong(package: &Package, row: &Row, names: &str, for_tests: bool) -> Option<String> {
    let ours = row_of(names).is_some();
    if ours && !row.sees.contains(&names) && !(for_tests && row.in_tests.contains(&names)) {
        let kind = if row.in_tests.contains(&names) { " outside its tests" } else { "" };
        return Some(format!(
            "`{}` may not depend on `{names}`{kind}: it sees {}",
            package.name,
            if row.sees.is_empty() { "no other package".to_owned() } else { row.sees.join(", ") }
        ));
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
            ("tally-sovereign", "crates/sovereign", &["tally-entry", "age"]),
            ("tallystick", "node", &["tally-sovereign", "clap"]),
        ];
        assert_eq!(found(packages), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_to_a_row_below_is_found() {
        let found = found(&[("tally-entry", "crates/entry", &["tally-ring"])]);
        assert_eq!(found, ["`tally-entry` may not depend on `tally-ring`: it sees no other package"]);
    }

    #[test]
    fn the_table_points_only_to_rows_above() {
        for (index, row) in ROWS.iter().enumerate() {
            let above: Vec<&str> = ROWS.iter().take(index).map(|row| row.package).collect();
            for seen in row.sees.iter().chain(row.in_tests) {
                assert!(above.contains(seen), "{} -> {seen}", row.package);
            }
        }
    }

    #[test]
    fn an_arrow_to_a_row_above_that_the_table_does_not_give_is_found() {
        for (package, names) in [
            ("tally-document", "tally-ring"),
            ("tally-store", "tally-replica"),
            ("tally-sovereign", "tally-replica"),
            ("tally-home", "tally-record"),
            ("tally-control", "tally-net"),
            ("tally-service", "tally-net"),
            ("tally-web", "tally-home"),
            ("tally-stage", "tally-sim"),
            ("tally-home", "tally-control"),
            ("tally-demo", "tally-forger"),
            ("tally-forger", "tally-demo"),
        ] {
            let folder = row_of(package).map_or("", |row| row.folder);
            let found = found(&[(package, folder, &[names])]);
            let begins = format!("`{package}` may not depend on `{names}`: it sees ");
            assert!(found.first().is_some_and(|what| what.starts_with(&begins)), "{found:?}");
        }
    }

    #[test]
    fn what_is_for_tests_only_is_found_outside_them() {
        for (package, names) in [("tally-service", "tally-store"), ("tallystick", "tally-forger")] {
            let folder = row_of(package).map_or("", |row| row.folder);
            assert_eq!(found(&[(package, folder, &[&format!("{names}?")])]), Vec::<String>::new());
            let found = found(&[(package, folder, &[names])]);
            assert!(found.first().is_some_and(|what| what.contains("outside its tests")), "{found:?}");
        }
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
        let way = "reaches the sovereign store: tally-sim -> tally-control -> tally-sovereign";
        assert!(found.iter().any(|what| what == way), "{found:?}");
    }

    #[test]
    fn the_sovereign_store_in_tests_of_the_simulator_is_not_in_what_it_is_built_from() {
        let found =
            found(&[("tally-sovereign", "crates/sovereign", &[]), ("tally-sim", "crates/sim", &["tally-sovereign?"])]);
        assert!(!found.iter().any(|what| what.contains("reaches")), "{found:?}");
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
