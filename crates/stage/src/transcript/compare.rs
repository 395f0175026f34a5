use std::fmt;

use super::Step;

/// Anything within a line.
const HOLE: &str = "[..]";
/// Any lines.
const GAP: &str = "...";
/// The fewest hexadecimal digits that are taken for an id, whose like never comes again.
const ID_DIGITS: usize = 8;

/// What a command printed, line by line, and how it ended.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    pub(super) lines: Vec<String>,
    pub(super) code: Option<i32>,
}

/// Something else was printed than the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The line of the page that does not fit, counted from 1.
    pub line: usize,
    /// The command's own line.
    pub command: usize,
    /// What the page expects, with the exit code.
    pub expected: Vec<String>,
    /// What was printed, with the exit code.
    pub printed: Vec<String>,
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Mismatch {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "line {}: the command of line {} printed something else", self.line, self.command)?;
        writeln!(to, "  expected:")?;
        for (line, expected) in (self.command + 1..).zip(&self.expected) {
            let mark = if line == self.line { '>' } else { ' ' };
            writeln!(to, "  {mark} {line:>4} | {expected}")?;
        }
        write!(to, "  got:")?;
        for printed in &self.printed {
            write!(to, "\n           | {printed}")?;
        }
        Ok(())
    }
}

/// Whether what was printed is what the page says.
pub(super) fn check(step: &Step, printed: &Printed) -> Result<(), Mismatch> {
    let fitting = fitting(&step.expected, &printed.lines);
    let all = fitting == step.expected.len() && (fits_all(&step.expected, &printed.lines));
    if all && printed.code == Some(step.code) {
        return Ok(());
    }
    let with_code = |lines: &[String], code: Option<i32>| {
        let end = match code {
            Some(0) => None,
            Some(code) => Some(format!("? {code}")),
            None => Some("? ended by a signal".to_owned()),
        };
        lines.iter().cloned().chain(end).collect()
    };
    Err(Mismatch {
        line: step.line + 1 + fitting.min(step.expected.len()),
        command: step.line,
        expected: with_code(&step.expected, Some(step.code)),
        printed: with_code(&printed.lines, printed.code),
    })
}

/// What a page should say: lines of it that still fit stay, new ones get holes where ids and times stand.
pub(super) fn rewrite(step: &Step, printed: &Printed) -> Vec<String> {
    let mut old = step.expected.iter().filter(|line| *line != GAP);
    let mut lines: Vec<String> = printed
        .lines
        .iter()
        .map(|line| {
            old.clone().find(|expected| fits(expected, line)).cloned().map_or_else(
                || holed(line),
                |kept| {
                    let _passed = old.find(|expected| **expected == kept);
                    kept
                },
            )
        })
        .collect();
    lines.extend(printed.code.filter(|code| *code != 0).map(|code| format!("? {code}")));
    lines
}

/// How many of the expected lines fit before the first that does not.
fn fitting(expected: &[String], printed: &[String]) -> usize {
    (0..=expected.len())
        .rev()
        .find(|count| {
            let begun = expected.get(..*count).unwrap_or_default();
            (0..=printed.len()).any(|upto| fits_all(begun, printed.get(..upto).unwrap_or_default()))
        })
        .unwrap_or_default()
}

fn fits_all(expected: &[String], printed: &[String]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((line, rest)), _) if line == GAP => {
            (0..=printed.len()).any(|skip| fits_all(rest, printed.get(skip..).unwrap_or_default()))
        }
        (Some((line, rest)), Some((first, others))) => fits(line, first) && fits_all(rest, others),
        _ => false,
    }
}

/// Whether a line fits one with holes. A column of a table is as wide as its widest cell, times and names of today
/// among them, so how many spaces stand between two words says nothing.
fn fits(expected: &str, printed: &str) -> bool {
    let (expected, printed) = (squeezed(expected), squeezed(printed));
    let mut parts = expected.split(HOLE);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn squeezed(line: &str) -> String {
    let mut squeezed = String::with_capacity(line.len());
    for letter in line.chars() {
        if letter != ' ' || !squeezed.ends_with(' ') {
            squeezed.push(letter);
        }
    }
    squeezed
}

/// The line with a hole for what is not the same the next time: ids, and moments such as 12 November 2026 at 9:32am.
fn holed(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let core = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        // A number is no id, and neither is the code of an area, which has a capital.
        let is_id = core.len() >= ID_DIGITS
            && core.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'+'))
            && core.bytes().any(|byte| byte.is_ascii_lowercase());
        let is_time = core.split_once(':').is_some_and(|(hour, minute)| {
            hour.parse::<u8>().is_ok() && minute.get(..2).is_some_and(|minute| minute.parse::<u8>().is_ok())
        });
        if let [.., _, _, year, at] = words.as_slice()
            && is_time
            && at == "at"
            && year.parse::<u16>().is_ok()
        {
            words.truncate(words.len() - 4);
        }
        words.push(if is_id || is_time { word.replace(core, HOLE) } else { word.to_owned() });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::Act;
    use super::*;

    fn step(expected: &[&str], code: i32) -> Step {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        Step { line: 10, act: Act::Wait, expected, code }
    }

    fn printed(lines: &[&str], code: i32) -> Printed {
        Printed { lines: lines.iter().map(|line| (*line).to_owned()).collect(), code: Some(code) }
    }

    #[test]
    fn holes_take_anything_within_a_line() {
        assert!(fits("[..] TB-P1 [..]!", "ab12 TB-P1 is there!"));
        assert!(fits("[..]", ""));
        assert!(!fits("TB-P1", "TB-P11"));
        assert!(!fits("a[..]b[..]b", "ab"));
        assert!(fits("when   [..]  who", "when 12 November  who"), "a column was wider");
    }

    #[test]
    fn gaps_take_any_lines() {
        assert!(check(&step(&["a", "...", "z"], 0), &printed(&["a", "b", "c", "z"], 0)).is_ok());
        assert!(check(&step(&["a", "...", "z"], 0), &printed(&["a", "z"], 0)).is_ok());
        assert!(check(&step(&["a", "...", "z"], 0), &printed(&["a", "z", "more"], 0)).is_err());
    }

    #[test]
    fn a_mismatch_says_what_was_expected_and_what_came_with_the_line() {
        let mismatch =
            check(&step(&["one", "two", "three"], 0), &printed(&["one", "2", "three"], 1)).expect_err("fits");
        assert_eq!(
            mismatch.to_string(),
            "line 12: the command of line 10 printed something else\n  expected:\n      11 | one\n  >   12 | two\n      \
             13 | three\n  got:\n           | one\n           | 2\n           | three\n           | ? 1"
        );
    }

    #[test]
    fn another_exit_code_is_a_mismatch() {
        let mismatch = check(&step(&["one"], 0), &printed(&["one"], 5)).expect_err("fits");
        assert_eq!(mismatch.line, 12);
        assert!(check(&step(&["one"], 5), &printed(&["one"], 5)).is_ok());
    }

    #[test]
    fn lines_that_nobody_expected_are_a_mismatch() {
        assert_eq!(check(&step(&[], 0), &printed(&["one"], 0)).expect_err("fits").line, 11);
    }

    #[test]
    fn a_rewritten_page_keeps_the_holes_that_fit_and_makes_new_ones() {
        let old = step(&["fingerprint [..]", "gone"], 0);
        let new = printed(&["fingerprint 12 34", "TB-P1 (0123abcd) 12 November 2026 at 9:32am  ends 2020-12"], 3);
        assert_eq!(rewrite(&old, &new), ["fingerprint [..]", "TB-P1 ([..]) [..]  ends 2020-12", "? 3"]);
    }
}
