//! What people type for fields, as edits.

use tally_control::{Exit, Failure};
use tally_document::{Edit, FieldKind, Keep, LineId, Value};
use tally_record::Type;

use super::{naming, refusals};

/// Where answers are settled, and what is kept.
pub(super) type Settling = (String, Option<(LineId, String)>, Keep);

/// What words for fields mean as edits: `FIELD`, `FIELD/LINE/NAME`, and `FIELD/LINE` without words to remove a line.
pub(super) fn edits(what: &str, kind: &'static Type, given: &[(String, String)]) -> Result<Vec<Edit>, Failure> {
    let mut edits = Vec::with_capacity(given.len());
    for (name, words) in given {
        let parts: Vec<&str> = name.trim().split('/').collect();
        let field = parts.first().copied().unwrap_or_default();
        if field == kind.state_field || field == "reference" {
            return Err(Failure::new(
                Exit::Usage,
                what,
                format!("{field} is not set by hand"),
                if field == "reference" {
                    "It is given when the record is made."
                } else {
                    "Move the record with `tally record move ID STATE`."
                },
            ));
        }
        edits.push(match parts.as_slice() {
            [field] => Edit::Set { field: (*field).to_owned(), value: naming::value(what, kind, field, words)? },
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
                value: line_value(what, kind, field, inner, words)?,
            },
            _ => return Err(refusals::edit(what, &tally_document::EditError::UnknownField { field: name.clone() })),
        });
    }
    Ok(edits)
}

fn line_value(what: &str, kind: &'static Type, field: &str, inner: &str, words: &str) -> Result<Value, Failure> {
    let described = tally_record::field_of(kind, field).map_err(|error| refusals::value(what, &error))?;
    let FieldKind::Lines(fields) = described.kind else {
        return Err(refusals::edit(
            what,
            &tally_document::EditError::UnknownField { field: format!("{field}/{inner}") },
        ));
    };
    let Some(described) = fields.iter().find(|field| field.name == inner) else {
        return Err(refusals::edit(
            what,
            &tally_document::EditError::UnknownField { field: format!("{field}/{inner}") },
        ));
    };
    tally_record::parse(described, words).map_err(|error| refusals::value(what, &error))
}

pub(super) fn settle_value(what: &str, kind: &'static Type, path: &str, words: &str) -> Result<Settling, Failure> {
    let (field, line) = split(path);
    let value = match &line {
        None => naming::value(what, kind, &field, words)?,
        Some((_, inner)) if inner.is_empty() => Value::Line(words.trim().to_owned()),
        Some((_, inner)) => line_value(what, kind, &field, inner, words)?,
    };
    Ok((field, line, Keep::Value(value)))
}

/// A path of a reading: the field, and the line and name within it.
pub(super) fn split(path: &str) -> (String, Option<(LineId, String)>) {
    let mut parts = path.trim().splitn(3, '/');
    let field = parts.next().unwrap_or_default().to_owned();
    let line = parts.next().map(|line| (line_id(line), parts.next().unwrap_or_default().to_owned()));
    (field, line)
}

fn line_id(text: &str) -> LineId {
    match text.parse() {
        Ok(line) => line,
        Err(never) => match never {},
    }
}

pub(super) fn set(field: &str, value: Value) -> Edit {
    Edit::Set { field: field.to_owned(), value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_record::PRIORITY;

    fn read(name: &str, words: &str) -> Result<Vec<Edit>, Failure> {
        edits("x", &PRIORITY, &[(name.to_owned(), words.to_owned())])
    }

    #[test]
    fn the_state_and_the_reference_are_not_set_by_hand() {
        assert_eq!(read("state", "live").unwrap_err().exit, Exit::Usage);
        assert_eq!(read("reference", "TB-P9").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn an_unknown_field_and_a_strange_word_are_usage() {
        assert_eq!(read("titel", "x").unwrap_err().exit, Exit::Usage);
        assert_eq!(read("scope", "everywhere").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn a_line_is_changed_by_its_path_and_removed_by_no_words() {
        assert!(matches!(read("updates/ab/text", "Shared").unwrap().as_slice(), [Edit::SetLine { .. }]));
        assert!(matches!(read("updates/ab", "").unwrap().as_slice(), [Edit::RemoveLine { .. }]));
    }

    #[test]
    fn a_path_has_a_field_a_line_and_a_name() {
        assert_eq!(split("title"), ("title".to_owned(), None));
        assert_eq!(split("updates/ab/text"), ("updates".to_owned(), Some((line_id("ab"), "text".to_owned()))));
    }
}
