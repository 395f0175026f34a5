//! What the guard reads in values and readings.

use std::collections::BTreeMap;

use tally_guard::{Wording, Words};

use crate::amount::Pence;
use crate::date::PartialDate;
use crate::edit::{Edit, Keep};
use crate::file::FileReference;
use crate::read::{Answer, Reading};
use crate::value::Value;

impl Wording for Value {
    fn say(&self, words: &mut Words) {
        match self {
            Self::Line(text) | Self::Text(text) => words.text(text),
            Self::Word(word) => words.figure(word),
            // A code, an id or a short reference would make numbers with its neighbours by chance; a name would not.
            Self::Link(link) if is_code(link) => words.figure(link),
            Self::Link(link) => words.text(link),
            Self::Words(all) => all.iter().for_each(|word| words.figure(word)),
            Self::Date(PartialDate { value, precision: _, status: _, source_words }) => {
                words.figure(value);
                words.text(source_words);
            }
            Self::Number(number) | Self::Money(Pence(number)) => words.figure(&number.to_string()),
            Self::Count(count) => words.figure(&count.to_string()),
            Self::Percentage(percentage) => words.figure(&percentage.to_string()),
            Self::Time(time) => words.figure(&time.to_string()),
            // The digest is nobody's words, and its digits would make numbers by chance.
            Self::File(FileReference { digest: _, bytes: _, media_type, name }) => {
                words.figure(media_type);
                words.text(name);
            }
            Self::Items(items) => items.say(words),
            Self::Lines(lines) => lines.say(words),
            Self::Flag(_) | Self::Empty => {}
        }
    }
}

fn is_code(link: &str) -> bool {
    !link.contains(char::is_whitespace) && link.contains(|sign: char| sign.is_ascii_alphabetic())
}

impl Wording for Edit {
    /// Says what is written, also where another edit beside it takes it away again: the bytes of both are signed.
    fn say(&self, words: &mut Words) {
        match self {
            Self::Set { field, value } | Self::Settle { field, keep: Keep::Value(value), line: _ } => {
                words.at(field, value);
            }
            Self::SetLine { field, name, value, line: _ } => words.at(&format!("{field}/{name}"), value),
            Self::AddLine { field, values, after: _ } => words.at(field, values),
            Self::Settle { keep: Keep::Actor(_), .. } | Self::RemoveLine { .. } => {}
        }
    }
}

impl Wording for Reading {
    /// Says what is shown and every answer beside it: an answer given on an older version may not be the one shown.
    fn say(&self, words: &mut Words) {
        let Self { fields, lines: _, answers, joined: _, unknown: _ } = self;
        fields.say(words);
        let shown: BTreeMap<&str, &Value> = fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
        for (path, answers) in answers {
            for Answer { value, by: _, change: _, words: _ } in answers {
                if shown.get(path.as_str()) != Some(&value) {
                    words.at(path, value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(fields: &[(&str, &Value)]) -> Vec<Vec<String>> {
        let mut words = Words::default();
        fields.iter().for_each(|(name, value)| words.at(name, *value));
        words.findings().into_iter().map(|finding| finding.places).collect()
    }

    #[test]
    fn every_text_in_a_group_of_lines_is_read() {
        let line = |text: &str| BTreeMap::from([("text".to_owned(), Value::Text(text.to_owned()))]);
        let updates = Value::Lines(vec![line("fine"), line("a@example.org")]);
        assert_eq!(found(&[("updates", &updates)]), [["updates/2/text"]]);
    }

    #[test]
    fn a_number_can_be_an_nhs_number_too() {
        assert_eq!(found(&[("number", &Value::Number(9_434_765_919))]), [["number"]]);
    }

    #[test]
    fn the_words_of_a_date_are_read() {
        let date = PartialDate::parse("- none tbc ask a@example.org").unwrap();
        assert_eq!(found(&[("starts", &Value::Date(date))]), [["starts"]]);
    }

    #[test]
    fn dates_beside_each_other_make_no_number_by_chance() {
        let date = |text: &str| Value::Date(PartialDate::parse(text).unwrap());
        for year in 1990..2060 {
            let (a, b) = (date(&format!("{year} year tbc")), date(&format!("{}-07-12 day tbc", year + 1)));
            let number = Value::Number(year - 1980);
            assert_eq!(found(&[("number", &number), ("starts", &a), ("ends", &b)]), Vec::<Vec<String>>::new());
        }
    }

    #[test]
    fn a_name_behind_a_link_is_read_with_what_follows_and_a_code_alone() {
        let (party, role) = (Value::Link("943 476".to_owned()), Value::Line("5919".to_owned()));
        assert_eq!(found(&[("party", &party), ("role", &role)]), [["party", "role"]]);
        let (area, role) = (Value::Link("E09434765".to_owned()), Value::Line("919".to_owned()));
        assert_eq!(found(&[("area", &area), ("role", &role)]), Vec::<Vec<String>>::new());
    }

    #[test]
    fn an_answer_that_is_not_shown_is_read() {
        let answer = |text: &str| Answer {
            value: Value::Line(text.to_owned()),
            by: tally_entry::Actor::from_bytes([1; 16]),
            change: tally_entry::ChangeHash::from_bytes([2; 32]),
            words: Vec::new(),
        };
        let mut reading = Reading::default();
        reading.fields.insert("title".to_owned(), Value::Line("Hub".to_owned()));
        reading.answers.insert("title".to_owned(), vec![answer("Hub"), answer("ask a@example.org")]);
        let words = Words::of(&reading);
        assert_eq!(words.passages().count(), 2);
        assert_eq!(words.findings()[0].places, ["title"]);
    }
}
