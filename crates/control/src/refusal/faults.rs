use serde::{Deserialize, Serialize};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A record.
    Record,
    /// A ring.
    Ring,
    /// A member.
    Member,
    /// An entry.
    Entry,
}

impl Thing {
    /// One of them.
    #[must_use]
    pub const fn one(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Ring => "ring",
            Self::Member => "member",
            Self::Entry => "entry",
        }
    }

    /// Several of them.
    #[must_use]
    pub const fn several(self) -> &'static str {
        match self {
            Self::Record => "records",
            Self::Ring => "rings",
            Self::Member => "members",
            Self::Entry => "entries",
        }
    }
}

/// Why an edit cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditFault {
    /// The kind has no such field.
    UnknownField,
    /// The word is none of the field's.
    WordNotAllowed,
    /// The field holds something else.
    WrongKind,
    /// The date is not as precise as it says.
    BadDate,
    /// The field is set twice.
    Twice,
    /// The version it was written on is not here.
    UnknownVersion,
    /// It reads so already.
    NothingChanged,
    /// More than one change carries.
    TooMuch,
    /// The text is longer than the ring allows.
    TextTooLong,
    /// The group has no such line.
    UnknownLine,
    /// Something else about what it holds.
    Other,
}

/// Why the core of the node did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoreFault {
    /// No such ring, record or entry is here.
    Unknown,
    /// The ring's edition is not signed by everybody.
    NotComplete,
    /// The edition does not list this member.
    NotListed,
    /// This member is an observer.
    Observer,
    /// Another member answers for the record.
    NotHome,
    /// The audience has others than members of the ring, or lacks this one.
    Audience,
    /// This version does not know the kind.
    UnknownKind,
    /// The kind is born local.
    BornLocal,
    /// The version is not here.
    UnknownVersion,
    /// A change of this member's own to it waits for changes of others.
    AwaitsOwn,
    /// The record stopped here.
    Stopped,
    /// The edition cannot be taken, or there are too many rings.
    Edition,
    /// The entry would be too large.
    Draft,
    /// A limit of the ring stands against it.
    Limit,
    /// Every member would refuse the entry.
    Void,
}

/// Why the store of local records did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreFault {
    /// There is no such record.
    Unknown,
    /// Several records are called so.
    Ambiguous,
    /// The record has no such version.
    UnknownVersion,
    /// Seats and people would not fit together.
    People,
    /// It could not be written.
    Write,
    /// It could not be read.
    Read,
}

/// Why the door does not open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DoorFault {
    /// Nobody said on what basis.
    #[error("say on what basis the words may leave")]
    NoBasis,
    /// No seat answers for it.
    #[error("a seat has to answer for words that leave")]
    NoSeat,
    /// Nobody would receive anything.
    #[error("the audience has no member but this one")]
    NoHolders,
    /// Nothing was chosen.
    #[error("choose the fields that are to leave")]
    NoFields,
    /// The kind has no such field.
    #[error("a {kind} has no field {given:?}; it has: {}", allowed.join(", "))]
    UnknownField {
        /// The kind.
        kind: String,
        /// What was given.
        given: String,
        /// The fields that may leave.
        allowed: Vec<String>,
    },
    /// The field says something only at home.
    #[error("{field} stays at home: it means something only beside the local record")]
    StaysHome {
        /// The field.
        field: String,
    },
    /// The field has nothing in it.
    #[error("{field} is empty")]
    Empty {
        /// The field.
        field: String,
    },
    /// The field has two answers.
    #[error("{field} has two answers; settle them first")]
    Unsettled {
        /// The field.
        field: String,
    },
    /// The words name a record that stays at home.
    #[error("{field} names a local record by its id")]
    NamesLocalRecord {
        /// The field.
        field: String,
    },
    /// The record may hold case information.
    #[error("the record is marked as holding case information, which never leaves")]
    CaseInformation,
}

/// Why words are no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum VersionFault {
    /// They have another form.
    #[error("not a version: hashes of 64 hexadecimal digits, joined by +, were expected")]
    Form,
    /// The record has none that begins so.
    #[error("no version of this record")]
    NoSuch,
    /// Several begin so.
    #[error("the beginning of several versions; give more of it")]
    Ambiguous,
}

/// Why words do not pass the guard by a seat's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum OverrideFault {
    /// There is no written reason.
    #[error("write down why these words may leave")]
    NoReason,
    /// The seat may not do this.
    #[error("the seat {seat:?} may not let words through that the guard stopped")]
    NoAuthority {
        /// The seat.
        seat: String,
    },
}
