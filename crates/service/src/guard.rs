//! The guard on words typed straight into a ring.

use tally_control::{Check, Refusal};
use tally_document::{Edit, Keep};
use tally_guard::{Finding, Words};
use tally_sovereign::Seat;

/// Stops words in which the guard finds what identifies a person.
pub(crate) fn check(edits: &[Edit]) -> Result<(), Refusal> {
    let mut words = Words::default();
    edits.iter().for_each(|edit| say(edit, &mut words));
    stop(&words.findings())
}

/// Stops words beside a record: a note, an authority, a reason, a seat's id and role.
pub(crate) fn check_said<'a>(said: impl IntoIterator<Item = (&'static str, &'a str)>) -> Result<(), Refusal> {
    let mut words = Words::default();
    said.into_iter().for_each(|(name, text)| words.at(name, text));
    stop(&words.findings())
}

/// Stops a seat that identifies a person: its id stands in every entry that it speaks, its role, sector and areas in its statements.
pub(crate) fn check_seat(seat: &Seat) -> Result<(), Refusal> {
    let words = [("the seat's id", seat.id.as_str()), ("its role", &seat.role), ("its sector", &seat.sector)];
    check_said(words.into_iter().chain(seat.areas.iter().map(|area| ("its areas", area.as_str()))))
}

fn say(edit: &Edit, words: &mut Words) {
    match edit {
        Edit::Set { field, value } | Edit::Settle { field, keep: Keep::Value(value), .. } => words.at(field, value),
        Edit::SetLine { field, name, value, .. } => words.at(&format!("{field}/{name}"), value),
        Edit::AddLine { field, values, .. } => words.at(field, values),
        Edit::Settle { .. } | Edit::RemoveLine { .. } => {}
    }
}

fn stop(findings: &[Finding]) -> Result<(), Refusal> {
    if findings.is_empty() {
        return Ok(());
    }
    Err(Refusal::Guard { findings: checks(findings), door: false })
}

/// Findings as commands show them, masked.
pub(crate) fn checks(findings: &[Finding]) -> Vec<Check> {
    findings
        .iter()
        .map(|found| Check {
            field: found.places.join(" and "),
            what: found.what.label().to_owned(),
            shown: found.shown.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tally_document::Value;

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
