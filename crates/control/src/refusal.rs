mod faults;

use serde::{Deserialize, Serialize};

use crate::share::Check;
use crate::wording::names;

pub use faults::{CoreFault, DoorFault, EditFault, OverrideFault, StoreFault, Thing, VersionFault};

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
    #[error("{}", no_step(kind, from, to, *known, allowed))]
    Move {
        /// The kind of record.
        kind: String,
        /// The state it is in.
        from: String,
        /// The state that was asked for.
        to: String,
        /// Whether the kind has that state.
        known: bool,
        /// The states it may move to.
        allowed: Vec<String>,
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
    #[error("{given:?} is {fault}")]
    NotAVersion {
        /// What was given.
        given: String,
        /// Why not.
        fault: VersionFault,
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
    #[error("{fault}")]
    Override {
        /// Why not.
        fault: OverrideFault,
    },
    /// The door does not open.
    #[error("{fault}")]
    Door {
        /// Why.
        fault: DoorFault,
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
    #[error("{}", not_held(user, seat, held))]
    NotTheirSeat {
        /// The user's name.
        user: String,
        /// The seat.
        seat: String,
        /// The seats that the user holds.
        held: Vec<String>,
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
    /// The views cannot be read, although they were made again.
    #[error("the views cannot be read: {said}")]
    NoViews {
        /// Why.
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

fn no_step(kind: &str, from: &str, to: &str, known: bool, allowed: &[String]) -> String {
    let allowed = if allowed.is_empty() { "nothing, this is a last state".to_owned() } else { allowed.join(", ") };
    if known {
        format!("a {kind} does not move from {from:?} to {to:?}; from there it may move to: {allowed}")
    } else {
        format!("a {kind} has no state {to:?}; from {from:?} it may move to: {allowed}")
    }
}

fn not_held(user: &str, seat: &str, held: &[String]) -> String {
    if held.is_empty() {
        return format!("the user {user:?} holds no seat here");
    }
    format!("the user {user:?} does not hold the seat {seat:?}; held: {}", held.join(", "))
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
    fn a_step_that_is_not_there_is_told_with_those_that_are() {
        let step = |known, allowed: &[&str]| {
            let allowed = allowed.iter().map(|state| (*state).to_owned()).collect();
            Refusal::Move { kind: "priority".into(), from: "live".into(), to: "gone".into(), known, allowed }
                .to_string()
        };
        assert_eq!(step(false, &["ended"]), "a priority has no state \"gone\"; from \"live\" it may move to: ended");
        assert!(step(true, &[]).ends_with("may move to: nothing, this is a last state"), "{}", step(true, &[]));
    }

    #[test]
    fn what_is_known_is_listed() {
        let known = vec!["Greenwich".to_owned()];
        let said = Refusal::NoSuch { thing: Thing::Member, given: "Lewisham".into(), known }.to_string();
        assert_eq!(said, "there is no member \"Lewisham\" here; known: Greenwich");
    }
}
