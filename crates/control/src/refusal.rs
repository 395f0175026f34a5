use serde::{Deserialize, Serialize};

use crate::share::Check;
use crate::wording::names;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorFault {
    /// Basis or fields are missing, or a field is none of the kind's.
    Asked,
    /// No seat answers for it.
    NoSeat,
    /// The record may hold case information.
    CaseInformation,
    /// The fields are not ready to leave.
    Fields,
}

/// Why a request was not carried out. Nothing was written, unless it says so.
///
/// The text says why, in words that hold wherever it is read; whoever shows it adds what was not done and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No record is called so.
    #[error("there is no record {given:?} here")]
    NoSuchRecord {
        /// What was given.
        given: String,
    },
    /// Nothing of that sort is called so.
    #[error("there is no {} {given:?} here; {}", thing.one(), known_list(known))]
    NoSuch {
        /// Of what sort.
        thing: Thing,
        /// What was given.
        given: String,
        /// What is here.
        known: Vec<String>,
    },
    /// Several are called so.
    #[error("{given:?} names several {}: {}", thing.several(), candidates.join("; "))]
    Ambiguous {
        /// Of what sort.
        thing: Thing,
        /// What was given.
        given: String,
        /// Those it may mean.
        candidates: Vec<String>,
    },
    /// There is no such kind of record.
    #[error("there is no kind {given:?}; the kinds are: {}", known.join(", "))]
    UnknownKind {
        /// What was given.
        given: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The words for a value do not fit the field.
    #[error("{said}")]
    Value {
        /// Why, as the field's rules say it.
        said: String,
    },
    /// The edit cannot be made.
    #[error("{said}")]
    Edit {
        /// Why.
        fault: EditFault,
        /// The field, where it is about one.
        field: Option<String>,
        /// The same in words.
        said: String,
    },
    /// Only the program sets the field.
    #[error("{field} is not set by hand")]
    NotByHand {
        /// The field.
        field: String,
        /// Whether it is the state, which a move changes.
        state: bool,
    },
    /// A narrower audience was named without a ring.
    #[error("only some members of a ring were named, and no ring")]
    OnlyWithoutRing,
    /// The workflow has no such step.
    #[error("{said}")]
    Move {
        /// Which steps there are.
        said: String,
    },
    /// Another member answers for the record.
    #[error("it is {home}'s, and only {home} changes it")]
    NotOurs {
        /// That member's name.
        home: String,
    },
    /// Every answer of a local record is this member's.
    #[error("every answer of a local record is this member's")]
    OneMember,
    /// The field does not have several answers.
    #[error("{}", not_open(field, open))]
    NotOpen {
        /// The field.
        field: String,
        /// Those that have.
        open: Vec<String>,
    },
    /// The member gave several answers.
    #[error("{member} gave {count} answers to {field}, so its name alone is ambiguous")]
    SeveralAnswers {
        /// Its name.
        member: String,
        /// How many.
        count: u64,
        /// The field.
        field: String,
    },
    /// The member gave none.
    #[error("{member} gave no answer to {field}; answers are by {}", names(by.iter().map(String::as_str)))]
    NoAnswer {
        /// Its name.
        member: String,
        /// The field.
        field: String,
        /// Who gave one.
        by: Vec<String>,
    },
    /// The words are no version.
    #[error("{given:?} is {said}")]
    NotAVersion {
        /// What was given.
        given: String,
        /// What it is.
        said: String,
    },
    /// The record is younger than that day.
    #[error("at the end of {given} there was no such record")]
    NotYet {
        /// The day.
        given: String,
    },
    /// The words are no day.
    #[error("{given:?} is not a day")]
    NotADay {
        /// What was given.
        given: String,
    },
    /// Nobody has agreed any version.
    #[error("no version of it has been agreed by everybody")]
    NeverAgreed,
    /// No statement has this word.
    #[error("unknown statement {given:?}; use one of: {}", known.join(", "))]
    UnknownWord {
        /// What was given.
        given: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The word means nothing without a note.
    #[error("{word} needs a note")]
    NeedsNote {
        /// The word.
        word: String,
    },
    /// Only seats with a vote say the word.
    #[error("only a seat with a vote may {word}, and {seat} is {standing}")]
    NeedsVote {
        /// The word.
        word: String,
        /// The seat.
        seat: String,
        /// Its standing.
        standing: String,
    },
    /// A local record has nobody to respond to it.
    #[error("it is a local record, and nobody else has it to respond to")]
    Local,
    /// A record of a ring does not go through the door.
    #[error("it is a record of a ring already")]
    SharedAlready,
    /// The guard found what identifies a person.
    #[error("the guard stopped it: {}", found(findings))]
    Guard {
        /// What it found, masked.
        findings: Vec<Check>,
        /// Whether it is the door's guard, which reads chosen fields.
        door: bool,
    },
    /// The seat may not let it through.
    #[error("{said}")]
    Override {
        /// Why not.
        said: String,
    },
    /// The door does not open.
    #[error("{said}")]
    Door {
        /// Why.
        fault: DoorFault,
        /// The same in words.
        said: String,
    },
    /// Nobody acts, and a seat has to.
    #[error("a seat has to answer for it, and an administrator is not a seat")]
    SeatNeeded,
    /// There is no such seat.
    #[error("there is no seat {given:?} here; {}", seat_list(known))]
    NoSuchSeat {
        /// What was given.
        given: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The user does not hold the seat.
    #[error("{said}")]
    NotTheirSeat {
        /// Which seats the user holds.
        said: String,
    },
    /// The invitation cannot be used.
    #[error("{said}")]
    Invitation {
        /// Why.
        said: String,
        /// Whether somebody forged it.
        forged: bool,
    },
    /// The home did not keep it.
    #[error("{said}")]
    NotKept {
        /// Why.
        said: String,
    },
    /// The core did not do it.
    #[error("{said}")]
    Core {
        /// Why.
        fault: CoreFault,
        /// The same in words.
        said: String,
    },
    /// The store of local records did not do it.
    #[error("{said}")]
    Store {
        /// Why.
        fault: StoreFault,
        /// The same in words.
        said: String,
    },
    /// The disk is low on space.
    #[error("{said}")]
    LowSpace {
        /// How low.
        said: String,
    },
    /// The journal is busy.
    #[error("{said}")]
    Busy {
        /// With what.
        said: String,
    },
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
    /// The user may not ask this node.
    #[error("this node takes requests only from the user that runs it")]
    NotPermitted,
    /// The line is no request of this version.
    #[error("{said}")]
    NotUnderstood {
        /// Why.
        said: String,
    },
    /// The request was made by a newer version.
    #[error("it was made by a newer version of this program than the node that runs")]
    Newer,
    /// Events are told on a connection of their own.
    #[error("events are told on a connection of their own")]
    EventsApart,
    /// The answer does not fit in a line.
    #[error("{said}")]
    AnswerTooLong {
        /// How long it is.
        said: String,
    },
}

fn known_list(known: &[String]) -> String {
    if known.is_empty() { "none are known".to_owned() } else { format!("known: {}", known.join(", ")) }
}

fn seat_list(known: &[String]) -> String {
    let known = if known.is_empty() { "there are none yet".to_owned() } else { known.join(", ") };
    format!("the seats are: {known}")
}

fn not_open(field: &str, open: &[String]) -> String {
    if open.is_empty() {
        return "no field of it has more than one answer".to_owned();
    }
    format!("{field} has one answer; more than one have: {}", open.join(", "))
}

fn found(findings: &[Check]) -> String {
    let found: Vec<String> =
        findings.iter().map(|check| format!("{} in {} ({})", check.what, check.field, check.shown)).collect();
    found.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_comes_back_from_its_json() {
        let refusal = Refusal::Edit { fault: EditFault::UnknownField, field: Some("titel".into()), said: "no".into() };
        let json = serde_json::to_string(&refusal).expect("writes");
        assert!(json.contains("unknown_field"), "{json}");
        assert_eq!(serde_json::from_str::<Refusal>(&json).expect("reads"), refusal);
    }

    #[test]
    fn what_the_guard_found_is_said_masked() {
        let check = Check { field: "title".into(), what: "an NHS number".into(), shown: "943...".into() };
        let said = Refusal::Guard { findings: vec![check], door: false }.to_string();
        assert_eq!(said, "the guard stopped it: an NHS number in title (943...)");
    }

    #[test]
    fn what_is_known_is_listed() {
        let known = vec!["Greenwich".to_owned()];
        let said = Refusal::NoSuch { thing: Thing::Member, given: "Lewisham".into(), known }.to_string();
        assert_eq!(said, "there is no member \"Lewisham\" here; known: Greenwich");
    }
}
