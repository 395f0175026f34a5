use serde::{Deserialize, Serialize};

use crate::record::Audience;

/// A record that was made or changed, or a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The record.
    pub id: String,
    /// Its short reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: String,
    /// The version now, or the version a statement is about.
    pub version: String,
    /// Who may hold it.
    pub audience: Audience,
    /// Its state now.
    pub state: String,
    /// Fields in which two versions were joined.
    pub joined: Vec<String>,
    /// The entry; none for a local record.
    pub entry: Option<String>,
    /// The statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Where the words go now, as a sentence.
    pub message: String,
}
