use tally_document::Version;

/// A version of a record as somebody names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionRef {
    /// This one.
    Whole(Version),
    /// The hashes of its changes as a person copies them, joined by plus signs: each cut short, but at four digits at
    /// the least, where no other change of the record begins so.
    Short(String),
}

impl From<Version> for VersionRef {
    fn from(version: Version) -> Self {
        Self::Whole(version)
    }
}

/// Why a short name is not that of a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionRefError {
    /// One of its parts is the beginning of no change of the record.
    #[error("no change of the record begins with {part:?}")]
    NoSuch {
        /// The part.
        part: String,
    },
    /// One of its parts is the beginning of several.
    #[error("several changes of the record begin with {part:?}; give more of it")]
    Ambiguous {
        /// The part.
        part: String,
    },
}
