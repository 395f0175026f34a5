//! What every manifest states: shared package fields, shared lints, a description, and unwinding.

use toml::{Table, Value};

use super::breach::Breach;
use super::tree::Tree;
use super::workspace::Workspace;

/// Fields that every member takes from the workspace.
const SHARED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// Profiles that must be written out, because the default of `panic` must not decide.
const PROFILES: &[&str] = &["dev", "release"];

/// Checks the manifest of the workspace and of every member.
pub(super) fn check(tree: &Tree, workspace: &Workspace) -> Vec<Breach> {
    let mut breaches = profiles(tree);
    for package in &workspace.packages {
        breaches.extend(member(tree, &package.manifest()));
    }
    breaches
}

fn table(tree: &Tree, path: &str) -> Result<Table, Breach> {
    let text = tree.text(path).ok_or_else(|| Breach::at(path, 1, "the manifest is missing"))?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        Breach::at(path, line, format!("the manifest is not TOML: {}", error.message()))
    })
}

fn member(tree: &Tree, path: &str) -> Vec<Breach> {
    let manifest = match table(tree, path) {
        Ok(manifest) => manifest,
        Err(breach) => return vec![breach],
    };
    let package = manifest.get("package").and_then(Value::as_table);
    let mut breaches = Vec::new();
    for field in SHARED {
        if !package.and_then(|package| package.get(*field)).is_some_and(is_shared) {
            let line = tree.line_beginning(path, field);
            breaches.push(Breach::at(
                path,
                line,
                format!("`{field}` is not taken from the workspace: write `{field}.workspace = true`"),
            ));
        }
    }
    if !manifest.get("lints").is_some_and(is_shared) {
        let line = tree.line_beginning(path, "[lints");
        breaches.push(Breach::at(
            path,
            line,
            "the lints of the workspace are not taken over: write `workspace = true` under `[lints]`",
        ));
    }
    let description =
        package.and_then(|package| package.get("description")).and_then(Value::as_str).unwrap_or_default();
    if description.is_empty() || description == "TODO" {
        breaches.push(Breach::at(path, tree.line_beginning(path, "description"), "the package has no description"));
    }
    breaches
}

fn is_shared(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn profiles(tree: &Tree) -> Vec<Breach> {
    const ROOT: &str = "Cargo.toml";
    let manifest = match table(tree, ROOT) {
        Ok(manifest) => manifest,
        Err(breach) => return vec![breach],
    };
    let mut breaches = Vec::new();
    let written = manifest.get("profile").and_then(Value::as_table);
    for profile in PROFILES {
        if written.is_none_or(|written| !written.contains_key(*profile)) {
            breaches.push(Breach::at(
                ROOT,
                1,
                format!("`[profile.{profile}]` is missing: it states `panic = \"unwind\"`"),
            ));
        }
    }
    for (name, profile) in written.into_iter().flatten() {
        if profile.get("panic").and_then(Value::as_str) != Some("unwind") {
            let line = tree.line_beginning(ROOT, &format!("[profile.{name}]"));
            breaches.push(Breach::at(
                ROOT,
                line,
                format!("`[profile.{name}]` does not state `panic = \"unwind\"`; the fuse catches a library's panic"),
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[profile.dev]\npanic = \"unwind\"\n[profile.dev.package.\"*\"]\nopt-level = 2\n[profile.release]\npanic = \"unwind\"\n";
    const MEMBER: &str = "[package]\nname = \"tally-entry\"\ndescription = \"Entries\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
        [lints]\nworkspace = true\n";

    fn found(root: &str, member: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("Cargo.toml", root), ("crates/entry/Cargo.toml", member)]);
        let breaches = check(&tree, &Workspace::of(&[("tally-entry", "crates/entry", &[])]));
        breaches.into_iter().map(|breach| (breach.line, breach.what)).collect()
    }

    #[test]
    fn manifests_that_share_are_right() {
        assert_eq!(found(ROOT, MEMBER), []);
    }

    #[test]
    fn a_field_of_its_own_is_found() {
        for field in SHARED {
            let own = MEMBER.replace(&format!("\n{field}.workspace = true"), &format!("\n{field} = \"x\""));
            let found = found(ROOT, &own);
            assert_eq!(found.len(), 1, "{field}: {found:?}");
        }
    }

    #[test]
    fn lints_of_its_own_are_found_at_their_line() {
        let own = MEMBER.replace("[lints]\nworkspace = true", "[lints.rust]\nunsafe_code = \"allow\"");
        assert_eq!(found(ROOT, &own).into_iter().map(|(line, _)| line).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn a_description_not_written_is_found() {
        let found = found(ROOT, &MEMBER.replace("\"Entries\"", "\"TODO\""));
        assert_eq!(found, [(3, "the package has no description".to_owned())]);
    }

    #[test]
    fn a_profile_that_aborts_is_found() {
        let found = found(&ROOT.replacen("unwind", "abort", 1), MEMBER);
        assert!(found.first().is_some_and(|(line, what)| *line == 1 && what.contains("[profile.dev]")), "{found:?}");
    }

    #[test]
    fn a_profile_of_its_own_name_states_it_as_well() {
        let found = found(&format!("{ROOT}[profile.small]\ninherits = \"release\"\n"), MEMBER);
        assert!(found.first().is_some_and(|(line, what)| *line == 7 && what.contains("[profile.small]")), "{found:?}");
    }

    #[test]
    fn a_missing_profile_is_found() {
        assert_eq!(found("[profile.dev]\npanic = \"unwind\"\n", MEMBER).len(), 1);
    }

    #[test]
    fn a_manifest_that_is_not_toml_is_found() {
        assert_eq!(found(ROOT, "[package\n").len(), 1);
    }
}
