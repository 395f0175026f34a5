//! No file leans on another that leans on it, unless both lie in one small room.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::breach::Breach;
use super::modules::{Arrow, Modules, Path};
use super::tree::Tree;
use super::workspace::Workspace;

/// Lines that a circle may have in all its files: none of them is understood before the others, so it is read as one,
/// and two files at their limit are what a reader takes in before losing the thread.
const LINES: usize = 1000;

/// Checks the files of every package.
pub(super) fn check(tree: &Tree, workspace: &Workspace) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for package in &workspace.packages {
        let modules = Modules::read(tree, &package.folder);
        for circle in circles(&modules) {
            breaches.extend(wrong(tree, &modules, &circle));
        }
    }
    breaches
}

fn wrong(tree: &Tree, modules: &Modules<'_>, circle: &BTreeSet<Path>) -> Option<Breach> {
    let lines: usize =
        circle.iter().filter_map(|place| tree.text(modules.path(place))).map(|text| text.lines().count()).sum();
    let why = if !in_one_folder(circle) {
        "they lie in more than one folder".to_owned()
    } else if lines > LINES {
        format!("they have {lines} lines, {LINES} at most")
    } else {
        return None;
    };
    let first = circle.first()?;
    let round = way_back(modules, first)?;
    let way: Vec<String> = std::iter::once(first)
        .chain(round.iter().map(|arrow| &arrow.to))
        .zip(&round)
        .map(|(from, arrow)| format!("{}:{}", modules.path(from), arrow.line))
        .collect();
    let what = format!(
        "{} files know each other in a circle and {why}; the shortest way round is {}; all of them: {}",
        circle.len(),
        way.join(" -> "),
        circle.iter().map(|place| modules.path(place)).collect::<Vec<_>>().join(", ")
    );
    Some(Breach::at(modules.path(first), round.first().map_or(1, |arrow| arrow.line), what))
}

/// Sets of files of which each leads to every other.
fn circles(modules: &Modules<'_>) -> Vec<BTreeSet<Path>> {
    let arrows: BTreeMap<&Path, Vec<Arrow>> = modules.places().map(|place| (place, modules.arrows(place))).collect();
    let reached: BTreeMap<&Path, BTreeSet<Path>> =
        arrows.keys().map(|place| (*place, reached(place, &arrows))).collect();
    let leads = |from: &Path, to: &Path| reached.get(from).is_some_and(|reached| reached.contains(to));
    let mut circles: Vec<BTreeSet<Path>> = Vec::new();
    for (place, far) in &reached {
        if leads(place, place) && !circles.iter().any(|circle| circle.contains(*place)) {
            circles.push(far.iter().filter(|other| leads(other, place)).cloned().collect());
        }
    }
    circles
}

/// Every file that one leads to; itself only where some way leads back.
fn reached(from: &Path, arrows: &BTreeMap<&Path, Vec<Arrow>>) -> BTreeSet<Path> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![from];
    while let Some(place) = ahead.pop() {
        for arrow in arrows.get(place).into_iter().flatten() {
            if reached.insert(arrow.to.clone()) {
                ahead.push(&arrow.to);
            }
        }
    }
    reached
}

/// The shortest way from a file back to itself.
fn way_back(modules: &Modules<'_>, from: &Path) -> Option<Vec<Arrow>> {
    let mut seen = BTreeSet::new();
    let mut ways = VecDeque::from([Vec::<Arrow>::new()]);
    while let Some(way) = ways.pop_front() {
        let last = way.last().map_or(from, |arrow| &arrow.to);
        if last == from && !way.is_empty() {
            return Some(way);
        }
        for arrow in modules.arrows(last) {
            if seen.insert(arrow.to.clone()) {
                ways.push_back(way.iter().cloned().chain([arrow]).collect());
            }
        }
    }
    None
}

/// Whether files lie in one folder; `a.rs` is the door of the folder `a` and belongs to it.
fn in_one_folder(circle: &BTreeSet<Path>) -> bool {
    let Some(shortest) = circle.iter().min_by_key(|place| place.len()) else { return true };
    let beside = shortest.split_last().map_or(&[][..], |(_, folder)| folder);
    let lies_in = |place: &Path, folder: &[String]| place.split_last().is_some_and(|(_, around)| around == folder);
    circle.iter().all(|place| place.is_empty() || lies_in(place, beside))
        || circle.iter().all(|place| place == shortest || lies_in(place, shortest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The breaches of a crate in `crates/a`, as `file:line what`.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|(name, text)| (format!("crates/a/src/{name}"), *text)).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let breaches = check(&Tree::of(&files), &Workspace::of(&[("tally-a", "crates/a", &[])]));
        breaches.into_iter().map(|breach| format!("{}:{} {}", breach.path, breach.line, breach.what)).collect()
    }

    #[test]
    fn files_without_a_circle_are_right() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            ("a.rs", "use crate::b::B;\nmod c;\nuse c::C;"),
            ("a/c.rs", "use crate::B;"),
            ("b.rs", "pub struct B;"),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn a_circle_over_two_folders_is_found_with_the_way_round() {
        let files = [
            ("a.rs", "mod b;\n\nuse crate::c;"),
            ("a/b.rs", "pub struct B;"),
            ("c.rs", "mod d;\nuse d::D;"),
            ("c/d.rs", "\n\n\nuse crate::a::A;"),
        ];
        assert_eq!(
            found(&files),
            ["crates/a/src/a.rs:3 3 files know each other in a circle and they lie in more than one folder; the \
                shortest way round is crates/a/src/a.rs:3 -> crates/a/src/c.rs:2 -> crates/a/src/c/d.rs:4; all of \
                them: crates/a/src/a.rs, crates/a/src/c.rs, crates/a/src/c/d.rs"]
        );
    }

    #[test]
    fn a_small_circle_in_one_folder_is_right() {
        for files in [
            [("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")],
            [("a.rs", "mod b; use b::B;"), ("a/b.rs", "use super::A;")],
            [("a/b.rs", "use super::c::C;"), ("a/c.rs", "use super::b::B;")],
            [("lib.rs", "mod a; use a::A; type B = A;"), ("a.rs", "use crate::B;")],
        ] {
            assert_eq!(found(&files), Vec::<String>::new(), "{files:?}");
        }
    }

    #[test]
    fn a_room_is_the_folder_and_its_door_and_no_more() {
        let files = [("a.rs", "mod b; use b::B;"), ("a/b.rs", "mod c; use c::C;"), ("a/b/c.rs", "use crate::a::A;")];
        assert_eq!(found(&files).len(), 1);
        let files = [("a.rs", ""), ("a/b.rs", "use crate::c::d::D;"), ("c.rs", ""), ("c/d.rs", "use crate::a::b::B;")];
        assert_eq!(found(&files).len(), 1);
    }

    #[test]
    fn a_circle_too_long_to_be_read_as_one_is_found() {
        let half = |first: &str, lines| format!("{first}{}", "\n".repeat(lines));
        let at_most =
            [("a.rs", &*half("use crate::b::B;", LINES / 2)), ("b.rs", &*half("use crate::a::A;", LINES / 2))];
        assert_eq!(found(&at_most), Vec::<String>::new());
        let beyond =
            [("a.rs", &*half("use crate::b::B;", LINES / 2)), ("b.rs", &*half("use crate::a::A;", LINES / 2 + 1))];
        assert!(matches!(found(&beyond).as_slice(), [what] if what.contains("they have 1001 lines, 1000 at most")));
    }

    #[test]
    fn each_circle_is_found_once() {
        let files = [
            ("a.rs", ""),
            ("b.rs", ""),
            ("a/x.rs", "use crate::b::x::B;"),
            ("b/x.rs", "use crate::a::x::A; use crate::a::y::C;"),
            ("a/y.rs", "use crate::b::y::D;"),
            ("b/y.rs", "use crate::a::y::C;"),
        ];
        assert_eq!(found(&files).len(), 2);
    }
}
