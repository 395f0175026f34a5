//! What stood against a request, as whoever asked is told.

use tally_control::{Check, CoreFault, DoorFault, EditFault, OverrideFault, Refusal, StoreFault, told};
use tally_document::EditError;
use tally_guard::Finding;
use tally_record::acting::{BeginError, NotByHand, SayError};
use tally_record::{MoveError, STATE, ValueError, statements};
use tally_replica::Refused;
use tally_sovereign::{DoorError, OverrideError, Seat, StoreError};

use crate::core::NoReply;

impl From<NoReply> for Refusal {
    fn from(error: NoReply) -> Self {
        match error {
            NoReply::Refused(refused) => core(&refused),
            NoReply::LowSpace(said) => Self::LowSpace { said },
            NoReply::NoViews(said) => Self::NoViews { said },
            NoReply::Stopping => Self::Stopping,
        }
    }
}

/// What the core refused, for whoever asked.
#[must_use]
pub fn core(refused: &Refused) -> Refusal {
    let fault = match refused {
        Refused::UnknownRing(_) | Refused::UnknownDocument(_) | Refused::UnknownEntry(_) => CoreFault::Unknown,
        Refused::NotComplete => CoreFault::NotComplete,
        Refused::NotListed => CoreFault::NotListed,
        Refused::Observer => CoreFault::Observer,
        Refused::NotHome { .. } => CoreFault::NotHome,
        Refused::Audience => CoreFault::Audience,
        Refused::UnknownType(_) => CoreFault::UnknownKind,
        Refused::BornLocal(_) => CoreFault::BornLocal,
        Refused::Edit(error) => return edit(error),
        Refused::Guard(stopped) => {
            return Refusal::Guard { findings: checks(&stopped.findings), door: false };
        }
        Refused::Version(_) | Refused::VersionRef(_) => CoreFault::UnknownVersion,
        Refused::AwaitsOwn(_) => CoreFault::AwaitsOwn,
        Refused::Stopped => CoreFault::Stopped,
        Refused::EditionRefused(_) | Refused::TooManyRings => CoreFault::Edition,
        Refused::Draft(_) => CoreFault::Draft,
        Refused::Limit(_) => CoreFault::Limit,
        Refused::Void(_) => CoreFault::Void,
    };
    Refusal::Core { fault, said: told(refused) }
}

/// A record that does not begin so.
pub(crate) fn begin(error: &BeginError) -> Refusal {
    match error {
        BeginError::BornLocal { kind } => core(&Refused::BornLocal((*kind).to_owned())),
        BeginError::NothingThere { field } => edit(&EditError::UnknownField { field: format!("{field:?}") }),
        BeginError::NotByHand(error) => by_hand(error),
    }
}

/// A field that only the program sets.
pub(crate) fn by_hand(error: &NotByHand) -> Refusal {
    Refusal::NotByHand { field: error.field.clone(), state: error.field == STATE }
}

/// A step that the workflow does not have.
pub(crate) fn moving(error: &MoveError) -> Refusal {
    let known = matches!(error, MoveError::NotFromHere { .. });
    let (MoveError::UnknownState { kind, from, to, allowed } | MoveError::NotFromHere { kind, from, to, allowed }) =
        error;
    let allowed = allowed.iter().map(|state| (*state).to_owned()).collect();
    Refusal::Move { kind: (*kind).to_owned(), from: from.clone(), to: to.clone(), known, allowed }
}

/// A word that a seat does not say so.
pub(crate) fn saying(error: SayError, seat: Option<&Seat>) -> Refusal {
    match error {
        SayError::Unknown { given } => {
            let known = statements().iter().map(|word| word.name.to_owned()).collect();
            Refusal::UnknownWord { given, known }
        }
        SayError::NeedsNote { word } => Refusal::NeedsNote { word: word.label.to_lowercase() },
        SayError::NeedsVote { word } => {
            let (seat, standing) = seat.map(|seat| (seat.id.clone(), seat.standing.clone())).unwrap_or_default();
            Refusal::NeedsVote { word: word.label.to_lowercase(), seat, standing }
        }
    }
}

/// An edit that cannot be made.
pub(crate) fn edit(error: &EditError) -> Refusal {
    let (fault, field) = match error {
        EditError::UnknownField { field } => (EditFault::UnknownField, Some(field)),
        EditError::WordNotAllowed { field, .. } => (EditFault::WordNotAllowed, Some(field)),
        EditError::WrongKind { field } => (EditFault::WrongKind, Some(field)),
        EditError::BadDate { field } => (EditFault::BadDate, Some(field)),
        EditError::Twice { field } => (EditFault::Twice, Some(field)),
        EditError::UnknownVersion => (EditFault::UnknownVersion, None),
        EditError::NothingChanged => (EditFault::NothingChanged, None),
        EditError::TooLong { .. } | EditError::TooLarge { .. } => (EditFault::TooMuch, None),
        EditError::TextTooLong { field, .. } => (EditFault::TextTooLong, Some(field)),
        EditError::UnknownLine { field, .. } => (EditFault::UnknownLine, Some(field)),
        _ => (EditFault::Other, None),
    };
    let said = match error {
        EditError::WordNotAllowed { allowed, .. } => {
            format!("{error}; its words are: {}", allowed.iter().map(|term| term.word).collect::<Vec<_>>().join(", "))
        }
        _ => told(error),
    };
    Refusal::Edit { fault, field: field.cloned(), said }
}

/// A value that does not fit its field.
pub(crate) fn value(error: &ValueError) -> Refusal {
    Refusal::Value { said: error.to_string() }
}

/// What the store of local records refused.
pub(crate) fn store(error: &StoreError) -> Refusal {
    let fault = match error {
        StoreError::Edit(error) => return edit(error),
        StoreError::NoSuchRecord { .. } => StoreFault::Unknown,
        StoreError::Ambiguous { .. } => StoreFault::Ambiguous,
        StoreError::Move(error) => return moving(error),
        StoreError::Begin(error) => return begin(error),
        StoreError::NotByHand(error) => return by_hand(error),
        StoreError::UnknownVersion => StoreFault::UnknownVersion,
        StoreError::People(_) => StoreFault::People,
        StoreError::Append(_) => StoreFault::Write,
        _ => StoreFault::Read,
    };
    Refusal::Store { fault, said: told(error) }
}

/// Why the door does not open.
pub(crate) fn door(error: DoorError) -> Refusal {
    let fault = match error {
        DoorError::NoBasis => DoorFault::NoBasis,
        DoorError::NoSeat => DoorFault::NoSeat,
        DoorError::NoHolders => DoorFault::NoHolders,
        DoorError::NoFields => DoorFault::NoFields,
        DoorError::UnknownField { kind, given, allowed } => DoorFault::UnknownField {
            kind: kind.to_owned(),
            given,
            allowed: allowed.into_iter().map(str::to_owned).collect(),
        },
        DoorError::StaysHome { field } => DoorFault::StaysHome { field: field.to_owned() },
        DoorError::Empty { field } => DoorFault::Empty { field: field.to_owned() },
        DoorError::Unsettled { field } => DoorFault::Unsettled { field: field.to_owned() },
        DoorError::NamesLocalRecord { field } => DoorFault::NamesLocalRecord { field },
        DoorError::CaseInformation => DoorFault::CaseInformation,
    };
    Refusal::Door { fault }
}

/// Why a seat's word does not let it through.
pub(crate) fn overriding(error: OverrideError) -> Refusal {
    let fault = match error {
        OverrideError::NoReason => OverrideFault::NoReason,
        OverrideError::NoAuthority { seat } => OverrideFault::NoAuthority { seat },
    };
    Refusal::Override { fault }
}

/// Findings as commands show them, masked.
pub(crate) fn checks(findings: &[Finding]) -> Vec<Check> {
    findings
        .iter()
        .map(|found| Check {
            field: found.places.join(" and "),
            what: found.what.label().to_owned(),
            shown: found.shown.clone(),
        })
        .collect()
}
