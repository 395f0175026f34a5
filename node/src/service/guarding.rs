//! The guard on words typed straight into a ring.

use tally_control::{Check, Exit, Failure};
use tally_document::{Edit, Keep, Value};
use tally_record::FieldFinding;
use tally_sovereign::{Seat, inspect_typed};

/// Stops words in which the guard finds what identifies a person.
pub(crate) fn check(what: &str, edits: &[Edit]) -> Result<(), Failure> {
    let words = edits.iter().flat_map(words).collect::<Vec<_>>();
    stop(what, &inspect_typed(words.iter().map(|(field, value)| (field.as_str(), value))))
}

/// The same for words beside a record: a note, an authority, a reason, a seat's id and role.
pub(crate) fn check_said<'a>(
    what: &str,
    said: impl IntoIterator<Item = (&'static str, &'a str)>,
) -> Result<(), Failure> {
    let said: Vec<_> = said.into_iter().map(|(name, words)| (name, Value::Text(words.to_owned()))).collect();
    stop(what, &inspect_typed(said.iter().map(|(name, value)| (*name, value))))
}

/// The same for a seat: its id stands in every entry that it speaks, its role, sector and areas in its statements.
pub(crate) fn check_seat(what: &str, seat: &Seat) -> Result<(), Failure> {
    let words = [("the seat's id", seat.id.as_str()), ("its role", &seat.role), ("its sector", &seat.sector)];
    check_said(what, words.into_iter().chain(seat.areas.iter().map(|area| ("its areas", area.as_str()))))
}

fn words(edit: &Edit) -> Vec<(String, Value)> {
    match edit {
        Edit::Set { field, value } => vec![(field.clone(), value.clone())],
        Edit::SetLine { field, name, value, .. } => vec![(format!("{field}/{name}"), value.clone())],
        Edit::AddLine { field, values, .. } => {
            values.iter().map(|(name, value)| (format!("{field}/{name}"), value.clone())).collect()
        }
        Edit::Settle { field, keep: Keep::Value(value), .. } => vec![(field.clone(), value.clone())],
        Edit::Settle { .. } | Edit::RemoveLine { .. } => Vec::new(),
    }
}

fn stop(what: &str, findings: &[FieldFinding]) -> Result<(), Failure> {
    if findings.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = checks(findings)
        .into_iter()
        .map(|check| format!("{} in {} ({})", check.what, check.field, check.shown))
        .collect();
    Err(Failure::new(
        Exit::Failed,
        what,
        format!("the guard stopped it: {}", found.join("; ")),
        "Say it without that; nothing was written. Words that name people stay in local records.",
    ))
}

/// Findings as commands show them, masked.
pub(crate) fn checks(findings: &[FieldFinding]) -> Vec<Check> {
    findings
        .iter()
        .map(|found| Check {
            field: found.fields.join(" and "),
            what: found.finding.what.label().to_owned(),
            shown: found.finding.shown.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nhs_number_is_stopped_and_masked() {
        let edit = Edit::Set { field: "title".into(), value: Value::Text("about 943 476 5919".into()) };
        let failure = check("x", &[edit]).unwrap_err();
        assert!(failure.why.contains("an NHS number in title"));
        assert!(!failure.why.contains("476"));
    }

    #[test]
    fn plain_words_pass() {
        let edit = Edit::Set { field: "title".into(), value: Value::Text("Adolescents at risk".into()) };
        assert!(check("x", &[edit]).is_ok());
    }
}
