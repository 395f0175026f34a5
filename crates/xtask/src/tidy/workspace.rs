//! The packages of the workspace, as `cargo metadata` describes them.

use std::path::Path;

use serde::Deserialize;

use crate::root::{self, ProgramError};

/// Why the packages could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkspaceError {
    /// cargo did not answer.
    #[error("cargo could not describe the workspace")]
    Describe(#[source] ProgramError),
    /// Its answer has another shape than the one known here.
    #[error("cargo's description could not be understood")]
    Shape(#[source] serde_json::Error),
}

/// The members of the workspace.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) packages: Vec<Package>,
}

/// One member.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// From the root, `crates/entry`.
    pub(super) folder: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One thing a member names, under the name its author gave it.
#[derive(Debug)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Only tests and examples of the package see it.
    pub(super) for_tests: bool,
}

#[derive(Deserialize)]
struct Described {
    packages: Vec<DescribedPackage>,
    workspace_root: String,
}

#[derive(Deserialize)]
struct DescribedPackage {
    name: String,
    manifest_path: String,
    dependencies: Vec<DescribedDependency>,
}

#[derive(Deserialize)]
struct DescribedDependency {
    name: String,
    kind: Option<String>,
}

impl Workspace {
    /// What cargo says of the workspace this was built in.
    pub(super) fn read() -> Result<Self, WorkspaceError> {
        // Without the dependencies' own manifests: what members name is enough, and needs no network.
        let said = root::output("cargo", &["metadata", "--format-version", "1", "--no-deps"])
            .map_err(WorkspaceError::Describe)?;
        Self::parse(&said).map_err(WorkspaceError::Shape)
    }

    fn parse(said: &str) -> Result<Self, serde_json::Error> {
        let described: Described = serde_json::from_str(said)?;
        let root = Path::new(&described.workspace_root);
        let packages = described
            .packages
            .into_iter()
            .map(|package| Package {
                name: package.name,
                folder: Path::new(&package.manifest_path)
                    .parent()
                    .and_then(|folder| folder.strip_prefix(root).ok())
                    .map(|folder| folder.to_string_lossy().replace('\\', "/"))
                    .unwrap_or_default(),
                dependencies: package
                    .dependencies
                    .into_iter()
                    .map(|dependency| Dependency {
                        name: dependency.name,
                        for_tests: dependency.kind.as_deref() == Some("dev"),
                    })
                    .collect(),
            })
            .collect();
        Ok(Self { packages })
    }

    /// A made-up workspace for tests: packages with what they name; a name ending in `?` is for tests only.
    #[cfg(test)]
    pub(super) fn of(packages: &[(&str, &str, &[&str])]) -> Self {
        let packages = packages
            .iter()
            .map(|(name, folder, names)| Package {
                name: (*name).to_owned(),
                folder: (*folder).to_owned(),
                dependencies: names
                    .iter()
                    .map(|name| Dependency {
                        name: name.trim_end_matches('?').to_owned(),
                        for_tests: name.ends_with('?'),
                    })
                    .collect(),
            })
            .collect();
        Self { packages }
    }

    /// A member by its name.
    pub(super) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

impl Package {
    /// Its manifest, from the root.
    pub(super) fn manifest(&self) -> String {
        if self.folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{}/Cargo.toml", self.folder) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_description_is_read() {
        let workspace = Workspace::parse(
            r#"{"workspace_root": "/w", "packages": [{"name": "tally-ring", "manifest_path": "/w/crates/ring/Cargo.toml",
                "dependencies": [{"name": "tally-entry", "kind": null}, {"name": "proptest", "kind": "dev"}]}]}"#,
        )
        .unwrap();
        let ring = workspace.package("tally-ring").unwrap();
        assert_eq!(ring.manifest(), "crates/ring/Cargo.toml");
        assert_eq!(ring.dependencies.iter().map(|found| found.for_tests).collect::<Vec<_>>(), [false, true]);
    }
}
