use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tally_control::Failure;

use super::facts;
use super::step::Told;

const STORY: &str = include_str!("../../../examples/tri-borough/story.toml");

/// What happens, step by step. Seats are named by their ids, members by the ids of their areas.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Story {
    pub(super) seat: Vec<Seat>,
    pub(super) agree: Agree,
    pub(super) adopt: Adopt,
    pub(super) cut_off: CutOff,
    pub(super) heal: Heal,
    pub(super) approve: Approve,
    pub(super) guard: Guard,
    pub(super) proof: Proof,
    pub(super) as_it_stood: AsItStood,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Seat {
    pub(super) id: String,
    pub(super) member: String,
    pub(super) role: String,
    pub(super) sector: String,
    pub(super) areas: Vec<String>,
    pub(super) standing: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Agree {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) by: String,
    pub(super) kind: String,
    pub(super) fields: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Adopt {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) statements: Vec<Statement>,
    pub(super) bexley_priority: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Statement {
    pub(super) by: String,
    pub(super) word: String,
    pub(super) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct CutOff {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) member: String,
    pub(super) edits: Vec<Edit>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Edit {
    pub(super) by: String,
    pub(super) field: String,
    pub(super) value: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Heal {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) power_cut: PowerCut,
    pub(super) settle: Settle,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct PowerCut {
    pub(super) member: String,
    pub(super) by: String,
    pub(super) writes: u32,
    pub(super) field: String,
    pub(super) line: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Settle {
    pub(super) by: String,
    pub(super) field: String,
    pub(super) keep: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Approve {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) statements: Vec<Statement>,
    pub(super) later: Edit,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Guard {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) by: String,
    pub(super) kind: String,
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) share: Share,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Share {
    pub(super) moves: Vec<String>,
    pub(super) fields: Vec<String>,
    pub(super) basis: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Proof {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) forged: Forged,
    pub(super) flipped: Flipped,
    pub(super) old_backup: OldBackup,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Forged {
    pub(super) in_the_name_of: String,
    pub(super) sent_to: String,
    pub(super) value: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Flipped {
    pub(super) member: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OldBackup {
    pub(super) member: String,
    pub(super) entries_after_backup: u32,
    pub(super) by: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct AsItStood {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) day: String,
    pub(super) afterwards: Edit,
}

impl Story {
    /// The story that came with the program, or the one of a folder.
    pub(super) fn read(folder: Option<&Path>) -> Result<Self, Failure> {
        facts::read(folder, "story.toml", STORY)
    }

    /// The member whose seat this is.
    pub(super) fn member_of(&self, seat: &str) -> String {
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
