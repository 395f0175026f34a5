use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::error::DemoError;
use crate::facts;
use crate::step::Told;

const STORY: &str = include_str!("../../../examples/tri-borough/story.toml");

/// What happens, step by step. Seats are named by their ids, members by the ids of their areas.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Story {
    pub(crate) seat: Vec<StorySeat>,
    pub(crate) agree: Agree,
    pub(crate) adopt: Adopt,
    pub(crate) cut_off: CutOff,
    pub(crate) heal: Heal,
    pub(crate) approve: Approve,
    pub(crate) guard: Guard,
    pub(crate) proof: Proof,
    pub(crate) as_it_stood: AsItStood,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StorySeat {
    pub(crate) id: String,
    pub(crate) member: String,
    pub(crate) role: String,
    pub(crate) sector: String,
    pub(crate) areas: Vec<String>,
    pub(crate) standing: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Agree {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) by: String,
    pub(crate) kind: String,
    pub(crate) fields: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Adopt {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) statements: Vec<Statement>,
    pub(crate) bexley_priority: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Statement {
    pub(crate) by: String,
    pub(crate) word: String,
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CutOff {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) member: String,
    pub(crate) edits: Vec<Edit>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Edit {
    pub(crate) by: String,
    pub(crate) field: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Heal {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) power_cut: PowerCut,
    pub(crate) settle: Settle,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PowerCut {
    pub(crate) member: String,
    pub(crate) by: String,
    pub(crate) writes: u32,
    pub(crate) field: String,
    pub(crate) line: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Settle {
    pub(crate) by: String,
    pub(crate) field: String,
    pub(crate) keep: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Approve {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) statements: Vec<Statement>,
    pub(crate) later: Edit,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Guard {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) by: String,
    pub(crate) kind: String,
    pub(crate) fields: BTreeMap<String, Value>,
    pub(crate) share: Share,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Share {
    pub(crate) moves: Vec<String>,
    pub(crate) fields: Vec<String>,
    pub(crate) basis: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Proof {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) forged: Forged,
    pub(crate) flipped: Flipped,
    pub(crate) old_backup: OldBackup,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Forged {
    pub(crate) in_the_name_of: String,
    pub(crate) put_into: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Flipped {
    pub(crate) member: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OldBackup {
    pub(crate) member: String,
    pub(crate) entries_after_backup: u32,
    pub(crate) by: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AsItStood {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) day: String,
    pub(crate) afterwards: Edit,
}

impl Story {
    /// The story that came with the program, or the one of a folder.
    pub(crate) fn read(folder: Option<&Path>) -> Result<Self, DemoError> {
        facts::read(folder, "story.toml", STORY)
    }

    /// The member whose seat this is.
    pub(crate) fn member_of(&self, seat: &str) -> String {
        self.seat.iter().find(|one| one.id == seat).map(|one| one.member.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seat_of_the_story_that_comes_with_the_program_is_known() {
        let story = Story::read(None).expect("reads");
        let acting = story.cut_off.edits.iter().map(|edit| edit.by.as_str()).chain([story.guard.by.as_str()]);
        for seat in acting {
            assert!(!story.member_of(seat).is_empty(), "{seat}");
        }
    }
}
