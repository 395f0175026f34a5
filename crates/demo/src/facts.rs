use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::DemoError;

const FACTS: &str = include_str!("../../../examples/tri-borough/facts.toml");

/// What is known of the programme, as far as the story needs it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Facts {
    pub(crate) ring: Ring,
    pub(crate) area: Vec<Area>,
    pub(crate) body: Vec<Body>,
    pub(crate) next_shared_priority: NextSharedPriority,
    pub(crate) bexley_priority: Vec<BexleyPriority>,
    pub(crate) hub: Vec<Hub>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ring {
    pub(crate) name: String,
    pub(crate) purpose: String,
    pub(crate) members: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Area {
    pub(crate) id: String,
    pub(crate) short: String,
    pub(crate) code: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Body {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) dates_2020_21: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NextSharedPriority {
    pub(crate) title: String,
    pub(crate) programme_year: String,
    pub(crate) time_limited: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BexleyPriority {
    pub(crate) number: u32,
    pub(crate) year: u32,
    pub(crate) title: String,
    pub(crate) lead: Vec<String>,
    pub(crate) begins: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Hub {
    pub(crate) mini_hubs: Option<MiniHubs>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MiniHubs {
    pub(crate) date: String,
    pub(crate) count: u32,
}

impl Facts {
    /// The facts that came with the program, or those of a folder.
    pub(crate) fn read(folder: Option<&Path>) -> Result<Self, DemoError> {
        read(folder, "facts.toml", FACTS)
    }
}

/// A file of the story: the one that came with the program, or the one in a folder, where it is there.
pub(crate) fn read<T: DeserializeOwned>(folder: Option<&Path>, name: &str, own: &str) -> Result<T, DemoError> {
    let unread = |source| DemoError::Unread { file: name.to_owned(), source };
    let other = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    let text = match other {
        Some(path) => std::fs::read_to_string(path).map_err(|error| unread(error.into()))?,
        None => own.to_owned(),
    };
    toml::from_str(&text).map_err(|error| unread(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_that_come_with_the_program_are_read() {
        assert_eq!(Facts::read(None).expect("reads").ring.members.len(), 3);
    }
}
