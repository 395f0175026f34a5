use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::{Audience, Difference, Record};

/// What a node answers. Each is the JSON document of its command, less `schema`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done, with nothing to tell.
    Nothing {},
    /// To `Status`.
    Status(Status),
    /// To `Peers`.
    Peers {
        /// One a node.
        peers: Vec<Peer>,
    },
    /// To `Sync`.
    Sync {
        /// One a record.
        records: Vec<Copy>,
    },
    /// To `Why`.
    Why(Why),
    /// To `Rings`.
    Rings {
        /// The rings.
        rings: Vec<Ring>,
    },
    /// To `RingTake`.
    RingTaken {
        /// The ring as it is now.
        ring: Ring,
        /// The merged invitation.
        invitation: String,
    },
    /// To whatever makes or changes a record.
    Made(Made),
    /// To `RecordShow`.
    Record(Box<Record>),
    /// To `RecordList`.
    Records {
        /// The records.
        records: Vec<Record>,
    },
    /// To `RecordHistory`.
    History {
        /// The changes, oldest first.
        changes: Vec<Change>,
    },
    /// To `RecordDiff`.
    Diff {
        /// The earlier version.
        before: String,
        /// The later version.
        after: String,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// To `Share`.
    Shared(Shared),
    /// To `Register`.
    Register {
        /// Oldest first.
        disclosures: Vec<Disclosure>,
    },
    /// To `Seats` and `SeatAdd`.
    Seats {
        /// The seats.
        seats: Vec<Seat>,
    },
    /// To `Logs`.
    Logs {
        /// The logs.
        logs: Vec<Log>,
        /// Their entries, oldest first.
        entries: Vec<Entry>,
    },
    /// To `LogShow`.
    Entry(Box<Entry>),
    /// To `LogVerify`.
    Verified(Verified),
    /// To `Events`: one.
    Event(Event),
}

/// How a node is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// `ok` or `needs_attention`.
    pub verdict: String,
    /// What is wrong, each with its remedy.
    pub problems: Vec<Problem>,
    /// This member's name.
    pub member: String,
    /// Other members with a node that can be reached now.
    pub members_connected: u64,
    /// Other members.
    pub members_total: u64,
    /// Records of which some member is not known to have all we have.
    pub records_behind: u64,
    /// Entries that wait for something not yet here.
    pub waiting: u64,
    /// When the last backup was made, RFC 3339.
    pub last_backup: Option<String>,
}

/// Something wrong, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What helps.
    pub remedy: String,
}

/// A partner's node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its member's name.
    pub member: String,
    /// Its id.
    pub node: String,
    /// Its name.
    pub name: String,
    /// `connected` or `unreachable`.
    pub state: String,
    /// When it last said anything, RFC 3339.
    pub last_heard: Option<String>,
    /// The address in use, or why none is.
    pub path: Option<String>,
    /// Entries of ours that it is not known to have.
    pub behind: u64,
    /// Entries that it has and we have not.
    pub ahead: u64,
}

/// Whether a member has a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// `confirmed`, `behind`, `ahead` or `unknown`.
    pub state: String,
    /// When it last said so, RFC 3339.
    pub at: Option<String>,
}

/// Who has a copy of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// The record.
    pub id: String,
    /// Its short reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// By member's name.
    pub held_by: BTreeMap<String, Held>,
}

/// Why a member does not have what we have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// In a paragraph.
    pub cause: String,
    /// What helps.
    pub remedy: String,
}

/// A member as a ring lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub member: String,
    /// Its name.
    pub name: String,
    /// Its codes.
    pub codes: Vec<String>,
    /// `full` or `observer`.
    pub standing: String,
    /// Of its root key and the next, to compare by telephone.
    #[serde(default)]
    pub fingerprint: String,
    /// Its nodes.
    pub nodes: Vec<String>,
}

/// A ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Its id.
    pub ring: String,
    /// Its name.
    pub name: String,
    /// Its purpose.
    pub purpose: String,
    /// `complete` or `awaiting`.
    pub state: String,
    /// The edition in force, or the draft.
    pub edition: String,
    /// Its number.
    pub number: u64,
    /// Its members.
    pub members: Vec<Member>,
    /// Names of those who signed.
    pub signed_by: Vec<String>,
    /// Names of those who have not.
    pub awaiting: Vec<String>,
    /// Drafts beside the edition in force.
    pub drafts: Vec<String>,
}

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

/// A change of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The entry; none for a local record.
    pub entry: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// The member's name.
    pub member: Option<String>,
    /// The seat.
    pub seat: Option<String>,
    /// The version that it made.
    pub version: String,
    /// The fields it touched.
    pub fields: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// In a few words.
    pub summary: String,
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

/// What came of the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// What would leave, or left.
    pub would_leave: WouldLeave,
    /// The names of those who get it.
    pub holders: Vec<String>,
    /// What the guard found.
    pub findings: Vec<Check>,
    /// The sentence a person confirms.
    pub sentence: String,
    /// The record in the ring; none where nothing left.
    pub shared: Option<Made>,
}

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// When, RFC 3339.
    pub at: String,
    /// The local record.
    pub local: String,
    /// The fields that left.
    pub fields: Vec<String>,
    /// The ring.
    pub ring: String,
    /// To whom.
    pub holders: Vec<String>,
    /// On what basis.
    pub basis: String,
    /// The seat that answered for it.
    pub seat: String,
    /// The reason given for leaving in spite of findings.
    pub override_reason: Option<String>,
    /// The record in the ring; none where the words did not leave.
    pub shared: Option<String>,
    /// `intended` until the words were signed, then `done`.
    pub state: String,
}

/// A seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// The sector it speaks for.
    pub sector: String,
    /// The areas it serves.
    pub areas: Vec<String>,
    /// Its standing, such as voting.
    pub standing: String,
}

/// A log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The ring's name.
    pub ring: String,
    /// The audience.
    pub audience: String,
    /// The member's name.
    pub member: Option<String>,
    /// The node.
    pub node: String,
    /// The incarnation.
    pub incarnation: u32,
    /// Entries held.
    pub entries: u64,
    /// The last entry held.
    pub head: Option<String>,
    /// Where it was frozen, if it forked.
    pub frozen_after: Option<u64>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub entry: String,
    /// `birth`, `change`, `statement`, `seal` or a number.
    pub kind: String,
    /// The member's name.
    pub member: Option<String>,
    /// The node.
    pub node: String,
    /// The incarnation.
    pub incarnation: u32,
    /// The sequence.
    pub sequence: u64,
    /// The entry before it.
    pub previous: Option<String>,
    /// The edition it was written under.
    pub edition: String,
    /// The document.
    pub document: Option<String>,
    /// The seat.
    pub seat: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// Bytes of its body.
    pub body_bytes: u32,
    /// `standing`, `waiting` or `void`.
    pub verdict: String,
    /// Why it is void.
    pub why: Option<String>,
    /// Whether it carries its own signature here.
    pub signed: bool,
    /// Whether a fork or a restore set it aside.
    pub aside: bool,
}

/// What a check of everything found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// Entries checked.
    pub entries: u64,
    /// Logs checked.
    pub logs: u64,
    /// What does not hold, each as a sentence with its place.
    pub failures: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What, as one word with underscores.
    pub event: String,
    /// When, RFC 3339.
    pub at: String,
    /// Ids that belong to it.
    pub about: BTreeMap<String, String>,
}
