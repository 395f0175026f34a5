//! What people type for fields, as edits.

use tally_control::Refusal;
use tally_document::{Edit, FieldKind, Keep, Value};
use tally_record::Type;
use tally_record::acting::{self, NotByHand, line_id};

use crate::records::Settling;
use crate::{json, refusals};

/// What words for fields mean as edits: `FIELD`, `FIELD/LINE/NAME`, and `FIELD/LINE` without words to remove a line.
pub(crate) fn edits(kind: &'static Type, given: &[(String, String)]) -> Result<Vec<Edit>, Refusal> {
    let mut edits = Vec::with_capacity(given.len());
    for (name, words) in given {
        let parts: Vec<&str> = name.trim().split('/').collect();
        let field = parts.first().copied().unwrap_or_default();
        if acting::is_by_program(field) {
            return Err(refusals::by_hand(&NotByHand { field: field.to_owned() }));
        }
        edits.push(match parts.as_slice() {
            [field] => Edit::Set { field: (*field).to_owned(), value: value(kind, field, words)? },
            [field, line] if words.trim().is_empty() => {
                Edit::RemoveLine { field: (*field).to_owned(), line: line_id(line) }
            }
            [field, line] => Edit::SetLine {
                field: (*field).to_owned(),
                line: line_id(line),
                name: String::new(),
                value: Value::Line(words.trim().to_owned()),
            },
            [field, line, inner] => Edit::SetLine {
                field: (*field).to_owned(),
                line: line_id(line),
                name: (*inner).to_owned(),
                value: line_value(kind, field, inner, words)?,
            },
            _ => return Err(refusals::edit(&tally_document::EditError::UnknownField { field: name.clone() })),
        });
    }
    Ok(edits)
}

fn line_value(kind: &'static Type, field: &str, inner: &str, words: &str) -> Result<Value, Refusal> {
    let described = tally_record::field_of(kind, field).map_err(|error| refusals::value(&error))?;
    let FieldKind::Lines(fields) = described.kind else {
        return Err(refusals::edit(&tally_document::EditError::UnknownField { field: format!("{field}/{inner}") }));
    };
    let Some(described) = fields.iter().find(|field| field.name == inner) else {
        return Err(refusals::edit(&tally_document::EditError::UnknownField { field: format!("{field}/{inner}") }));
    };
    tally_record::parse(described, words).map_err(|error| refusals::value(&error))
}

pub(crate) fn settle_value(kind: &'static Type, path: &str, words: &str) -> Result<Settling, Refusal> {
    let (field, line) = acting::split_path(path);
    let value = match &line {
        None => value(kind, &field, words)?,
        Some((_, inner)) if inner.is_empty() => Value::Line(words.trim().to_owned()),
        Some((_, inner)) => line_value(kind, &field, inner, words)?,
    };
    Ok((field, line, Keep::Value(value)))
}

/// A value that a person typed for a field.
fn value(kind: &Type, name: &str, given: &str) -> Result<Value, Refusal> {
    let field = tally_record::field_of(kind, name).map_err(|error| refusals::value(&error))?;
    match json::read(field, given) {
        Some(read) => read,
        None => tally_record::parse(field, given),
    }
    .map_err(|error| refusals::value(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, words: &str) -> Result<Vec<Edit>, Refusal> {
        edits(tally_record::find("priority").unwrap(), &[(name.to_owned(), words.to_owned())])
    }

    #[test]
    fn the_state_and_the_reference_are_not_set_by_hand() {
        assert_eq!(read("state", "live"), Err(Refusal::NotByHand { field: "state".into(), state: true }));
        assert_eq!(read("reference", "TB-P9"), Err(Refusal::NotByHand { field: "reference".into(), state: false }));
    }

    #[test]
    fn an_unknown_field_and_a_strange_word_are_refused_as_values() {
        assert!(matches!(read("titel", "x"), Err(Refusal::Value { .. })));
        assert!(matches!(read("scope", "everywhere"), Err(Refusal::Value { .. })));
    }

    #[test]
    fn a_line_is_changed_by_its_path_and_removed_by_no_words() {
        assert!(matches!(read("updates/ab/text", "Shared").unwrap().as_slice(), [Edit::SetLine { .. }]));
        assert!(matches!(read("updates/ab", "").unwrap().as_slice(), [Edit::RemoveLine { .. }]));
    }
}
