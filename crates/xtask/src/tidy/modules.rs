//! The files of one crate and which of them names what another holds.
//!
//! Read from paths (`use crate::a::B`, `super::c()`), each followed through re-exports to the file that has the
//! thing. `mod child;` and a re-export that its own file does not use are no arrows: a table of contents needs no
//! knowledge of what it lists. A method called on a value names no path and is not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::rust::{self, Piece, Token};
use super::tree::Tree;

/// How many re-exports one path may lead through: more is a circle of re-exports, which the compiler refuses.
const REEXPORTS: usize = 16;

/// The files of a crate.
#[derive(Debug)]
pub(super) struct Modules<'a> {
    files: BTreeMap<Path, File<'a>>,
}

/// One file naming another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The file that is named, by its place among the modules.
    pub(super) to: Path,
    /// The line of the path, counted from 1.
    pub(super) line: usize,
}

/// The names from the root of the crate to a module; the root has none.
pub(super) type Path = Vec<String>;

#[derive(Debug)]
struct File<'a> {
    path: &'a str,
    /// What `use` brings into reach, from the root of the crate; nothing for what another crate has.
    names: BTreeMap<String, Option<Path>>,
    /// Every path that the file's own code goes by.
    used: Vec<(Path, usize)>,
}

/// A path in a `use`, with the name it gives here; a glob gives none.
struct Used {
    path: Path,
    name: Option<String>,
    line: usize,
    shown: bool,
}

impl<'a> Modules<'a> {
    /// Reads the files under a crate's `src`; tests and further programs in it are left out.
    pub(super) fn read(tree: &'a Tree, folder: &str) -> Self {
        let src = format!("{folder}/src/");
        let sources: BTreeMap<Path, (&str, Vec<Token<'_>>)> = tree
            .rust()
            .filter_map(|(path, text)| Some((place(path.strip_prefix(&src)?)?, (path, rust::tokens(text)))))
            .collect();
        let places: BTreeSet<&Path> = sources.keys().collect();
        let files = sources
            .iter()
            .map(|(place, (path, tokens))| (place.clone(), File::read(path, place, tokens, &places)))
            .collect();
        Self { files }
    }

    /// Every file by its place.
    pub(super) fn places(&self) -> impl Iterator<Item = &Path> {
        self.files.keys()
    }

    /// The path of a file from the root of the repository.
    pub(super) fn path(&self, place: &[String]) -> &'a str {
        self.files.get(place).map_or("", |file| file.path)
    }

    /// What a file names in others of its crate, each once, at the first line that does.
    pub(super) fn arrows(&self, place: &[String]) -> Vec<Arrow> {
        let mut arrows: Vec<Arrow> = Vec::new();
        for (path, line) in self.files.get(place).into_iter().flat_map(|file| &file.used) {
            if let Some(to) = self.holder(path, REEXPORTS)
                && to != place
                && !arrows.iter().any(|arrow| arrow.to == to)
            {
                arrows.push(Arrow { to, line: *line });
            }
        }
        arrows
    }

    /// The file that has what a path from the root names; nothing where it is another crate's.
    fn holder(&self, path: &[String], reexports: usize) -> Option<Path> {
        let mut at = Vec::new();
        for (index, name) in path.iter().enumerate() {
            at.push(name.clone());
            if self.files.contains_key(&at) {
                continue;
            }
            at.pop();
            return match self.files.get(&at).and_then(|file| file.names.get(name)) {
                Some(Some(target)) if reexports > 0 => {
                    let mut target = target.clone();
                    target.extend(path.iter().skip(index + 1).cloned());
                    self.holder(&target, reexports - 1)
                }
                Some(_) => None,
                None => Some(at),
            };
        }
        Some(at)
    }
}

/// The module that a file under `src` is, unless it is one of tests or the root of a further program.
fn place(file: &str) -> Option<Path> {
    let mut names: Path = file.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    if names.iter().any(|name| name == "tests") || names.first().is_some_and(|name| name == "bin") {
        return None;
    }
    if names == ["lib"] || names == ["main"] || names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    Some(names)
}

impl<'a> File<'a> {
    fn read(path: &'a str, place: &[String], tokens: &[Token<'_>], places: &BTreeSet<&Path>) -> Self {
        let (uses, paths) = paths(tokens);
        let here = |names: &[String], inside: &[String]| from_root(names, place, inside, places);
        let mut file = File { path, names: BTreeMap::new(), used: Vec::new() };
        for (used, inside) in &uses {
            let target = here(&used.path, inside);
            if inside.is_empty()
                && let Some(name) = &used.name
            {
                file.names.insert(name.clone(), target.clone());
            }
            let Some(target) = target else { continue };
            let own = |name: &String| paths.iter().any(|(path, ..)| path.first() == Some(name));
            if !used.shown || used.name.as_ref().is_none_or(own) {
                file.used.push((target, used.line));
            }
        }
        for (names, inside, line) in &paths {
            if names.len() > 1
                && let Some(target) = here(names, inside)
            {
                file.used.push((target, *line));
            }
        }
        file.used.sort_by_key(|(_, line)| *line);
        file
    }
}

/// A path as it is written, made one from the root of the crate; nothing where it leads to another crate.
fn from_root(names: &[String], place: &[String], inside: &[String], places: &BTreeSet<&Path>) -> Option<Path> {
    let (first, rest) = names.split_first()?;
    let mut at: Path = place.iter().chain(inside).cloned().collect();
    match first.as_str() {
        "crate" => at.clear(),
        "self" => {}
        "super" => {
            at.pop();
        }
        child => {
            at.push(child.to_owned());
            if !places.contains(&at) {
                return None;
            }
        }
    }
    for name in rest {
        match name.as_str() {
            "super" => {
                at.pop();
            }
            "self" => {}
            name => at.push(name.to_owned()),
        }
    }
    Some(at)
}

/// A path, the modules written out within the file around it, and its line.
type Written = (Path, Path, usize);

/// Every `use` of a file, and every other path or name in it.
fn paths(tokens: &[Token<'_>]) -> (Vec<(Used, Path)>, Vec<Written>) {
    let (mut uses, mut written) = (Vec::new(), Vec::new());
    let mut inside: Vec<(String, usize)> = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(token) = tokens.get(at) {
        let around = || inside.iter().map(|(name, _)| name.clone()).collect::<Path>();
        match token.piece {
            Piece::Name("use") => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                let shown = before.is_some_and(|before| before.name() == Some("pub") || before.is(')'));
                let mut found = Vec::new();
                at = use_tree(tokens, at + 1, &[], &mut found);
                uses.extend(found.into_iter().map(|(path, name, line)| (Used { path, name, line, shown }, around())));
            }
            Piece::Name("mod") => {
                let name = tokens.get(at + 1).and_then(Token::name);
                if let (Some(name), Some(true)) = (name, tokens.get(at + 2).map(|token| token.is('{'))) {
                    inside.push((name.to_owned(), depth));
                    depth += 1;
                    at += 1;
                }
                at += 2;
            }
            Piece::Name(name) => {
                let mut path = vec![name.to_owned()];
                at += 1;
                while let Some([first, second, third]) = tokens.get(at..at + 3)
                    && first.is(':')
                    && second.is(':')
                    && let Some(name) = third.name()
                {
                    path.push(name.to_owned());
                    at += 3;
                }
                written.push((path, around(), token.line));
            }
            Piece::Sign('{') => {
                depth += 1;
                at += 1;
            }
            Piece::Sign('}') => {
                depth = depth.saturating_sub(1);
                if inside.last().is_some_and(|(_, outside)| *outside == depth) {
                    inside.pop();
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    (uses, written)
}

/// Reads what follows `use`, or one item of a list in it; gives where it ends.
fn use_tree(
    tokens: &[Token<'_>],
    mut at: usize,
    before: &[String],
    found: &mut Vec<(Path, Option<String>, usize)>,
) -> usize {
    let mut path = before.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.piece {
            Piece::Name("as") => {
                let name = tokens.get(at + 1).and_then(Token::name).map(str::to_owned);
                found.push((std::mem::take(&mut path), name, line));
                at += 2;
            }
            Piece::Name("self") if !path.is_empty() => at += 1,
            Piece::Name(name) => {
                path.push(name.to_owned());
                at += 1;
            }
            Piece::Sign('*') => {
                found.push((std::mem::take(&mut path), None, line));
                at += 1;
            }
            Piece::Sign('{') => {
                at += 1;
                while tokens.get(at).is_some_and(|token| !token.is('}')) {
                    at = use_tree(tokens, at, &path, found);
                    if tokens.get(at).is_some_and(|token| token.is(',')) {
                        at += 1;
                    }
                }
                path.clear();
                at += 1;
            }
            Piece::Sign(':') => at += 1,
            _ => break,
        }
    }
    if !path.is_empty() {
        let name = path.last().cloned();
        found.push((path, name, line));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrows of a crate in `crates/a`, as `file -> file:line`.
    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|(name, text)| (format!("crates/a/src/{name}"), *text)).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let tree = Tree::of(&files);
        let modules = Modules::read(&tree, "crates/a");
        let name = |place: &[String]| modules.path(place).trim_start_matches("crates/a/src/").to_owned();
        modules
            .places()
            .flat_map(|place| modules.arrows(place).into_iter().map(move |arrow| (place, arrow)))
            .map(|(place, arrow)| format!("{} -> {}:{}", name(place), name(&arrow.to), arrow.line))
            .collect()
    }

    #[test]
    fn a_use_is_an_arrow_however_it_is_written() {
        for text in [
            "use crate::b::B;",
            "use super::b::B;",
            "use super::b;",
            "use crate::{b::{self, B}, c::C};",
            "use crate::b::*;",
            "use crate::b::B as Other;",
            "fn f() { crate::b::g() }",
            "fn f(b: super::b::B) {}",
            "mod inner { use super::super::b::B; }",
        ] {
            let found = arrows(&[("lib.rs", "mod a; mod b;"), ("a.rs", text), ("b.rs", "pub struct B;")]);
            assert_eq!(found.first().map(String::as_str), Some("a.rs -> b.rs:1"), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_child_is_reached_by_its_name() {
        let found = arrows(&[("a.rs", "mod b;\nuse b::B;"), ("a/b.rs", "")]);
        assert_eq!(found, ["a.rs -> a/b.rs:2"]);
        let found = arrows(&[("a.rs", "mod b;\n\nfn f() { b::g() }"), ("a/b.rs", "use super::A;")]);
        assert_eq!(found, ["a.rs -> a/b.rs:3", "a/b.rs -> a.rs:1"]);
    }

    #[test]
    fn a_name_that_is_shown_again_leads_to_the_file_that_has_it() {
        let lib = "mod a; mod b;\npub use a::A;\npub(crate) use b::B;";
        let found = arrows(&[("lib.rs", lib), ("a.rs", "use crate::B;"), ("b.rs", "pub struct B;")]);
        assert_eq!(found, ["a.rs -> b.rs:1"]);
    }

    #[test]
    fn a_name_that_is_shown_again_and_used_is_an_arrow() {
        let found = arrows(&[("a.rs", "mod b;\npub use b::B;\nstruct A(B);"), ("a/b.rs", "")]);
        assert_eq!(found, ["a.rs -> a/b.rs:2"]);
    }

    #[test]
    fn what_another_crate_has_is_no_arrow() {
        let found = arrows(&[("lib.rs", "mod a; use std::fmt;"), ("a.rs", "use super::fmt; use serde::a::B;")]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn tests_and_lists_of_modules_are_no_arrows() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "#[cfg(test)]\nmod tests { use crate::b::B; }"),
            ("b.rs", "#[cfg(test)] mod tests;"),
            ("b/tests.rs", "use crate::a::A;"),
        ];
        assert_eq!(arrows(&files), Vec::<String>::new());
    }
}
