//! What the papers for whoever comes next name: it has to be there.
//!
//! In backticks, a path is looked up in the repository, and a name of code (`Type`, `Type::method`, `function()`) in
//! the sources. Decisions tell what was so on their day and are left alone, and so is what stands in code blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::breach::Breach;
use super::rust;
use super::tree::Tree;

/// Folders whose own files, not those further in, are papers.
const FOLDERS: &[&str] = &["node/docs/", ".github/"];

/// Further papers by name.
const ALONE: &[&str] = &["README.md"];

/// What somebody will look for.
const WANTED: &[&str] = &[
    "CHANGELOG.md",
    ".github/CONTRIBUTING.md",
    ".github/SECURITY.md",
    "node/docs/add-a-command.md",
    "node/docs/add-a-kind.md",
    "node/docs/architecture.md",
    "node/docs/glossary.md",
    "node/docs/replay-a-seed.md",
];

/// Endings that make a word without a slash a path.
const ENDINGS: &[&str] = &[".rs", ".md", ".toml", ".lock"];

/// What stands in a path for a name that the reader chooses.
const CHOSEN: &str = "NAME";

/// Checks every paper.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let missing = WANTED.iter().filter(|path| tree.text(path).is_none());
    let mut breaches: Vec<Breach> =
        missing.map(|path| Breach::at(path, 1, "this paper is missing; somebody will look for it")).collect();
    let mut names = None;
    for (path, text) in tree.texts().filter(|(path, _)| is_paper(path)) {
        for (line, span) in spans(text) {
            let missing = match path_named(span) {
                Some(named) => (!leads(tree, path, named)).then(|| format!("`{span}` is no path from the root")),
                None => code_named(span).and_then(|parts| {
                    let names = names.get_or_insert_with(|| Names::of(tree));
                    (!names.hold(&parts)).then(|| format!("`{span}` is the name of nothing in the sources"))
                }),
            };
            breaches.extend(missing.map(|what| Breach::at(path, line, what)));
        }
    }
    breaches
}

fn is_paper(path: &str) -> bool {
    ALONE.contains(&path)
        || FOLDERS
            .iter()
            .any(|folder| path.strip_prefix(folder).is_some_and(|name| name.ends_with(".md") && !name.contains('/')))
}

/// What stands in single backticks outside code blocks, with its line.
fn spans(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            found.extend(line.split('`').skip(1).step_by(2).map(|span| (index + 1, span)));
        }
    }
    found
}

/// The path that a span is, as far as the reader does not choose it; commands, addresses and what is built are none.
fn path_named(span: &str) -> Option<&str> {
    let is_path = span.contains('/') || ENDINGS.iter().any(|ending| span.ends_with(ending));
    let is_other = span.contains(char::is_whitespace) || span.contains("://") || span.starts_with(['/', '-', '~']);
    if !is_path || is_other || span.starts_with("target/") {
        return None;
    }
    match span.find(CHOSEN) {
        Some(at) => span.get(..at)?.rfind('/').and_then(|slash| span.get(..slash)),
        None => Some(span),
    }
}

/// Whether a path is one from the root or from beside the paper; a file's bare name may be that of any file.
fn leads(tree: &Tree, paper: &str, named: &str) -> bool {
    let beside = paper.rfind('/').and_then(|slash| paper.get(..=slash)).unwrap_or_default();
    tree.holds(named)
        || tree.holds(&format!("{beside}{named}"))
        || (!named.contains('/') && tree.paths().any(|path| path.rsplit('/').next() == Some(named)))
}

/// The names in a span that is a name of code; a word in capitals alone stands for something else.
fn code_named(span: &str) -> Option<Vec<&str>> {
    let (name, called) = span.strip_suffix("()").map_or((span, false), |name| (name, true));
    let name = name.split('<').next().unwrap_or_default();
    let parts: Vec<&str> = name.split("::").collect();
    let is_name = |part: &&str| {
        part.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let is_type = |part: &str| part.starts_with(char::is_uppercase) && part.contains(char::is_lowercase);
    (parts.iter().all(is_name) && (called || parts.len() > 1 || parts.iter().any(|part| is_type(part))))
        .then_some(parts)
}

/// The files by the names in them and of them.
struct Names<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Names<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, text) in tree.rust() {
            let modules = path.trim_end_matches(".rs").split('/');
            for name in rust::tokens(text).iter().filter_map(rust::Token::name).chain(modules) {
                files.entry(name).or_default().insert(path);
            }
        }
        Self(files)
    }

    /// Whether one file has the name and the type before it, and whether the crates and modules before those exist.
    fn hold(&self, parts: &[&str]) -> bool {
        let Some((last, before)) = parts.split_last() else { return false };
        let Some(with) = self.0.get(last) else { return false };
        before.iter().all(|part| {
            let Some(files) = self.0.get(part) else { return false };
            !part.starts_with(char::is_uppercase) || files.intersection(with).next().is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: &[(&str, &str)] = &[
        ("crates/ring/src/ring.rs", "pub struct Ring;\nimpl Ring { pub fn take(&self) -> Taken {} }"),
        ("crates/ring/src/audience.rs", "pub struct Audience;\nfn narrow() {}"),
    ];

    fn found(paper: &str, text: &str) -> Vec<String> {
        let mut files: Vec<(&str, &str)> = WANTED.iter().map(|path| (*path, "")).collect();
        files.extend(SOURCES);
        files.push((paper, text));
        let breaches = check(&Tree::of(&files));
        breaches.into_iter().map(|breach| format!("{}:{} {}", breach.path, breach.line, breach.what)).collect()
    }

    #[test]
    fn what_is_there_may_be_named() {
        let text = "`crates/ring/src/ring.rs`, `crates/ring/`, `glossary.md`, `crates/ring/src/NAME.rs`, `Ring`, \
            `Ring::take`, `Taken`, `ring::Ring`, `narrow()`, `Audience<T>`, `ring.rs`";
        assert_eq!(found("node/docs/architecture.md", text), [""; 0]);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_found() {
        for span in ["crates/ring/src/act.rs", "ring/src/ring.rs", "act.rs", "crates/act/NAME.rs"] {
            assert_eq!(
                found("node/docs/architecture.md", &format!("\nsee `{span}`")),
                [format!("node/docs/architecture.md:2 `{span}` is no path from the root")]
            );
        }
    }

    #[test]
    fn a_name_of_nothing_is_found() {
        for span in ["Shelf", "Ring::give", "Audience::take", "give()", "Shelf<T>", "ring::Shelf", "act::Ring"] {
            assert_eq!(
                found(".github/CONTRIBUTING.md", &format!("a `Ring` and a `{span}`")),
                [format!(".github/CONTRIBUTING.md:1 `{span}` is the name of nothing in the sources")]
            );
        }
    }

    #[test]
    fn a_name_that_only_a_test_has_is_found() {
        let tree = Tree::of(&[("a.rs", "#[cfg(test)] mod tests { struct Only; }"), ("README.md", "`Only`")]);
        assert_eq!(check(&tree).iter().filter(|breach| breach.path == "README.md").count(), 1);
    }

    #[test]
    fn a_paper_that_is_not_there_is_found() {
        let missing: Vec<String> = check(&Tree::of(&[])).into_iter().map(|breach| breach.path).collect();
        assert_eq!(missing, WANTED);
    }

    #[test]
    fn commands_addresses_settings_and_blocks_are_no_names() {
        let text = "`tally run --frames FILE/x`, `https://example.org/a`, `/ip4/127.0.0.1`, `RUST_LOG`, `--json`, \
            `target/seeds/7.log`, `priority`\n```\n`Shelf` a/b.rs\n```\n";
        assert_eq!(found("README.md", text), [""; 0]);
    }

    #[test]
    fn decisions_are_left_alone() {
        assert_eq!(found("node/docs/decisions/0001-a.md", "`Shelf` in `act.rs`"), [""; 0]);
    }
}
