use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Count, Field, FieldKind, FileReference, Pence, Percentage, Target, Term, TimeOfDay, Value};
use thiserror::Error;

use crate::date::read_date;
use crate::record_type::Type;

/// Says why words given on a command do not fit a field, and what would.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// The type has no such field.
    #[error("a {kind} has no field {given:?}; it has: {}", allowed.join(", "))]
    UnknownField {
        /// The kind of record.
        kind: &'static str,
        /// The name that was given.
        given: String,
        /// The names of its fields.
        allowed: Vec<&'static str>,
    },
    /// The word is not in the field's vocabulary.
    #[error("{given:?} is not a word of {field}; allowed are: {}", allowed.iter().map(|term| term.word).collect::<Vec<_>>().join(", "))]
    WordNotAllowed {
        /// Its name in the description.
        field: &'static str,
        /// The words as they were written.
        given: String,
        /// The words that the field knows.
        allowed: &'static [Term],
    },
    /// The field holds a whole number.
    #[error("{field} is a whole number such as 4, not {given:?}")]
    NotANumber {
        /// Its name in the description.
        field: &'static str,
        /// The words as they were written.
        given: String,
    },
    /// The field holds yes or no.
    #[error("{field} is yes or no, not {given:?}")]
    NotAFlag {
        /// Its name in the description.
        field: &'static str,
        /// The words as they were written.
        given: String,
    },
    /// The field holds a date.
    #[error(
        "{field} is a date such as 2021-07-12, 2021-07 or 2021, with tbc, proposed, moved or cancelled after it \
         where it is not confirmed; not {given:?}"
    )]
    NotADate {
        /// Its name in the description.
        field: &'static str,
        /// The words as they were written.
        given: String,
    },
    /// The field holds one line and was given several.
    #[error("{field} is a single line; the words given have a line break")]
    LineBreak {
        /// Its name in the description.
        field: &'static str,
    },
    /// The field names one other thing.
    #[error("{field} names {}, not {given:?}", named(*target))]
    NotALink {
        /// Its name in the description.
        field: &'static str,
        /// What it names.
        target: Target,
        /// The words as they were written.
        given: String,
    },
    /// The field has a form of its own.
    #[error("{field} is {form}, not {given:?}")]
    NotOfItsForm {
        /// Its name in the description.
        field: &'static str,
        /// The form, with an example.
        form: &'static str,
        /// The words as they were written.
        given: String,
    },
    /// The field is a group of lines, which a single value cannot say.
    #[error("{field} is a group of lines; add one at a time with the keys: {}", keys.join(", "))]
    Nested {
        /// Its name in the description.
        field: &'static str,
        /// The keys of one line.
        keys: Vec<&'static str>,
    },
    /// The field is not a group of lines.
    #[error("{field} is not a group of lines; set it as a whole")]
    NotNested {
        /// Its name in the description.
        field: &'static str,
    },
    /// A line of the group has no such key.
    #[error("a line of {field} has no {given:?}; it has: {}", keys.join(", "))]
    UnknownKey {
        /// Its name in the description.
        field: &'static str,
        /// The key that was given.
        given: String,
        /// The keys of one line.
        keys: Vec<&'static str>,
    },
}

/// Finds a field of a type by name.
///
/// # Errors
/// Lists the fields there are.
pub fn field_of(kind: &Type, name: &str) -> Result<&'static Field, ValueError> {
    kind.field(name).ok_or_else(|| ValueError::UnknownField {
        kind: kind.kind(),
        given: name.to_owned(),
        allowed: kind.description.fields.iter().map(|f| f.name).collect(),
    })
}

/// Reads a command-line value for a field; no words at all empty it.
///
/// Vocabulary words may be given with spaces, dashes or capitals. Items are parted by line breaks,
/// else by semicolons, else by commas.
///
/// # Errors
/// Says what the field allows.
pub fn parse(field: &Field, given: &str) -> Result<Value, ValueError> {
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return Ok(Value::Empty);
    }
    let name = field.name;
    match field.kind {
        FieldKind::Line if trimmed.contains(['\n', '\r']) => Err(ValueError::LineBreak { field: name }),
        FieldKind::Line => Ok(Value::Line(trimmed.to_owned())),
        FieldKind::Text => Ok(Value::Text(trimmed.replace("\r\n", "\n"))),
        FieldKind::Word(allowed) => word(name, trimmed, allowed).map(Value::Word),
        FieldKind::Words(allowed) => parts(trimmed, &[',', ';', '\n'])
            .map(|part| word(name, part, allowed))
            .collect::<Result<BTreeSet<String>, ValueError>>()
            .map(Value::Words),
        FieldKind::Date => read_date(trimmed)
            .map(Value::Date)
            .ok_or_else(|| ValueError::NotADate { field: name, given: trimmed.to_owned() }),
        FieldKind::Number => trimmed
            .parse()
            .map(Value::Number)
            .map_err(|_| ValueError::NotANumber { field: name, given: trimmed.to_owned() }),
        FieldKind::Flag => match trimmed.to_ascii_lowercase().as_str() {
            "yes" | "true" | "y" | "1" => Ok(Value::Flag(true)),
            "no" | "false" | "n" | "0" => Ok(Value::Flag(false)),
            _ => Err(ValueError::NotAFlag { field: name, given: trimmed.to_owned() }),
        },
        FieldKind::Items => {
            let sign = ['\n', ';', ','].into_iter().find(|sign| trimmed.contains(*sign)).unwrap_or('\n');
            Ok(Value::Items(parts(trimmed, &[sign]).map(str::to_owned).collect()))
        }
        FieldKind::Lines(fields) => Err(ValueError::Nested { field: name, keys: names(fields) }),
        FieldKind::Link(target) => link(name, trimmed, target).map(Value::Link),
        FieldKind::Money => fitting(field, Pence::parse(&trimmed.replace(' ', "")).map(Value::Money), trimmed),
        FieldKind::Count { .. } => {
            let plain = trimmed.strip_prefix("fewer than ").map_or_else(|| trimmed.to_owned(), |n| format!("<{n}"));
            fitting(field, Count::parse(&plain.replace([' ', ','], "")).map(Value::Count), trimmed)
        }
        FieldKind::Percentage => fitting(field, Percentage::parse(trimmed).map(Value::Percentage), trimmed),
        FieldKind::Time => fitting(field, read_time(trimmed).map(Value::Time), trimmed),
        FieldKind::File => fitting(field, FileReference::parse(trimmed).map(Value::File), trimmed),
    }
}

/// Reads the keys and values of one line of a group.
///
/// # Errors
/// Says which keys there are, or what a key's value allows.
pub fn parse_line<'a>(
    field: &Field,
    given: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<BTreeMap<String, Value>, ValueError> {
    let FieldKind::Lines(fields) = field.kind else {
        return Err(ValueError::NotNested { field: field.name });
    };
    let mut line = BTreeMap::new();
    for (key, value) in given {
        let inner = fields.iter().find(|f| f.name == key).ok_or_else(|| ValueError::UnknownKey {
            field: field.name,
            given: key.to_owned(),
            keys: names(fields),
        })?;
        line.insert(key.to_owned(), parse(inner, value)?);
    }
    Ok(line)
}

/// The most characters of a name that stands for its bearer.
const NAME_MAX: usize = 200;

fn link(field: &'static str, given: &str, target: Target) -> Result<String, ValueError> {
    let plain = !given.contains(char::is_control) && given.chars().count() <= NAME_MAX;
    let one_word = !given.contains(char::is_whitespace);
    let fits = match target {
        Target::Member => given.len() == 64 && given.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Target::Seat | Target::Record(_) => one_word,
        Target::Area | Target::Organisation => given.contains(char::is_alphanumeric),
    };
    if !plain || !fits {
        return Err(ValueError::NotALink { field, target, given: given.to_owned() });
    }
    Ok(if target == Target::Member { given.to_ascii_lowercase() } else { given.to_owned() })
}

fn named(target: Target) -> String {
    match target {
        Target::Member => "a member of a ring, by the 64 digits of its id".to_owned(),
        Target::Area => "an area, by its code or name".to_owned(),
        Target::Seat => "a seat, by its id".to_owned(),
        Target::Organisation => "an organisation, by its name or its record".to_owned(),
        Target::Record([]) => "one record, by its id or short reference".to_owned(),
        Target::Record(kinds) => format!("one record of {}, by its id or short reference", kinds.join(" or ")),
    }
}

fn fitting(field: &Field, value: Option<Value>, given: &str) -> Result<Value, ValueError> {
    value.ok_or_else(|| ValueError::NotOfItsForm {
        field: field.name,
        form: form(&field.kind),
        given: given.to_owned(),
    })
}

fn form(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Money => "a sum such as £5,000.00 or 5000",
        FieldKind::Count { .. } => "a count such as 12, or <5 where no more is known",
        FieldKind::Percentage => "a percentage with its base, such as 34.5% of 120",
        FieldKind::Time => "a time such as 09:30",
        FieldKind::File => "a file, as its SHA-256, bytes, media type and name",
        _ => "of another form",
    }
}

/// Reads a time as people write it: `09:30`, `9.30`, `9.30am`, `2pm`.
fn read_time(given: &str) -> Option<TimeOfDay> {
    let lower = given.to_ascii_lowercase().replace(' ', "");
    let (clock, afternoon) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(false)),
        (_, Some(clock)) => (clock, Some(true)),
        _ => (lower.as_str(), None),
    };
    let number = |text: &str| {
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (number(hour)?, number(minute)?),
        Some(_) => return None,
        // A bare hour could be anything; with am or pm it is a time.
        None => (number(clock).filter(|_| afternoon.is_some())?, 0),
    };
    match afternoon {
        None => TimeOfDay::new(hour, minute),
        Some(afternoon) if (1..=12).contains(&hour) => {
            TimeOfDay::new(hour % 12 + if afternoon { 12 } else { 0 }, minute)
        }
        Some(_) => None,
    }
}

fn names(fields: &[Field]) -> Vec<&'static str> {
    fields.iter().map(|f| f.name).collect()
}

fn parts<'a>(text: &'a str, signs: &'a [char]) -> impl Iterator<Item = &'a str> {
    text.split(signs).map(str::trim).filter(|part| !part.is_empty())
}

fn word(field: &'static str, given: &str, allowed: &'static [Term]) -> Result<String, ValueError> {
    let plain: String =
        given.chars().map(|c| if matches!(c, ' ' | '-') { '_' } else { c.to_ascii_lowercase() }).collect();
    match allowed.iter().find(|term| term.word == plain) {
        Some(term) => Ok(term.word.to_owned()),
        None => Err(ValueError::WordNotAllowed { field, given: given.to_owned(), allowed }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::LEARNING;
    use crate::kinds::PRIORITY;

    proptest::proptest! {
        #[test]
        fn any_words_are_read_or_refused(given in "\\PC{0,40}") {
            for field in crate::types().iter().flat_map(|t| t.description.fields) {
                let _ = parse(field, &given);
            }
        }
    }

    fn read(name: &str, given: &str) -> Result<Value, ValueError> {
        parse(PRIORITY.field(name).unwrap(), given)
    }

    #[test]
    fn a_word_may_be_given_as_people_write_it() {
        assert_eq!(read("statutory_aspect", "Local reviews"), Ok(Value::Word("local_reviews".to_owned())));
    }

    #[test]
    fn a_strange_word_is_refused_with_the_vocabulary() {
        assert_eq!(
            read("scope", "common").unwrap_err().to_string(),
            "\"common\" is not a word of scope; allowed are: shared, local"
        );
    }

    #[test]
    fn a_comma_list_is_a_set_of_words() {
        let words = ["health", "police"].map(str::to_owned);
        assert_eq!(read("lead_sectors", "police, health,police"), Ok(Value::Words(words.into())));
    }

    #[test]
    fn one_strange_word_refuses_the_list() {
        assert!(matches!(read("lead_sectors", "police,fire"), Err(ValueError::WordNotAllowed { .. })));
    }

    #[test]
    fn numbers_and_flags_are_read() {
        assert_eq!(read("number", " 4 "), Ok(Value::Number(4)));
        assert_eq!(read("time_limited", "Yes"), Ok(Value::Flag(true)));
        assert_eq!(read("time_limited", "no"), Ok(Value::Flag(false)));
    }

    #[test]
    fn other_words_are_no_number_and_no_flag() {
        assert!(matches!(read("number", "four"), Err(ValueError::NotANumber { .. })));
        assert!(matches!(read("time_limited", "perhaps"), Err(ValueError::NotAFlag { .. })));
    }

    #[test]
    fn dates_may_be_partial() {
        for given in ["2021", "2021-07", "2021-07-12"] {
            assert!(matches!(read("starts", given), Ok(Value::Date(_))), "{given}");
        }
    }

    #[test]
    fn an_impossible_day_is_no_date() {
        assert!(matches!(read("starts", "2021-02-30"), Err(ValueError::NotADate { .. })));
    }

    #[test]
    fn no_words_empty_a_field() {
        assert_eq!(read("number", "  "), Ok(Value::Empty));
    }

    #[test]
    fn a_line_keeps_to_one_line() {
        assert!(matches!(read("short_title", "a\nb"), Err(ValueError::LineBreak { .. })));
        assert_eq!(read("focus", "a\r\nb"), Ok(Value::Text("a\nb".to_owned())));
    }

    fn read_as(kind: FieldKind, given: &str) -> Result<Value, ValueError> {
        parse(Box::leak(Box::new(Field { name: "f", label: "F", help: "", kind, required: false })), given)
    }

    #[test]
    fn sums_counts_and_percentages_are_read_as_people_write_them() {
        assert_eq!(read_as(FieldKind::Money, "£ 5,000"), Ok(Value::Money(Pence(500_000))));
        assert_eq!(read_as(FieldKind::Count { least: 5 }, "1,204"), Ok(Value::Count(Count::Exactly(1204))));
        assert_eq!(read_as(FieldKind::Count { least: 5 }, "fewer than 5"), Ok(Value::Count(Count::FewerThan(5))));
        let share = Percentage { tenths: 345, base: Count::Exactly(120) };
        assert_eq!(read_as(FieldKind::Percentage, "34.5% of 120"), Ok(Value::Percentage(share)));
    }

    #[test]
    fn a_percentage_without_its_base_is_refused_with_the_form() {
        let error = read_as(FieldKind::Percentage, "34%").unwrap_err();
        assert_eq!(error.to_string(), "f is a percentage with its base, such as 34.5% of 120, not \"34%\"");
        assert!(read_as(FieldKind::Money, "about £5").is_err());
        assert!(read_as(FieldKind::Count { least: 5 }, "some").is_err());
        assert!(read_as(FieldKind::File, "notes.pdf").is_err());
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        let read = |given| read_as(FieldKind::Time, given);
        for (given, hour, minute) in
            [("09:30", 9, 30), ("9.30", 9, 30), ("9.30am", 9, 30), ("2 pm", 14, 0), ("12am", 0, 0), ("12.15pm", 12, 15)]
        {
            assert_eq!(read(given), Ok(Value::Time(TimeOfDay::new(hour, minute).unwrap())), "{given}");
        }
        for given in ["9", "25:00", "9:5", "13pm", "noon", "0am", "1200"] {
            assert!(read(given).is_err(), "{given}");
        }
    }

    #[test]
    fn a_link_is_what_its_target_is_named_by() {
        let id = "AB".repeat(32);
        assert_eq!(read_as(FieldKind::Link(Target::Member), &id), Ok(Value::Link(id.to_lowercase())));
        assert_eq!(
            read_as(FieldKind::Link(Target::Area), "Tower Hamlets"),
            Ok(Value::Link("Tower Hamlets".to_owned()))
        );
        for (target, given) in [
            (Target::Member, "Bexley"),
            (Target::Seat, "head of service"),
            (Target::Record(&["priority"]), "the first one"),
            (Target::Area, "--"),
            (Target::Organisation, "a\nb"),
        ] {
            assert!(matches!(read_as(FieldKind::Link(target), given), Err(ValueError::NotALink { .. })), "{given}");
        }
        let error = read_as(FieldKind::Link(Target::Record(&["evidence"])), "a b").unwrap_err();
        assert_eq!(error.to_string(), "f names one record of evidence, by its id or short reference, not \"a b\"");
    }

    #[test]
    fn items_are_parted_by_the_strongest_sign_there_is() {
        let items = LEARNING.field("themes").unwrap();
        let read = |given| match parse(items, given) {
            Ok(Value::Items(items)) => items,
            other => panic!("{other:?}"),
        };
        assert_eq!(read("missing, exploited"), ["missing", "exploited"]);
        assert_eq!(read("ask early, ask often; write it down"), ["ask early, ask often", "write it down"]);
        assert_eq!(read("one; two, three\nfour"), ["one; two, three", "four"]);
    }

    #[test]
    fn a_group_of_lines_is_not_set_by_one_value() {
        let error = read("updates", "something").unwrap_err();
        assert_eq!(error.to_string(), "updates is a group of lines; add one at a time with the keys: at, text");
    }

    #[test]
    fn one_line_of_a_group_is_read_by_its_keys() {
        let updates = PRIORITY.field("updates").unwrap();
        let line = parse_line(updates, [("at", "2021-07"), ("text", "Shared")]).unwrap();
        assert_eq!(line["text"], Value::Text("Shared".to_owned()));
        assert!(matches!(parse_line(updates, [("on", "2021")]), Err(ValueError::UnknownKey { .. })));
        assert!(matches!(
            parse_line(PRIORITY.field("focus").unwrap(), [("a", "b")]),
            Err(ValueError::NotNested { .. })
        ));
    }

    #[test]
    fn an_unknown_field_is_refused_with_those_there_are() {
        assert!(field_of(&PRIORITY, "titel").unwrap_err().to_string().contains("short_title"));
    }
}
