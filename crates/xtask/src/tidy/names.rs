//! Names that cannot refuse anything, and so gather everything.

use super::breach::Breach;
use super::tree::Tree;

/// Banned wherever they stand in a name.
const ANYWHERE: &[&str] = &["utils", "helper", "helpers", "manager", "managers", "misc"];

/// Banned as the whole name; with a subject (`hex_util`) they say something.
const ALONE: &[&str] = &["util", "common"];

/// Words before the name of a module or a type.
const KEYWORDS: &[&str] = &["mod", "struct", "enum", "trait", "type", "union"];

/// Checks files and folders, and the modules and types of every Rust file.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for path in tree.paths() {
        for part in path.split('/') {
            let stem = part.split_once('.').map_or(part, |(stem, _)| stem);
            if let Some(word) = banned(stem) {
                breaches.push(Breach::at(
                    path,
                    1,
                    format!("`{part}` is named after nothing (`{word}`): name the thing or the role"),
                ));
            }
        }
    }
    for (path, text) in tree.rust() {
        for (index, line) in text.lines().enumerate() {
            if let Some(name) = declared(line)
                && let Some(word) = banned(name)
            {
                breaches.push(Breach::at(
                    path,
                    index + 1,
                    format!("`{name}` is named after nothing (`{word}`): name the thing or the role"),
                ));
            }
        }
    }
    breaches
}

fn banned(name: &str) -> Option<String> {
    let words = words(name);
    if let [word] = words.as_slice()
        && ALONE.contains(&word.as_str())
    {
        return Some(word.clone());
    }
    words.into_iter().find(|word| ANYWHERE.contains(&word.as_str()))
}

/// The words of a name in either spelling: `SyncManager` and `sync_manager` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if matches!(letter, '_' | '-' | ' ') {
            words.push(String::new());
            continue;
        }
        if letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The name of the module or type that a line declares.
fn declared(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after.trim_start();
        if let Some(after) = rest.strip_prefix('(') {
            rest = after.split_once(')')?.1.trim_start();
        }
    }
    let (keyword, rest) = rest.split_once(' ')?;
    if !KEYWORDS.contains(&keyword) {
        return None;
    }
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn a_name_with_a_subject_is_right() {
        assert_eq!(
            found("crates/entry/src/hex_util.rs", "pub struct Outbox;\nmod last_common;\n"),
            Vec::<usize>::new()
        );
    }

    #[test]
    fn a_banned_file_is_found() {
        for name in ["utils", "util", "helper", "helpers", "manager", "common", "misc", "test_helpers"] {
            assert_eq!(found(&format!("crates/entry/src/{name}.rs"), ""), [1], "{name}");
        }
    }

    #[test]
    fn a_banned_folder_is_found() {
        assert_eq!(found("tests/common/mod.rs", ""), [1]);
    }

    #[test]
    fn a_banned_module_is_found() {
        assert_eq!(found("a.rs", "\npub(crate) mod helpers {\n"), [2]);
    }

    #[test]
    fn a_banned_type_is_found() {
        for line in ["pub struct SyncManager {", "enum Misc {", "pub(super) trait Helper<T> {", "type Common = ();"] {
            assert_eq!(found("a.rs", line), [1], "{line}");
        }
    }

    #[test]
    fn a_word_in_a_sentence_is_no_name() {
        assert_eq!(found("a.rs", "// the business manager signs\nlet common = 1;\n"), Vec::<usize>::new());
    }
}
