//! What stood against a request, as whoever asked is told.

use tally_control::{CoreFault, DoorFault, EditFault, Refusal, StoreFault, told};
use tally_document::EditError;
use tally_record::ValueError;
use tally_replica::Refused;
use tally_sovereign::{DoorError, StoreError};

use crate::core::NoReply;
use crate::guard;

impl From<NoReply> for Refusal {
    fn from(error: NoReply) -> Self {
        match error {
            NoReply::Refused(refused) => core(&refused),
            NoReply::LowSpace(said) => Self::LowSpace { said },
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
            return Refusal::Guard { findings: guard::checks(&stopped.findings), door: false };
        }
        Refused::Version(_) | Refused::VersionRef(_) => CoreFault::UnknownVersion,
        Refused::Stopped => CoreFault::Stopped,
        Refused::EditionRefused | Refused::TooManyRings => CoreFault::Edition,
        Refused::Draft(_) => CoreFault::Draft,
        Refused::Limit(_) => CoreFault::Limit,
        Refused::Void(_) => CoreFault::Void,
    };
    Refusal::Core { fault, said: told(refused) }
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
        EditError::WordNotAllowed { allowed, .. } => format!("{error}; its words are: {}", allowed.join(", ")),
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
        StoreError::Move(_) => StoreFault::Move,
        StoreError::UnknownVersion => StoreFault::UnknownVersion,
        StoreError::NotByHand { .. } => StoreFault::NotByHand,
        StoreError::People(_) => StoreFault::People,
        StoreError::Append(_) => StoreFault::Write,
        _ => StoreFault::Read,
    };
    Refusal::Store { fault, said: told(error) }
}

/// Why the door does not open.
pub(crate) fn door(error: &DoorError) -> Refusal {
    let fault = match error {
        DoorError::NoBasis | DoorError::NoFields | DoorError::UnknownField { .. } => DoorFault::Asked,
        DoorError::NoSeat => DoorFault::NoSeat,
        DoorError::CaseInformation => DoorFault::CaseInformation,
        _ => DoorFault::Fields,
    };
    Refusal::Door { fault, said: error.to_string() }
}
