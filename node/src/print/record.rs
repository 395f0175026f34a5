use serde_json::Value;
use tally_control::{Difference, Record, Word};

use crate::print::Output;
use crate::print::time::moment;

/// The first eight characters of an id, or of each hash of a version: enough to tell a few thousand apart.
pub(crate) fn short(id: &str) -> &str {
    id.char_indices().nth(8).map_or(id, |(end, _)| &id[..end])
}

/// A value of a field in words.
pub(crate) fn field_text(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => shown(text),
        Value::Array(items) => items.iter().map(field_text).collect::<Vec<_>>().join("; "),
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "line" | "id" | "order"))
            .map(|(name, value)| format!("{name}: {}", field_text(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(number) => number.to_string(),
    }
}

/// The words of a difference that were taken out and put in, with those beside them.
pub(crate) fn words(difference: &Difference) -> String {
    if difference.words.is_empty() {
        return format!("{} -> {}", field_text(&difference.before), field_text(&difference.after));
    }
    let words = difference.words.iter().map(|word| match word {
        Word::Kept(kept) => shown(kept),
        Word::Removed(removed) => marked('-', removed),
        Word::Added(added) => marked('+', added),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The word between marks that also a printer can show: `[-a-]`, `[+each+]`; a line break is a word too.
fn marked(mark: char, word: &str) -> String {
    let word = if word == "\n" { "line break".to_owned() } else { shown(word) };
    format!("[{mark}{word}{mark}]")
}

/// Words as a terminal may have them: what a partner wrote must not move the cursor, colour what is not its own, or
/// turn the order of what follows.
pub(crate) fn shown(text: &str) -> String {
    let moves = |sign: char| {
        (sign.is_control() && sign != '\n' && sign != '\t')
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|sign| if moves(sign) { '\u{fffd}' } else { sign }).collect()
}

/// A record as people read it; `since` is what changed since the text in force.
pub(crate) fn record(record: &Record, since: &[Difference], output: &Output) -> String {
    let mut page = Page::default();
    page.line(format!("{}  {}", record.reference, shown(&record.title)));
    page.line(format!("{}, {} ({})", record.kind, record.state, record.people_state));
    page.line(held_where(record));
    page.line(format!(
        "version {}, changed {}",
        version(&record.version, output),
        record.changed.map(moment).unwrap_or_default()
    ));
    page.optional("stopped here: ", record.stopped.as_deref());
    fields(record, &mut page);
    copies(record, &mut page);
    statements(record, &mut page, output);
    agreed(record, since, &mut page, output);
    if !record.breaches.is_empty() {
        page.heading("To be looked at");
        for breach in &record.breaches {
            let number = breach.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
            page.line(format!("  {}{number}", breach.says));
        }
    }
    page.text
}

fn held_where(record: &Record) -> String {
    match &record.audience.ring {
        Some(ring) => {
            let narrower = if record.audience.only { ", only" } else { "" };
            format!("in {ring}{narrower}: {}; answered for by {}", record.audience.members.join(", "), record.home)
        }
        None => format!("kept by {} alone", record.home),
    }
}

fn fields(record: &Record, page: &mut Page) {
    page.heading("Fields");
    for (name, value) in &record.fields {
        if record.answers.contains_key(name) {
            continue;
        }
        let mark = if record.joined.contains(name) { "  [joined from two wordings, not read yet]" } else { "" };
        match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                page.line(format!("  {name}{mark}"));
                for item in items {
                    page.line(format!("    - {}", field_text(item)));
                }
            }
            _ => page.line(format!("  {name}: {}{mark}", field_text(value))),
        }
    }
    for (name, given) in &record.answers {
        page.line(format!(
            "  {name}: {} answers; choose with: tally record settle {} {name} --keep MEMBER",
            given.len(),
            record.reference
        ));
        for one in given {
            page.line(format!("    {}: {}", one.member.as_deref().unwrap_or("unknown member"), field_text(&one.value)));
        }
    }
}

fn copies(record: &Record, page: &mut Page) {
    if record.held_by.is_empty() {
        return;
    }
    page.heading("Has a copy");
    for (member, held) in &record.held_by {
        let when = held.at.map(|at| format!(", {}", moment(at))).unwrap_or_default();
        page.line(format!("  {member}: {}{when}", held.state.word()));
    }
}

fn statements(record: &Record, page: &mut Page, output: &Output) {
    if record.statements.is_empty() {
        return;
    }
    page.heading("Statements");
    for one in &record.statements {
        let about =
            if one.current { "this version".to_owned() } else { format!("version {}", version(&one.version, output)) };
        let note = one.note.as_deref().map(|note| format!(": {}", shown(note))).unwrap_or_default();
        page.line(format!(
            "  {} ({}): {} on {about}, {}{note}",
            one.member.as_deref().unwrap_or("unknown member"),
            shown(one.seat.as_deref().unwrap_or("no seat")),
            one.word,
            moment(one.at),
        ));
    }
}

fn agreed(record: &Record, since: &[Difference], page: &mut Page, output: &Output) {
    let Some(agreed) = &record.agreed else {
        return;
    };
    page.heading("Agreed");
    for (member, approval) in &agreed.approvals {
        page.line(format!("  approval by {member}: {}", approval.word()));
    }
    for (member, adoption) in &agreed.adoption {
        page.line(format!("  adoption by {member}: {}", adoption.word()));
    }
    if let Some(text) = &agreed.in_force {
        page.line(format!("  in force: version {}", version(text, output)));
    }
    if agreed.changed_since {
        page.line("  changed since it was agreed; the agreed text stays in force");
        for difference in since {
            page.line(format!("    {}: {}", difference.field, words(difference)));
        }
    }
}

fn version(version: &str, output: &Output) -> String {
    if output.verbose {
        return version.to_owned();
    }
    version.split('+').map(short).collect::<Vec<_>>().join("+")
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: impl AsRef<str>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line.as_ref());
    }

    fn heading(&mut self, heading: &str) {
        self.line("");
        self.line(heading);
    }

    fn optional(&mut self, before: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.line(format!("{before}{text}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use tally_control::AnswerGiven;

    use super::*;

    const PLAIN: Output = Output { json: false, quiet: false, verbose: false, colour: false };

    fn priority() -> Record {
        Record {
            reference: "TB-P1".into(),
            title: "Adolescent vulnerability".into(),
            fields: BTreeMap::from([("ends".into(), json!("2020-10")), ("focus".into(), json!("One lesson"))]),
            ..Record::default()
        }
    }

    #[test]
    fn several_answers_stand_side_by_side() {
        let given = |member: &str, value: &str| AnswerGiven {
            value: json!(value),
            member: Some(member.into()),
            change: String::new(),
        };
        let one = Record {
            answers: BTreeMap::from([("ends".into(), vec![given("Bexley", "2020-10"), given("Greenwich", "2020-12")])]),
            ..priority()
        };
        let text = record(&one, &[], &PLAIN);
        assert!(text.contains("Bexley: 2020-10") && text.contains("Greenwich: 2020-12"), "{text}");
        assert!(!text.contains("  ends: 2020-10"), "one answer must not pass for the answer: {text}");
    }

    #[test]
    fn a_joined_field_is_marked_as_not_read() {
        let one = Record { joined: vec!["focus".into()], ..priority() };
        assert!(record(&one, &[], &PLAIN).contains("One lesson  [joined"));
    }

    #[test]
    fn a_changed_word_is_shown_between_marks() {
        let one = Difference {
            field: "focus".into(),
            before: json!("twice a year"),
            after: json!("twice each year"),
            words: vec![
                Word::Kept("twice".into()),
                Word::Removed("a".into()),
                Word::Added("each".into()),
                Word::Kept("year".into()),
            ],
        };
        assert_eq!(words(&one), "twice [-a-] [+each+] year");
    }

    #[test]
    fn what_would_move_the_cursor_is_not_printed() {
        assert_eq!(shown("\u{1b}[31mred\u{7}\u{202e}"), "\u{fffd}[31mred\u{fffd}\u{fffd}");
        assert_eq!(shown("two\nlines, naïve"), "two\nlines, naïve");
    }
}
