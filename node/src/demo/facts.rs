use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tally_control::{Exit, Failure};

const FACTS: &str = include_str!("../../../examples/tri-borough/facts.toml");

/// What is known of the programme, as far as the story needs it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Facts {
    pub(super) ring: Ring,
    pub(super) area: Vec<Area>,
    pub(super) body: Vec<Body>,
    pub(super) next_shared_priority: NextSharedPriority,
    pub(super) bexley_priority: Vec<BexleyPriority>,
    pub(super) hub: Vec<Hub>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ring {
    pub(super) name: String,
    pub(super) purpose: String,
    pub(super) members: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Area {
    pub(super) id: String,
    pub(super) short: String,
    pub(super) code: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Body {
    pub(super) id: String,
    #[serde(default)]
    pub(super) dates_2020_21: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct NextSharedPriority {
    pub(super) title: String,
    pub(super) programme_year: String,
    pub(super) time_limited: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct BexleyPriority {
    pub(super) number: u32,
    pub(super) year: u32,
    pub(super) title: String,
    pub(super) lead: Vec<String>,
    pub(super) begins: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Hub {
    pub(super) mini_hubs: Option<MiniHubs>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct MiniHubs {
    pub(super) date: String,
    pub(super) count: u32,
}

impl Facts {
    /// The facts that came with the program, or those of a folder.
    pub(super) fn read(folder: Option<&Path>) -> Result<Self, Failure> {
        read(folder, "facts.toml", FACTS)
    }
}

/// A file of the story: the one that came with the program, or the one in a folder, where it is there.
pub(super) fn read<T: DeserializeOwned>(folder: Option<&Path>, name: &str, own: &str) -> Result<T, Failure> {
    let unread = |why: String| {
        Failure::new(
            Exit::Failed,
            "The story cannot be told",
            format!("{name}: {why}"),
            "Correct the file, or leave out --facts.",
        )
    };
    let other = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    let text = match other {
        Some(path) => std::fs::read_to_string(path).map_err(|error| unread(error.to_string()))?,
        None => own.to_owned(),
    };
    toml::from_str(&text).map_err(|error| unread(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_that_come_with_the_program_are_read() {
        assert_eq!(Facts::read(None).expect("reads").ring.members.len(), 3);
    }
}
