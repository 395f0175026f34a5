//! Why something was not done, for the person who wanted it.

use tally_control::{Exit, Failure, told};
use tally_document::EditError;
use tally_home::KeepError;
use tally_record::ValueError;
use tally_replica::Refused;
use tally_sovereign::StoreError;

/// What the core refused.
pub(crate) fn failure(what: &str, refused: &Refused) -> Failure {
    let (exit, helps) = match refused {
        Refused::UnknownRing(_) | Refused::UnknownDocument(_) | Refused::UnknownEntry(_) => {
            (Exit::Failed, "`tally ring list` and `tally record list` show what is here.")
        }
        Refused::NotComplete => {
            (Exit::Pending, "`tally ring list` shows who has not signed; they run `tally ring join FILE`.")
        }
        Refused::NotListed | Refused::Observer => {
            (Exit::NotPermitted, "A new edition of the ring can change who takes part and how.")
        }
        Refused::NotHome { .. } => (
            Exit::NotPermitted,
            "Say what you think of it instead: `tally respond ID comment --note TEXT`, or object, reply, question.",
        ),
        Refused::Audience => (Exit::Usage, "Name members of the ring with --only; this member is always among them."),
        Refused::UnknownType(_) => {
            (Exit::Usage, "`tally record types` lists the kinds; a newer version may know more.")
        }
        Refused::BornLocal(_) => (
            Exit::Failed,
            "Make it here without --in, and let the checked final text out with `tally share ID --in RING`.",
        ),
        Refused::Edit(error) => return edit(what, error),
        Refused::Version(_) | Refused::VersionRef(_) => {
            (Exit::Failed, "`tally record history ID` lists the versions; one of another member may not be here yet.")
        }
        Refused::Stopped => (Exit::Attention, "Keep the home as it is, and look at the node's log."),
        Refused::EditionRefused | Refused::TooManyRings => (Exit::Failed, "Ask whoever sent it for the newest text."),
        Refused::Draft(_) => (Exit::Failed, "Say it in fewer words, or in parts."),
        Refused::Limit(_) => (Exit::Failed, "The edition of the ring sets this limit; a new edition can raise it."),
        Refused::Void(_) => (Exit::Failed, "Nothing was written; every member would have refused it."),
    };
    Failure::new(exit, what, told(refused), helps)
}

/// An edit that cannot be made.
pub(crate) fn edit(what: &str, error: &EditError) -> Failure {
    let helps = match error {
        EditError::UnknownField { .. } | EditError::WordNotAllowed { .. } => {
            "`tally record types KIND` lists the fields and their words."
        }
        EditError::UnknownVersion => {
            "`tally record show ID` gives the present version; leave --base out to edit that one."
        }
        EditError::NothingChanged => "It reads so already; nothing was written.",
        EditError::TooLong { .. } | EditError::TooLarge { .. } => "Save it in parts.",
        EditError::TextTooLong { .. } => "Shorten it, or put the rest in another record.",
        EditError::UnknownLine { .. } => "`tally record show ID` shows the lines.",
        _ => "`tally record show ID` shows what it holds.",
    };
    let exit = match error {
        EditError::UnknownField { .. }
        | EditError::WordNotAllowed { .. }
        | EditError::WrongKind { .. }
        | EditError::BadDate { .. }
        | EditError::Twice { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    let why = match error {
        EditError::WordNotAllowed { allowed, .. } => format!("{error}; its words are: {}", allowed.join(", ")),
        _ => told(error),
    };
    Failure::new(exit, what, why, helps)
}

/// A value that does not fit its field.
pub(crate) fn value(what: &str, error: &ValueError) -> Failure {
    Failure::new(
        Exit::Usage,
        what,
        error.to_string(),
        "`tally record types KIND` lists the fields with their words and forms.",
    )
}

/// An invitation that the home does not keep.
pub(crate) fn not_kept(error: &KeepError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The invitation was not kept",
        told(error),
        "Check that the home may be written to and has space; then do it again.",
    )
}

/// What the sovereign store refused.
pub(crate) fn local(what: &str, error: &StoreError) -> Failure {
    let (exit, helps) = match error {
        StoreError::Edit(error) => return edit(what, error),
        StoreError::NoSuchRecord { .. } => (Exit::Failed, "`tally record list --local` shows what is here."),
        StoreError::Ambiguous { .. } => (Exit::Usage, "Give more of the id."),
        StoreError::Move(_) => (Exit::Failed, "Move it by the steps that are allowed."),
        StoreError::UnknownVersion => (Exit::Failed, "`tally record history ID` lists the versions."),
        StoreError::NotByHand { .. } => (Exit::Usage, "`tally record move ID STATE` moves a record."),
        StoreError::People(_) => (Exit::Usage, "`tally seat list` shows the seats."),
        StoreError::Append(_) => (Exit::Failed, "Free some space on the disk; reading goes on as before."),
        _ => (Exit::Failed, "Look at the disk; or put the home back from a backup."),
    };
    Failure::new(exit, what, told(error), helps)
}
