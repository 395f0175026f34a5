//! No crate that replicates can reach the sovereign store, directly or through others, nor it them.
#![allow(clippy::disallowed_methods, reason = "the test reads the manifests of the workspace")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The crates of the workspace and the packages of it that each manifest names, for tests or not.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut arrows = BTreeMap::new();
    for folder in fs::read_dir(crates).unwrap() {
        let folder = folder.unwrap();
        let Ok(manifest) = fs::read_to_string(folder.path().join("Cargo.toml")) else {
            continue;
        };
        let name = folder.file_name().into_string().unwrap();
        let named = manifest
            .lines()
            .filter_map(|line| line.trim().strip_prefix("tally-"))
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase()).collect())
            .collect();
        arrows.insert(name, named);
    }
    arrows
}

fn reaches(from: &str) -> BTreeSet<String> {
    let arrows = arrows();
    let mut reached = BTreeSet::from([from.to_owned()]);
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for to in &arrows[&next] {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

#[test]
fn nothing_that_replicates_reaches_the_sovereign_store() {
    for from in ["replica", "net", "sim", "document", "record", "ring", "entry", "store"] {
        assert!(!reaches(from).contains("sovereign"), "{from}");
    }
}

#[test]
fn the_sovereign_store_reaches_nothing_that_replicates() {
    let reached = reaches("sovereign");
    assert!(reached.contains("document") && reached.contains("store"), "the manifests are read: {reached:?}");
    for to in ["replica", "net", "sim"] {
        assert!(!reached.contains(to), "{to}");
    }
}
