//! The files of the repository, as git would take them in.

use std::collections::BTreeMap;
use std::{fs, io};

use crate::root::{self, ProgramError};

/// Why the files could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TreeError {
    /// git could not list them.
    #[error("git could not list the files")]
    List(#[source] ProgramError),
    /// One that is listed could not be read.
    #[error("{path} could not be read")]
    Read { path: String, source: io::Error },
}

/// Every file by its path from the root, with its text where it is text.
#[derive(Debug)]
pub(super) struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// The files git follows, and those it would if they were added.
    pub(super) fn read() -> Result<Self, TreeError> {
        let listed = root::output(
            "git",
            // A clone made by another user is still the one to check.
            &["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        )
        .map_err(TreeError::List)?;
        let root = root::root();
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let bytes = match fs::read(root.join(path)) {
                Ok(bytes) => bytes,
                // Removed here and not yet in git.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => {
                    return Err(TreeError::Read { path: path.to_owned(), source });
                }
            };
            files.insert(path.to_owned(), String::from_utf8(bytes).ok());
        }
        Ok(Self { files })
    }

    /// A made-up tree for tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect() }
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Every path, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every file that is text, sorted by path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every Rust file.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file or a folder is there.
    pub(super) fn holds(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || {
            let folder = format!("{path}/");
            self.files.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
        }
    }

    /// The first line of a file that begins with some text, or the first line of all.
    pub(super) fn line_beginning(&self, path: &str, beginning: &str) -> usize {
        self.text(path)
            .and_then(|text| text.lines().position(|line| line.trim_start().starts_with(beginning)))
            .map_or(1, |index| index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_when_a_file_is_in_it() {
        let tree = Tree::of(&[("examples/tri-borough/facts.toml", "")]);
        assert!(tree.holds("examples/tri-borough/"));
        assert!(tree.holds("examples"));
        assert!(!tree.holds("examples/tri"));
    }

    #[test]
    fn the_line_of_a_dependency_is_found_in_its_manifest() {
        let tree = Tree::of(&[("Cargo.toml", "[dependencies]\nsled = \"1\"\n")]);
        assert_eq!(tree.line_beginning("Cargo.toml", "sled"), 2);
    }
}
