//! Where the links of the papers lead.

use std::collections::BTreeSet;

use super::breach::Breach;
use super::tree::Tree;

/// Checks every link in every Markdown file.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    tree.texts().filter(|(path, _)| path.ends_with(".md")).flat_map(|(path, text)| links(path, text, tree)).collect()
}

fn links(paper: &str, text: &str, tree: &Tree) -> Vec<Breach> {
    let anchors: BTreeSet<String> = text.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
    let mut breaches = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let leads = if path.is_empty() { anchors.contains(fragment) } else { tree.holds(&from(paper, path)) };
            if !leads {
                breaches.push(Breach::at(paper, index + 1, format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    breaches
}

/// A path as a paper writes it, from the root of the repository.
fn from(paper: &str, path: &str) -> String {
    let mut parts: Vec<&str> = paper.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .map(|letter| if letter == ' ' { '-' } else { letter.to_ascii_lowercase() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paper: &str, text: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("LICENSE", ""), ("examples/story.toml", ""), ("node/docs/a.md", ""), (paper, text)]);
        check(&tree).into_iter().map(|breach| (breach.line, breach.what)).collect()
    }

    #[test]
    fn links_that_lead_somewhere_are_right() {
        let text = "# Running it\n[a](LICENSE) [b](./examples/) [c](#running-it) [d](https://example.org)\n";
        assert_eq!(found("README.md", text), []);
        assert_eq!(found("node/docs/b.md", "[a](a.md) [b](../../LICENSE) [c](../../examples/story.toml#x)"), []);
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_is_found() {
        let wrong = |target: &str| [(2, format!("the link to `{target}` leads nowhere"))];
        assert_eq!(found("README.md", "\n[a](docs/none.md)\n"), wrong("docs/none.md"));
        assert_eq!(found("node/docs/b.md", "\n[a](LICENSE)\n"), wrong("LICENSE"));
    }

    #[test]
    fn a_link_to_a_heading_that_is_not_there_is_found() {
        assert_eq!(found("README.md", "[a](#none)\n").len(), 1);
    }
}
