//! What the story reads out of answers.

use std::collections::BTreeSet;

use serde_json::Value;
use tally_control::{
    Adoption, Approval, Ask, Difference, Failure, Made, Record, RecordDiff, RecordSet, RecordShow, Respond, Word,
};
use tally_document::FieldKind;

use super::Tale;
use super::story::{Edit, Statement};

impl Tale {
    /// A record as a borough reads it.
    pub(super) fn shown(&self, member: &str, id: &str, at: Option<&str>) -> Result<Record, Failure> {
        self.stage.ask(member, None, &RecordShow { id: id.to_owned(), at: at.map(str::to_owned) })
    }

    /// The shared priority as a borough reads it now.
    pub(super) fn priority(&self, member: &str) -> Result<Record, Failure> {
        self.shown(member, &self.priority, None)
    }

    /// Waits until the shared priority reads the same at every borough.
    pub(super) fn same(&self) -> Result<(), Failure> {
        self.stage.until("the shared priority reads the same everywhere", || {
            let mut reads = BTreeSet::new();
            for member in self.stage.members() {
                let read = self.priority(&member)?;
                reads.insert((read.version, read.statements.len()));
            }
            Ok((reads.len() == 1).then_some(()))
        })
    }

    /// Makes something by a seat, at the node of its member.
    pub(super) fn make<A: Ask<Answer = Made>>(&self, seat: &str, ask: &A) -> Result<Made, Failure> {
        self.stage.ask(&self.story.member_of(seat), Some(seat), ask)
    }

    /// One edit of the shared priority.
    pub(super) fn edit(&self, edit: &Edit) -> Result<Made, Failure> {
        let ask = RecordSet {
            id: self.priority.clone(),
            set: vec![(edit.field.clone(), edit.value.clone())],
            base: None,
            reason: None,
        };
        self.make(&edit.by, &ask)
    }

    /// One statement on the shared priority as it reads now.
    pub(super) fn state(&self, one: &Statement) -> Result<Made, Failure> {
        let ask = Respond {
            id: self.priority.clone(),
            word: one.word.clone(),
            note: Some(one.note.clone()).filter(|note| !note.is_empty()),
            authority: None,
            version: None,
        };
        self.make(&one.by, &ask)
    }

    /// The ids of the members that said this of the version shown.
    pub(super) fn who_said(&self, record: &Record, approval: Approval) -> Vec<String> {
        let said = record.agreed.iter().flat_map(|agreed| &agreed.approvals);
        said.filter(|(_, one)| **one == approval).map(|(name, _)| self.stage.id_of(name)).collect()
    }

    /// The ids of the members that are so far with adopting the record.
    pub(super) fn who_adopted(&self, record: &Record, adoption: Adoption) -> Vec<String> {
        let adopted = record.agreed.iter().flat_map(|agreed| &agreed.adoption);
        adopted.filter(|(_, one)| **one == adoption).map(|(name, _)| self.stage.id_of(name)).collect()
    }

    /// The word that was taken out and the one put in, since the text in force.
    pub(super) fn changed_word(&self, member: &str, field: &str) -> Result<(String, String), Failure> {
        let ask = RecordDiff { id: self.priority.clone(), before: None, after: None, since_agreed: true, since: None };
        let found = self.stage.ask(member, None, &ask)?.differences;
        let found = found.iter().find(|difference| difference.field == field);
        Ok(found.map(replaced).unwrap_or_default())
    }
}

/// A field in words.
pub(super) fn field(record: &Record, name: &str) -> String {
    record.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Fields of the story as the text that a command line gives.
pub(super) fn given(kind: &str, fields: impl IntoIterator<Item = (String, Value)>) -> Vec<(String, String)> {
    let items = |name: &str| {
        let field = tally_record::find(kind).and_then(|found| found.field(name));
        matches!(field.map(|field| field.kind), Some(FieldKind::Items))
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Array(all) => {
                    let between = if items(&name) { "\n" } else { "," };
                    all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between)
                }
                other => other.to_string(),
            };
            (name, text)
        })
        .collect()
}

fn replaced(difference: &Difference) -> (String, String) {
    let mut before = String::new();
    let mut after = String::new();
    for word in &difference.words {
        match word {
            Word::Kept(_) => {}
            Word::Removed(word) => before.push_str(word),
            Word::Added(word) => after.push_str(word),
        }
    }
    (before.trim().to_owned(), after.trim().to_owned())
}
