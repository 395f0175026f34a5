//! `tidy`: the house rules that the compiler cannot check.
//!
//! Each check is a function over a [`Tree`] of files or the [`Workspace`] that cargo describes, and gives the
//! breaches it finds; none of them stops at the first.

mod arrows;
mod breach;
mod circles;
mod decisions;
mod kinds;
mod lengths;
mod library_face;
mod links;
mod manifests;
mod marks;
mod modules;
mod names;
mod papers;
mod paths;
mod readme;
mod rust;
mod top_level;
mod tree;
mod workspace;

use breach::Breach;
use tree::{Tree, TreeError};
use workspace::{Workspace, WorkspaceError};

/// Why the rules could not be checked, or how many were broken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TidyError {
    /// The files could not be listed or read.
    #[error("the files of the repository could not be read")]
    Tree(#[from] TreeError),
    /// The packages could not be listed.
    #[error("the packages of the workspace could not be listed")]
    Workspace(#[from] WorkspaceError),
    /// Rules are broken; they have been printed.
    #[error("tidy: {0} to put right")]
    Broken(usize),
}

/// Checks everything and prints every breach.
pub(crate) fn run() -> Result<(), TidyError> {
    let tree = Tree::read()?;
    let workspace = Workspace::read()?;
    let breaches = check(&tree, &workspace);
    for breach in &breaches {
        eprintln!("{breach}");
    }
    if breaches.is_empty() {
        println!("tidy: {} files and {} packages, nothing to put right", tree.len(), workspace.packages.len());
        Ok(())
    } else {
        Err(TidyError::Broken(breaches.len()))
    }
}

fn check(tree: &Tree, workspace: &Workspace) -> Vec<Breach> {
    let mut breaches = Vec::new();
    breaches.extend(arrows::check(tree, workspace));
    breaches.extend(circles::check(tree, workspace));
    breaches.extend(kinds::check(tree));
    breaches.extend(manifests::check(tree, workspace));
    breaches.extend(top_level::check(tree));
    breaches.extend(names::check(tree));
    breaches.extend(lengths::check(tree));
    breaches.extend(library_face::check(tree));
    breaches.extend(marks::check(tree));
    breaches.extend(paths::check(tree));
    breaches.extend(readme::check(tree, workspace));
    breaches.extend(links::check(tree));
    breaches.extend(papers::check(tree));
    breaches.extend(decisions::check(tree));
    breaches.sort();
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let (tree, workspace) = (Tree::read().expect("read"), Workspace::read().expect("described"));
        assert!(tree.len() > 100 && workspace.packages.len() > 10, "only {} files are read", tree.len());
        let breaches: Vec<String> = check(&tree, &workspace).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
    }
}
