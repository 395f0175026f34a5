use serde::{Deserialize, Serialize};

/// What to keep when several answers are settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// What this member answered: its name, its code or a beginning of its id.
    Member(String),
    /// This value.
    Value(String),
}

/// What is asked of a running node. Records, rings, members and versions are named as on the command line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// The verdict and each problem with its remedy.
    Status,
    /// One line a partner's node.
    Peers,
    /// Who has a copy of which record.
    Sync {
        /// One record; none for all.
        record: Option<String>,
    },
    /// Why a member does not have what we have.
    Why {
        /// The member.
        member: String,
        /// One record; none for all.
        record: Option<String>,
    },
    /// The rings.
    Rings {
        /// One ring; none for all.
        ring: Option<String>,
    },
    /// Take an invitation, already signed where it is to be signed; the merged text comes back.
    RingTake {
        /// Its text.
        invitation: String,
    },
    /// Begin a record.
    RecordNew {
        /// The kind.
        kind: String,
        /// The ring; none for a local record.
        ring: Option<String>,
        /// Members of a narrower audience; empty for the whole ring.
        only: Vec<String>,
        /// Fields and their values as text.
        set: Vec<(String, String)>,
    },
    /// Change fields of a record.
    RecordSet {
        /// The record.
        id: String,
        /// Fields and their values as text.
        set: Vec<(String, String)>,
        /// The version that the writer saw.
        base: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Add a line to a group of lines.
    RecordAdd {
        /// The record.
        id: String,
        /// The field.
        field: String,
        /// The line's fields.
        set: Vec<(String, String)>,
    },
    /// Move a record through its workflow.
    RecordMove {
        /// The record.
        id: String,
        /// The next state.
        state: String,
    },
    /// One record.
    RecordShow {
        /// The record.
        id: String,
        /// A version, or a date.
        at: Option<String>,
    },
    /// Records.
    RecordList {
        /// Of one kind.
        kind: Option<String>,
        /// Of one ring.
        ring: Option<String>,
        /// Local ones only.
        local: bool,
        /// With these values.
        matching: Vec<(String, String)>,
        /// With a date before this day.
        due_before: Option<String>,
    },
    /// Who changed a record, and when.
    RecordHistory {
        /// The record.
        id: String,
    },
    /// What differs between two versions of a record.
    RecordDiff {
        /// The record.
        id: String,
        /// The earlier version.
        before: Option<String>,
        /// The later version; none for the present one.
        after: Option<String>,
        /// From the version in force.
        since_agreed: bool,
        /// From the version at this date.
        since: Option<String>,
    },
    /// Settle several answers.
    RecordSettle {
        /// The record.
        id: String,
        /// The field.
        field: String,
        /// What to keep.
        keep: Keep,
    },
    /// Say a seat's word on the version shown.
    Respond {
        /// The record.
        id: String,
        /// The word.
        word: String,
        /// What the seat adds.
        note: Option<String>,
        /// Under whose delegation, which minute.
        authority: Option<String>,
        /// A version; none for the present one.
        version: Option<String>,
    },
    /// Share a local record through the door.
    Share {
        /// The local record.
        id: String,
        /// The ring.
        ring: String,
        /// Members of a narrower audience; empty for the whole ring.
        only: Vec<String>,
        /// The fields that leave.
        fields: Vec<String>,
        /// On what basis.
        basis: String,
        /// Only say what would leave.
        dry_run: bool,
        /// The written reason for leaving in spite of findings.
        override_reason: Option<String>,
    },
    /// What left, when, to whom, on what basis.
    Register,
    /// Add a seat.
    SeatAdd {
        /// The seat.
        seat: crate::answer::Seat,
        /// The operating-system users that act as it.
        users: Vec<String>,
    },
    /// The seats.
    Seats,
    /// The logs.
    Logs,
    /// One entry, by its id or a beginning of it.
    LogShow {
        /// The entry.
        entry: String,
    },
    /// Check everything held.
    LogVerify,
    /// Make the views anew from the journal.
    ViewsRebuild,
    /// Every event from now on, a line each, until the socket closes.
    Events,
    /// Lose, or regain, every connection to partners: for the demonstration and for drills.
    Cut {
        /// Whether to be cut off.
        off: bool,
    },
    /// End the node.
    Stop,
}
