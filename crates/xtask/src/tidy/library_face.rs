//! What a library shows: names, one by one.

use super::breach::Breach;
use super::tree::Tree;

/// Checks every `lib.rs` for a re-export of whatever there is.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| path.ends_with("/lib.rs")) {
        let mut open = None;
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if open.is_none() && is_reexport(code) {
                open = Some(index + 1);
            }
            if let Some(start) = open {
                if code.contains('*') {
                    breaches.push(Breach::at(path, start, "a glob re-export: name what the library shows, one by one"));
                    open = None;
                } else if code.contains(';') {
                    open = None;
                }
            }
        }
    }
    breaches
}

fn is_reexport(code: &str) -> bool {
    let Some(rest) = code.trim_start().strip_prefix("pub") else {
        return false;
    };
    let rest = rest.trim_start();
    let rest =
        if rest.starts_with('(') { rest.split_once(')').map_or("", |(_, rest)| rest).trim_start() } else { rest };
    rest.starts_with("use ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn named_reexports_are_right() {
        assert_eq!(
            found("crates/a/src/lib.rs", "mod x;\npub use x::{\n    A, // all of *\n    B,\n};\n"),
            Vec::<usize>::new()
        );
    }

    #[test]
    fn a_glob_is_found() {
        assert_eq!(found("crates/a/src/lib.rs", "mod x;\npub use x::*;\n"), [2]);
    }

    #[test]
    fn a_glob_within_a_list_over_lines_is_found() {
        assert_eq!(found("crates/a/src/lib.rs", "pub(crate) use x::{\n    y::*,\n};\n"), [1]);
    }

    #[test]
    fn a_glob_in_a_test_module_is_not_shown() {
        assert_eq!(found("crates/a/src/lib.rs", "mod tests {\n    use super::*;\n}\n"), Vec::<usize>::new());
    }

    #[test]
    fn a_star_after_the_list_has_ended_is_no_glob() {
        assert_eq!(found("crates/a/src/lib.rs", "pub use x::A;\nconst TWO: u8 = 2 * 1;\n"), Vec::<usize>::new());
    }
}
