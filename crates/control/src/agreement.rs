use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What is agreed about a record, by member's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Whether every full member approved the version in force.
    pub agreed: bool,
    /// What each said of the version shown.
    pub approvals: BTreeMap<String, Approval>,
    /// The version that everybody approved last.
    pub in_force: Option<String>,
    /// Whether the text changed since.
    pub changed_since: bool,
    /// Who has not answered.
    pub outstanding: Vec<String>,
    /// Who made it its own.
    pub adoption: BTreeMap<String, Adoption>,
    /// The version that each adopted.
    pub adopted_versions: BTreeMap<String, String>,
    /// Sector by sector, for members whose rule says so.
    pub adopted_by_sector: BTreeMap<String, Sectors>,
}

/// What a member said of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nothing yet.
    Outstanding,
    /// That it abstains.
    Abstained,
    /// That it approves.
    Approved,
    /// That it objects.
    Objected,
}

impl Approval {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outstanding => "outstanding",
            Self::Abstained => "abstained",
            Self::Approved => "approved",
            Self::Objected => "objected",
        }
    }
}

/// Whether a member made a text its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adoption {
    /// Not yet.
    Awaiting,
    /// It will not.
    Declined,
    /// Some of its sectors did.
    Partly,
    /// It did.
    Adopted,
}

impl Adoption {
    /// The word in JSON and in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting",
            Self::Declined => "declined",
            Self::Partly => "partly",
            Self::Adopted => "adopted",
        }
    }
}

/// The sectors of a member that adopted, and those awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sectors {
    /// Those that did.
    pub adopted: Vec<String>,
    /// Those that did not yet.
    pub awaiting: Vec<String>,
}

/// An agreement that a local record does not have: an empty object in JSON, as it has always been.
pub(crate) mod or_empty {
    use super::{Agreement, Deserialize, Deserializer, Map, Serialize, Serializer, Value};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(agreement: &Option<Agreement>, serializer: S) -> Result<S::Ok, S::Error> {
        match agreement {
            Some(agreement) => agreement.serialize(serializer),
            None => Map::new().serialize(serializer),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Agreement>, D::Error> {
        let map = Map::deserialize(deserializer)?;
        if map.is_empty() {
            return Ok(None);
        }
        serde_json::from_value(Value::Object(map)).map(Some).map_err(D::Error::custom)
    }
}
