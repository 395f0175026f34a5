use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ask::Ask;
use crate::made::Made;
use crate::sentences::with_sentences;
use crate::wording::names;

/// Share a local record through the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The local record.
    pub id: String,
    /// The ring.
    pub ring: String,
    /// Members of a narrower audience; empty for the whole ring.
    pub only: Vec<String>,
    /// The fields that leave.
    pub fields: Vec<String>,
    /// On what basis.
    pub basis: String,
    /// Only say what would leave.
    pub dry_run: bool,
    /// The written reason for leaving in spite of findings.
    pub override_reason: Option<String>,
}

impl Ask for Share {
    const NAME: &'static str = "share";
    type Answer = Shared;
}

/// Something the guard found; masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Where.
    pub field: String,
    /// What, for people.
    pub what: String,
    /// What it looks like, masked.
    pub shown: String,
}

/// What would leave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WouldLeave {
    /// Kind of the record that is made.
    pub kind: String,
    /// The exact fields.
    pub fields: BTreeMap<String, Value>,
}

/// What a person should know before words leave; none of it stops them. Its text says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Remark {
    /// The record is in another state than those in which its kind leaves.
    #[error("it is {state}; a {kind} is meant to leave when it is {}", leaves_from.join(" or "))]
    Early {
        /// Its state.
        state: String,
        /// Its kind, as people read it.
        kind: String,
        /// Those states.
        leaves_from: Vec<String>,
    },
    /// A field that such records need does not go along.
    #[error("{field} does not go along, and the shared record lacks it")]
    Lacks {
        /// The field, as people read it.
        field: String,
    },
}

/// What came of the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Shared {
    /// What would leave, or left.
    pub would_leave: WouldLeave,
    /// The names of those who get it.
    pub holders: Vec<String>,
    /// What the guard found.
    pub findings: Vec<Check>,
    /// The name of the member that it leaves.
    pub leaves: String,
    /// What a person should know before.
    pub remarks: Vec<Remark>,
    /// The record in the ring; none where nothing left.
    pub shared: Option<Made>,
}

with_sentences!(Shared { sentence: String = Shared::sentence });

impl Shared {
    /// The sentence that a person confirms.
    #[must_use]
    pub fn sentence(&self) -> String {
        let to = names(self.holders.iter().map(String::as_str));
        let mut sentence = format!("This leaves {} now, to {to}.", self.leaves);
        for remark in &self.remarks {
            sentence.push_str(&format!(" Note: {remark}."));
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_sentence_and_is_read_by_its_facts() {
        let shared = Shared {
            would_leave: WouldLeave::default(),
            holders: vec!["Greenwich".into(), "Lewisham".into()],
            findings: Vec::new(),
            leaves: "Bexley".into(),
            remarks: vec![Remark::Lacks { field: "Basis".into() }],
            shared: None,
        };
        let json = serde_json::to_value(&shared).expect("writes");
        let said = "This leaves Bexley now, to Greenwich and Lewisham. Note: Basis does not go along, and the shared \
                    record lacks it.";
        assert_eq!(json["sentence"], said);
        assert_eq!(serde_json::from_value::<Shared>(json).expect("reads"), shared);
    }
}
