//! What the home says went wrong, as a person is told it: the sentence, the exit code, and what to do next.

use tally_control::{Ask as _, Exit, Failure, Refusal, RingTake, names, told};
use tally_ring::{CardError, EditionError, InvitationError, NAME_CHARS, SignError, TEXT_CHARS};
use tally_sovereign::WrapError;

use super::refused;
use tally_home::{
    FoundError, KeepError, NoRandomness, NodeKeysError, OfflineError, OpenHomeError, OpenJournalError, OpenLocalError,
    ProposeError, RootKeyError, SettingsError, SignInvitationError, VerifyOfflineError,
};

/// Says a failure to a person.
pub(crate) fn failure(error: impl ToFailure) -> Failure {
    error.to_failure()
}

/// An error of an operation that a person asked for.
pub(crate) trait ToFailure: std::error::Error + Sized {
    /// What was not done, why, and what to do next.
    fn to_failure(&self) -> Failure;

    /// A failure whose reason is the error with what caused it.
    fn because(&self, exit: Exit, what: &str, hint: impl Into<String>) -> Failure {
        Failure::new(exit, what, told(self).trim_end(), hint)
    }
}

/// For whoever starts a second node from one home.
const STOP_THE_OTHER: &str = "One node runs from one home. Stop the other, or choose another home with --home.";
const LATER_VERSION: &str = "Use that version, or a later one.";

impl ToFailure for OpenHomeError {
    fn to_failure(&self) -> Failure {
        let what = "The home cannot be opened";
        match self {
            Self::Settings(error) => error.to_failure(),
            Self::NoHome(_) => self.because(
                Exit::Failed,
                "There is no home",
                "Make one with `tally init --name NAME`, or choose one with --home DIR or TALLY_HOME.",
            ),
            Self::Format { .. } => self.because(Exit::Failed, what, "Run as the user that owns the home."),
            Self::NewerFormat { .. } => {
                self.because(Exit::Failed, what, format!("{LATER_VERSION} Nothing was changed."))
            }
            Self::NotAFormat { known, .. } => {
                self.because(Exit::Failed, what, format!("If all else of the home is whole, write `{known}` into it."))
            }
            Self::CardUnread { .. } | Self::CardDamaged { .. } => self.because(
                Exit::Failed,
                what,
                "Put the file back from a backup of the home, or from any copy of your card that you sent.",
            ),
        }
    }
}

impl ToFailure for SettingsError {
    fn to_failure(&self) -> Failure {
        self.because(
            Exit::Failed,
            "The settings cannot be used",
            "Correct the line, or take it out: every setting but name, node and listen has a default.",
        )
    }
}

impl ToFailure for NodeKeysError {
    fn to_failure(&self) -> Failure {
        let (what, hint) = match self {
            Self::NoRandomness(error) => return error.to_failure(),
            Self::OpenToOthers { path, .. } => (
                "The node's keys are not used",
                format!("Find out who could read it; then `chmod 600 {}`.", path.display()),
            ),
            Self::NotOnCard => {
                ("The home cannot be used", "Files of two homes are mixed: put both back from one backup.".to_owned())
            }
            Self::Io { .. } | Self::Form { .. } | Self::Damaged { .. } => (
                "The node's keys cannot be used",
                "Put the file back from a backup of the home; without it the node cannot sign as itself.".to_owned(),
            ),
        };
        self.because(Exit::Failed, what, hint)
    }
}

impl ToFailure for NoRandomness {
    fn to_failure(&self) -> Failure {
        self.because(Exit::Failed, "No key can be made", "Look at the machine's kernel messages.")
    }
}

impl ToFailure for RootKeyError {
    fn to_failure(&self) -> Failure {
        let backup = "Put the file back from a backup of the home.";
        let (what, hint) = match self {
            Self::NoRandomness(error) => return error.to_failure(),
            Self::Wrap { source, .. } => (
                "The root key was not opened",
                match source.as_ref() {
                    WrapError::NoPassphrase => "Type a passphrase, or give --passphrase-file FILE.",
                    WrapError::WrongPassphrase => {
                        "Try again; capital letters count. Nobody can open the root key without its passphrase."
                    }
                    _ => backup,
                },
            ),
            Self::Newer { .. } => ("The root key file cannot be used", LATER_VERSION),
            Self::Io { .. } | Self::NotARootKey { .. } | Self::Damaged { .. } => {
                ("The root key file cannot be used", backup)
            }
        };
        self.because(Exit::Failed, what, hint)
    }
}

impl ToFailure for FoundError {
    fn to_failure(&self) -> Failure {
        let (exit, hint) = match self {
            Self::RootKey(error) => return error.to_failure(),
            Self::NodeKeys(error) => return error.to_failure(),
            Self::NoRandomness(error) => return error.to_failure(),
            Self::Settings(error) => return error.to_failure(),
            Self::Open(error) => return error.to_failure(),
            Self::NoPassphrase => (Exit::Usage, "Type one when asked, or give --passphrase-file FILE."),
            Self::InUse { .. } => (
                Exit::Failed,
                "Choose another folder with --home DIR. Nothing was changed; a home is never overwritten.",
            ),
            Self::Io { .. } | Self::LocalKey(_) => {
                (Exit::Failed, "Check that the folder above it may be written to, and has space.")
            }
            Self::NodeName(_) | Self::Card(CardError::Guard(_)) => {
                (Exit::Failed, "Say it without that: the card goes to everybody who is asked into a ring.")
            }
            Self::Certificate(_) | Self::Card(_) => {
                (Exit::Usage, "Choose another name, code or address: short, and of letters that show.")
            }
        };
        self.because(exit, "No home was made", hint)
    }
}

impl ToFailure for OpenJournalError {
    fn to_failure(&self) -> Failure {
        match self {
            Self::NoRandomness(error) => error.to_failure(),
            Self::Locked(_) => self.because(Exit::Failed, "The home cannot be opened", STOP_THE_OTHER),
            Self::NewerFormat { .. } => self.because(Exit::Failed, "The home cannot be opened", LATER_VERSION),
            Self::Io { .. } | Self::Fence { .. } | Self::Read { .. } => self.because(
                Exit::Failed,
                "The journal cannot be opened",
                "Check the disk and who owns the folder; then start again.",
            ),
        }
    }
}

impl ToFailure for OpenLocalError {
    fn to_failure(&self) -> Failure {
        let hint = match self {
            Self::Locked(_) => STOP_THE_OTHER,
            Self::Store { .. } => "Look at the disk and at who owns the files; or put the home back from a backup.",
        };
        self.because(Exit::Failed, "The local records cannot be opened", hint)
    }
}

impl ToFailure for ProposeError {
    fn to_failure(&self) -> Failure {
        let hint = match self {
            Self::RootKey(error) => return error.to_failure(),
            Self::NoRandomness(error) => return error.to_failure(),
            Self::Sign(error) => return not_signed(error),
            Self::Edition(EditionError::Guard(_)) => {
                let hint = "Say it without that: everybody who is asked to sign reads it, and it stays in the ring.";
                return self.because(Exit::Failed, "No ring was proposed", hint);
            }
            Self::NobodyElse => {
                "Give the cards of the others: `tally ring propose NAME --with CARD-FILE...`.".to_owned()
            }
            Self::Edition(_) | Self::Invitation(_) => format!(
                "A ring has a name of up to {NAME_CHARS} characters and, if you like, a purpose of up to {TEXT_CHARS}, \
                 in plain words."
            ),
        };
        self.because(Exit::Usage, "No ring was proposed", hint)
    }
}

impl ToFailure for SignInvitationError {
    fn to_failure(&self) -> Failure {
        let what = "The invitation was not taken";
        match self {
            Self::RootKey(error) => error.to_failure(),
            Self::Sign(error) => not_signed(error),
            Self::Card(error) => bad_invitation(error),
            Self::NotListed { listed, .. } => Failure::new(
                Exit::Failed,
                what,
                format!("{self}: {}", names(listed.iter().map(String::as_str))),
                "Ask whoever drafted it to use your card (`tally card`) in a new draft.",
            ),
            Self::OtherRoot => self.because(
                Exit::Failed,
                what,
                "Send your card again (`tally card`), and read its fingerprint out by telephone.",
            ),
        }
    }
}

impl ToFailure for OfflineError {
    fn to_failure(&self) -> Failure {
        match self {
            Self::Journal(error) => error.to_failure(),
            Self::NodeKeys(error) => error.to_failure(),
            Self::NoRandomness(error) => error.to_failure(),
            Self::Refused(core) => refused(RingTake::NAME, &tally_service::refused(core)),
            Self::Write(error) => Failure::new(
                Exit::Failed,
                "The invitation was not stored",
                told(error),
                "Make space on the disk; then `tally ring join` with the same file again.",
            ),
            Self::Keep(error) => error.to_failure(),
        }
    }
}

impl ToFailure for VerifyOfflineError {
    fn to_failure(&self) -> Failure {
        match self {
            Self::Open(error) => error.to_failure(),
            Self::Read(_) => self.because(
                Exit::Integrity,
                "The journal cannot be read",
                "Check the disk; then put the home back from a backup, and let partners send the rest.",
            ),
        }
    }
}

impl ToFailure for KeepError {
    fn to_failure(&self) -> Failure {
        refused(RingTake::NAME, &Refusal::NotKept { said: told(self) })
    }
}

/// A card among those given, counted from one, that cannot be used.
pub(crate) fn bad_card(at: usize, error: &CardError) -> Failure {
    let failure = unusable_card("No ring was proposed", error);
    Failure { why: format!("card {at}: {}", failure.why), ..failure }
}

/// A card that cannot be used.
pub(crate) fn unusable_card(what: &str, error: &CardError) -> Failure {
    Failure::new(
        Exit::Failed,
        what,
        told(error),
        match error {
            CardError::Forged | CardError::Certificate(_) => {
                "Do not use it. Ask the member by telephone to send its card again, and compare the fingerprint."
            }
            _ => "Ask the member to send its card again (`tally card`), as a file rather than pasted text.",
        },
    )
}

/// An invitation that cannot be used.
pub(crate) fn bad_invitation(error: &InvitationError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The invitation was not taken",
        told(error),
        if error.is_forgery() {
            "Do not use it. Ask whoever sent it by telephone what they sent, and compare the fingerprint."
        } else {
            "Ask for it to be sent again, as a file rather than pasted text."
        },
    )
}

fn not_signed(error: &SignError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The edition was not signed",
        told(error),
        match error {
            SignError::AlreadySigned(_) => {
                "A root signs one edition on each parent. Go on with the one it signed, or have a draft made that \
                 names that one as replaced."
            }
            _ => "Ask for a draft that uses this member's card.",
        },
    )
}
