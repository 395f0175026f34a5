//! The guard on words typed straight into a ring.

use tally_control::{Check, Refusal};
use tally_document::{Edit, Keep, Value};
use tally_guard::FieldFinding;
use tally_sovereign::{Seat, inspect_typed};

/// Stops words in which the guard finds what identifies a person.
pub(crate) fn check(edits: &[Edit]) -> Result<(), Refusal> {
    let words = edits.iter().flat_map(words).collect::<Vec<_>>();
    stop(&inspect_typed(words.iter().map(|(field, value)| (field.as_str(), value))))
}

/// Stops words beside a record: a note, an authority, a reason, a seat's id and role.
pub(crate) fn check_said<'a>(said: impl IntoIterator<Item = (&'static str, &'a str)>) -> Result<(), Refusal> {
    let said: Vec<_> = said.into_iter().map(|(name, words)| (name, Value::Text(words.to_owned()))).collect();
    stop(&inspect_typed(said.iter().map(|(name, value)| (*name, value))))
}

/// Stops a seat that identifies a person: its id stands in every entry that it speaks, its role, sector and areas in its statements.
pub(crate) fn check_seat(seat: &Seat) -> Result<(), Refusal> {
    let words = [("the seat's id", seat.id.as_str()), ("its role", &seat.role), ("its sector", &seat.sector)];
    check_said(words.into_iter().chain(seat.areas.iter().map(|area| ("its areas", area.as_str()))))
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

fn stop(findings: &[FieldFinding]) -> Result<(), Refusal> {
    if findings.is_empty() {
        return Ok(());
    }
    Err(Refusal::Guard { findings: checks(findings), door: false })
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
        let said = check(&[edit]).unwrap_err().to_string();
        assert!(said.contains("an NHS number in title"), "{said}");
        assert!(!said.contains("476"), "{said}");
    }

    #[test]
    fn plain_words_pass() {
        let edit = Edit::Set { field: "title".into(), value: Value::Text("Adolescents at risk".into()) };
        assert!(check(&[edit]).is_ok());
    }
}
