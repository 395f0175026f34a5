//! Values of fields as JSON: what was set is what is seen, in the words in which it can be set again.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use tally_document::{Count, DateStatus, Field, FieldKind, PartialDate, Value};
use tally_record::{Type, ValueError, parse_line};

/// A value as JSON.
pub(crate) fn of(value: &Value) -> Json {
    match value {
        Value::Line(text) | Value::Text(text) | Value::Word(text) | Value::Link(text) => text.as_str().into(),
        Value::Words(words) => words.iter().map(String::as_str).collect(),
        Value::Date(date) => of_date(date).into(),
        Value::Number(number) => (*number).into(),
        Value::Count(Count::Exactly(number)) => (*number).into(),
        Value::Count(fewer) => fewer.to_string().into(),
        Value::Money(pence) => pence.to_string().into(),
        Value::Percentage(percentage) => percentage.to_string().into(),
        Value::Time(time) => time.to_string().into(),
        Value::File(file) => file.to_string().into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Items(items) => items.iter().map(String::as_str).collect(),
        Value::Lines(lines) => lines.iter().map(of_line).collect(),
        Value::Empty => Json::Null,
    }
}

fn of_line(line: &BTreeMap<String, Value>) -> Json {
    Json::Object(line.iter().map(|(name, value)| (name.clone(), of(value))).collect::<Map<_, _>>())
}

/// A date in the words in which it is given: `2021-07`, `2021-07-12 tbc once agreed`.
pub(crate) fn of_date(date: &PartialDate) -> String {
    let status = if date.status == DateStatus::Confirmed && date.source_words.is_empty() && !date.value.is_empty() {
        ""
    } else {
        date.status.word()
    };
    [date.value.as_str(), status, date.source_words.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Fields that hold something, as JSON.
pub(crate) fn fields(fields: &BTreeMap<String, Value>) -> BTreeMap<String, Json> {
    fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.clone(), of(value))).collect()
}

/// Reads a group of lines, or of items, from JSON; none where the words are not JSON of that form.
pub(crate) fn read(field: &Field, given: &str) -> Option<Result<Value, ValueError>> {
    let Ok(Json::Array(items)) = serde_json::from_str(given.trim()) else {
        return None;
    };
    match field.kind {
        FieldKind::Items => {
            Some(Ok(Value::Items(items.iter().map(Json::as_str).map(|i| i.map(str::to_owned)).collect::<Option<_>>()?)))
        }
        FieldKind::Lines(_) => {
            let mut lines = Vec::with_capacity(items.len());
            for item in &items {
                let words: Vec<(String, String)> =
                    item.as_object()?.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
                match parse_line(field, words.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
                    Ok(line) => lines.push(line),
                    Err(error) => return Some(Err(error)),
                }
            }
            Some(Ok(Value::Lines(lines)))
        }
        _ => None,
    }
}

/// A JSON value as words.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether the record's field holds what these words say.
pub(crate) fn holds(kind: &Type, fields: &BTreeMap<String, Json>, name: &str, given: &str) -> Result<bool, ValueError> {
    let field = tally_record::field_of(kind, name)?;
    let Some(held) = fields.get(name) else {
        return Ok(given.trim().is_empty());
    };
    Ok(match held {
        Json::Array(items) => items.iter().any(|item| plain(item).eq_ignore_ascii_case(given.trim())),
        _ => {
            let wanted = tally_record::parse(field, given).map(|value| of(&value))?;
            wanted == *held || plain(held).eq_ignore_ascii_case(given.trim())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_record::parse;

    fn priority() -> &'static Type {
        tally_record::find("priority").unwrap()
    }

    fn read_back(field: &str, given: &str) -> Json {
        of(&parse(priority().field(field).unwrap(), given).unwrap())
    }

    #[test]
    fn a_date_reads_as_it_was_given() {
        for given in ["2021-07-12", "2021-07", "2021 tbc", "2021-07-12 proposed after the summer", "tbc"] {
            assert_eq!(read_back("starts", given), given, "{given}");
        }
    }

    #[test]
    fn what_is_shown_can_be_set_again() {
        for given in ["2021-07-12", "2021 moved from June", "tbc"] {
            let shown = read_back("starts", given);
            assert_eq!(read_back("starts", shown.as_str().unwrap()), shown);
        }
    }

    #[test]
    fn every_value_is_set_again_from_its_json() {
        let file = format!("{} 12 application/pdf Terms.pdf", "0a".repeat(32));
        for (kind, given, shown) in [
            (FieldKind::Money, "5000", serde_json::json!("£5,000.00")),
            (FieldKind::Count { least: 5 }, "12", serde_json::json!(12)),
            (FieldKind::Count { least: 5 }, "fewer than 5", serde_json::json!("<5")),
            (FieldKind::Percentage, "34.5% of 120", serde_json::json!("34.5% of 120")),
            (FieldKind::Time, "2.15pm", serde_json::json!("14:15")),
            (FieldKind::File, file.as_str(), serde_json::json!(file)),
        ] {
            let field: &'static Field =
                Box::leak(Box::new(Field { name: "f", label: "", help: "", kind, required: false }));
            let value = parse(field, given).unwrap();
            assert_eq!(of(&value), shown);
            assert_eq!(parse(field, &plain(&shown)), Ok(value), "{given}");
        }
    }

    #[test]
    fn a_group_of_lines_is_read_from_json() {
        let field = priority().field("updates").unwrap();
        let value = read(field, r#"[{"at":"2021-07","text":"Shared"}]"#).unwrap().unwrap();
        assert_eq!(of(&value), serde_json::json!([{"at": "2021-07", "text": "Shared"}]));
        assert!(read(field, "plain words").is_none());
        assert!(read(field, r#"[{"on":"2021"}]"#).unwrap().is_err());
    }

    #[test]
    fn a_word_of_a_set_is_found() {
        let fields = BTreeMap::from([("lead_sectors".to_owned(), serde_json::json!(["health", "police"]))]);
        assert!(holds(priority(), &fields, "lead_sectors", "police").unwrap());
        assert!(!holds(priority(), &fields, "lead_sectors", "education").unwrap());
        assert!(holds(priority(), &fields, "titel", "x").is_err());
    }
}
