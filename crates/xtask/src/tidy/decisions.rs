//! Decision records: numbered without a gap, each with the same four headings.

use super::breach::Breach;
use super::tree::Tree;

/// Where they lie.
const FOLDER: &str = "node/docs/decisions/";

/// What each of them says, in this order.
const HEADINGS: &[&str] = &["## Context", "## Choice", "## Rejected", "## Consequence"];

/// Checks names and headings.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let records = tree.texts().filter_map(|(path, text)| Some((path, path.strip_prefix(FOLDER)?, text)));
    for (expected, (path, name, text)) in (1..).zip(records) {
        let (number, rest) = name.split_once('-').unwrap_or((name, ""));
        if number.len() != 4 || number.parse() != Ok(expected) || !rest.ends_with(".md") {
            breaches.push(Breach::at(
                path,
                1,
                format!("the decision at this place is called `{expected:04}-what-was-chosen.md`"),
            ));
        }
        if !text.starts_with("# ") {
            breaches.push(Breach::at(path, 1, "a decision begins with its title, `# What was chosen`"));
        }
        let mut after = 0;
        for heading in HEADINGS {
            match text.lines().enumerate().skip(after).find(|(_, line)| line.trim_end() == *heading) {
                Some((index, _)) => after = index,
                None => breaches.push(Breach::at(
                    path,
                    after + 1,
                    format!("the heading `{heading}` is missing after this line"),
                )),
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# A choice\n## Context\n## Choice\n## Rejected\n## Consequence\n";

    fn found(records: &[(&str, &str)]) -> Vec<(usize, String)> {
        let records: Vec<_> = records.iter().map(|(name, text)| (format!("{FOLDER}{name}"), *text)).collect();
        let records: Vec<_> = records.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check(&Tree::of(&records)).into_iter().map(|breach| (breach.line, breach.what)).collect()
    }

    #[test]
    fn numbered_records_with_their_headings_are_right() {
        assert_eq!(found(&[("0001-a.md", WHOLE), ("0002-b.md", WHOLE)]), []);
    }

    #[test]
    fn a_gap_in_the_numbers_is_found() {
        assert_eq!(found(&[("0001-a.md", WHOLE), ("0003-b.md", WHOLE)]).len(), 1);
    }

    #[test]
    fn two_records_of_one_number_are_found() {
        assert_eq!(found(&[("0001-a.md", WHOLE), ("0001-b.md", WHOLE)]).len(), 1);
    }

    #[test]
    fn a_record_without_a_number_is_found() {
        assert_eq!(found(&[("notes.md", WHOLE)]).len(), 1);
    }

    #[test]
    fn each_missing_heading_is_found() {
        for heading in HEADINGS {
            let found = found(&[("0001-a.md", &WHOLE.replace(&format!("{heading}\n"), ""))]);
            assert!(matches!(found.as_slice(), [(_, what)] if what.contains(heading)), "{heading}: {found:?}");
        }
    }

    #[test]
    fn a_record_without_a_title_is_found() {
        assert_eq!(found(&[("0001-a.md", WHOLE.trim_start_matches("# A choice\n"))]).len(), 1);
    }
}
