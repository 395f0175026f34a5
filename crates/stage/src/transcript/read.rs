use super::{Act, Step};

/// How a block of commands begins.
const FENCE: &str = "```tally";
const END: &str = "```";

/// A line of a page that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Unread {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

/// The steps of a page, in order.
pub(super) fn steps(text: &str) -> Result<Vec<Step>, Unread> {
    let mut steps: Vec<Step> = Vec::new();
    // The line of the fence of the block that is open, and how many steps there were before it.
    let mut block: Option<(usize, usize)> = None;
    for (line, content) in (1..).zip(text.lines()) {
        let Some((_, before)) = block else {
            if content.trim_end() == FENCE {
                block = Some((line, steps.len()));
            }
            continue;
        };
        if content == END {
            if steps.len() == before {
                return Err(Unread { line, why: "the block has no command".to_owned() });
            }
            block = None;
        } else if let Some((who, typed)) = prompt(content) {
            let act = if who == "stage" { of_stage(typed) } else { of_member(who, typed) };
            let act = act.map_err(|why| Unread { line, why })?;
            steps.push(Step { line, act, expected: Vec::new(), code: 0 });
        } else if let Some(step) = steps.get_mut(before..).and_then(<[Step]>::last_mut) {
            if step.code != 0 && !content.is_empty() {
                return Err(Unread { line, why: "nothing stands after the exit code of a command".to_owned() });
            }
            match content.strip_prefix("? ").map(str::parse) {
                Some(Ok(code)) => step.code = code,
                Some(Err(_)) => return Err(Unread { line, why: "an exit code is a number".to_owned() }),
                None if step.code == 0 => step.expected.push(content.to_owned()),
                None => {}
            }
        } else if !content.is_empty() {
            return Err(Unread {
                line,
                why: "a block begins with a command, such as `bexley$ tally status`".to_owned(),
            });
        }
    }
    if let Some((line, _)) = block {
        return Err(Unread { line, why: "the block has no end".to_owned() });
    }
    for step in &mut steps {
        // An empty line before the next command parts the two and is not printed by anybody.
        while step.expected.last().is_some_and(String::is_empty) {
            step.expected.pop();
        }
    }
    Ok(steps)
}

/// Who types, and what: `bexley$ tally status`.
fn prompt(line: &str) -> Option<(&str, &str)> {
    let (who, typed) = line.split_once("$ ")?;
    let is_name = !who.is_empty() && who.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'-');
    is_name.then_some((who, typed))
}

fn of_stage(typed: &str) -> Result<Act, String> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let member = |name: &&str| (*name).to_owned();
    match words.as_slice() {
        ["stop", name] => Ok(Act::Stop { member: member(name) }),
        ["kill", name] => Ok(Act::Kill { member: member(name) }),
        ["cut", "off", name] => Ok(Act::CutOff { member: member(name) }),
        ["reconnect", name] => Ok(Act::Reconnect { member: member(name) }),
        ["wait"] => Ok(Act::Wait),
        _ => Err("the stage can: stop, kill, cut off, reconnect MEMBER, and wait".to_owned()),
    }
}

fn of_member(member: &str, typed: &str) -> Result<Act, String> {
    let member = member.to_owned();
    let mut words = words(typed)?;
    if words.first().map(String::as_str) != Some("tally") {
        return Err("only `tally` is run".to_owned());
    }
    words.remove(0);
    if words == ["run", "&"] {
        return Ok(Act::Run { member });
    }
    let into = match words.iter().position(|word| word == ">") {
        None => None,
        Some(at) => match words.split_off(at).as_slice() {
            [_, file] if !file.contains('/') => Some(file.clone()),
            _ => return Err("the name of one file stands after `>`".to_owned()),
        },
    };
    Ok(Act::Tally { member, words, into })
}

/// The words of a command, as a shell takes them apart: quotes keep spaces, and that is all.
fn words(typed: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for letter in typed.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err("a quote is open".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(member: &str, words: &[&str], into: Option<&str>) -> Act {
        Act::Tally {
            member: member.into(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            into: into.map(Into::into),
        }
    }

    fn why(text: &str) -> (usize, String) {
        let unread = steps(text).expect_err("means something");
        (unread.line, unread.why)
    }

    #[test]
    fn commands_are_read_with_what_they_print_and_how_they_end() {
        let page = "# Page\n\nbexley$ tally not-run\n\n```tally\nbexley$ tally status\nOK\n\ngreenwich$ tally why lewisham\n\
                    nothing\n? 4\n\n```\n";
        let steps = steps(page).expect("reads");
        assert_eq!(
            steps,
            [
                Step { line: 6, act: tally("bexley", &["status"], None), expected: vec!["OK".into()], code: 0 },
                Step {
                    line: 9,
                    act: tally("greenwich", &["why", "lewisham"], None),
                    expected: vec!["nothing".into()],
                    code: 4
                },
            ]
        );
    }

    #[test]
    fn quotes_keep_words_together() {
        let typed = r#"tally record new priority --set 'focus=One "checked" lesson' --set title="Two words""#;
        let Ok(Act::Tally { words, .. }) = of_member("bexley", typed) else { panic!("no command") };
        assert_eq!(words[4..], [r#"focus=One "checked" lesson"#, "--set", "title=Two words"]);
    }

    #[test]
    fn what_is_printed_can_go_into_a_file_of_the_page() {
        assert_eq!(
            of_member("lewisham", "tally card > lewisham.card"),
            Ok(tally("lewisham", &["card"], Some("lewisham.card")))
        );
        assert!(of_member("lewisham", "tally card > ").is_err());
    }

    #[test]
    fn the_stage_does_what_no_command_can() {
        assert_eq!(of_stage("cut off greenwich"), Ok(Act::CutOff { member: "greenwich".into() }));
        assert_eq!(of_stage("wait"), Ok(Act::Wait));
        assert!(of_stage("burn down greenwich").is_err());
    }

    #[test]
    fn a_line_that_means_nothing_is_named() {
        assert_eq!(why("```tally\nbexley$ rm -r /\n```\n"), (2, "only `tally` is run".into()));
        assert_eq!(why("\n```tally\nOK\n```\n").0, 3);
        assert_eq!(why("\n\n```tally\nbexley$ tally status\n"), (3, "the block has no end".into()));
        assert_eq!(why("```tally\n```\n"), (2, "the block has no command".into()));
        assert_eq!(why("```tally\nbexley$ tally status\n? 5\nOK\n```\n").0, 4);
        assert_eq!(why("```tally\nbexley$ tally status\n? five\n```\n").0, 3);
    }

    #[test]
    fn other_blocks_are_not_run() {
        assert_eq!(steps("```sh\nbexley$ tally status\n```\n"), Ok(Vec::new()));
    }
}
