//! What the story reads out of answers.

use std::collections::BTreeSet;

use serde_json::Value;
use tally_control::{
    Adoption, Approval, Ask, Difference, Made, Record, RecordDiff, RecordSet, RecordShow, Respond, Word,
};
use tally_stage::StageError;

use crate::Demo;
use crate::story::{Edit, Statement};

impl Demo {
    /// The fields of a kind that are lists of free lines.
    pub(crate) fn lists(&self, member: &str, kind: &str) -> Result<BTreeSet<String>, StageError> {
        let types = self.stage.document(member, &["record", "types", kind])?;
        let fields = types["types"][0]["fields"].as_array().into_iter().flatten();
        let lists = fields.filter(|field| field["holds"] == "items");
        Ok(lists.filter_map(|field| field["name"].as_str().map(str::to_owned)).collect())
    }

    /// A record as a borough reads it.
    pub(crate) fn shown(&self, member: &str, id: &str, at: Option<&str>) -> Result<Record, StageError> {
        self.stage.ask(member, None, &RecordShow { id: id.to_owned(), at: at.map(str::to_owned) })
    }

    /// The shared priority as a borough reads it now.
    pub(crate) fn priority(&self, member: &str) -> Result<Record, StageError> {
        self.shown(member, &self.priority, None)
    }

    /// Waits until the shared priority reads the same at every borough.
    pub(crate) fn same(&self) -> Result<(), StageError> {
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
    pub(crate) fn make<A: Ask<Answer = Made>>(&self, seat: &str, ask: &A) -> Result<Made, StageError> {
        self.stage.ask(&self.story.member_of(seat), Some(seat), ask)
    }

    /// One edit of the shared priority.
    pub(crate) fn edit(&self, edit: &Edit) -> Result<Made, StageError> {
        let ask = RecordSet {
            id: self.priority.clone(),
            set: vec![(edit.field.clone(), edit.value.clone())],
            base: None,
            reason: None,
        };
        self.make(&edit.by, &ask)
    }

    /// One statement on the shared priority as it reads now.
    pub(crate) fn state(&self, one: &Statement) -> Result<Made, StageError> {
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
    pub(crate) fn who_said(&self, record: &Record, approval: Approval) -> Vec<String> {
        let said = record.agreed.iter().flat_map(|agreed| &agreed.approvals);
        said.filter(|(_, one)| **one == approval).map(|(name, _)| self.stage.id_of(name)).collect()
    }

    /// The ids of the members that are so far with adopting the record.
    pub(crate) fn who_adopted(&self, record: &Record, adoption: Adoption) -> Vec<String> {
        let adopted = record.agreed.iter().flat_map(|agreed| &agreed.adoption);
        adopted.filter(|(_, one)| **one == adoption).map(|(name, _)| self.stage.id_of(name)).collect()
    }

    /// The word that was taken out and the one put in, since the text in force.
    pub(crate) fn changed_word(&self, member: &str, field: &str) -> Result<(String, String), StageError> {
        let ask = RecordDiff { id: self.priority.clone(), before: None, after: None, since_agreed: true, since: None };
        let found = self.stage.ask(member, None, &ask)?.differences;
        let found = found.iter().find(|difference| difference.field == field);
        Ok(found.map(replaced).unwrap_or_default())
    }
}

/// A field in words.
pub(crate) fn field(record: &Record, name: &str) -> String {
    record.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Fields of the story as the text that a command line gives; `lists` are those of free lines, not of words.
pub(crate) fn given(
    lists: &BTreeSet<String>,
    fields: impl IntoIterator<Item = (String, Value)>,
) -> Vec<(String, String)> {
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Array(all) => {
                    let between = if lists.contains(&name) { "\n" } else { "," };
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
