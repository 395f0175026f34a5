//! A home: the folder that holds all of one node.
//!
//! | name | holds |
//! |---|---|
//! | `format` | the number of this layout; a home of a newer one is refused |
//! | `root.key` | the member's root keys and what they signed, behind a passphrase; the node never opens it |
//! | `node.keys` | the node's own keys |
//! | `local.key` | the key of the sovereign store |
//! | `card.txt` | the card, signed at the start |
//! | `settings.toml` | what the operator decides |
//! | `rings/` | the newest text of every invitation taken, to hand on, and for when the journal is damaged |
//! | `ring/` | the journal of the rings: the truth |
//! | `fence/` | how far the journal was once durable; no backup takes it along |
//! | `views/` | sled; can be deleted at any time |
//! | `local/` | the sovereign store |
//! | `demonstration` | only in a home made for a demonstration or a test: its root key is weak |
//! | `control.sock` | where a running node is asked; `socket` names another place where this path is too long |
//!
//! Every file is its owner's alone, and so is the folder.
//!
//! The folder knows no request and no wording: whoever opens it for a person says what went wrong, and what to do next.
#![allow(clippy::disallowed_methods, reason = "this crate is where the files of a home are read and written")]

mod files;
mod founding;
mod hex;
mod home;
mod local_store;
mod node_keys;
mod offline;
mod papers;
mod random;
mod ring_journal;
mod root_key;
mod settings;
mod socket_place;
mod verify;

pub use founding::{FoundError, Founding};
pub use home::{Home, OpenHomeError};
pub use local_store::OpenLocalError;
pub use node_keys::{NodeKeys, NodeKeysError};
pub use offline::{OfflineError, look};
pub use papers::{KeepError, ProposeError, SignInvitationError};
pub use random::{NoRandomness, random};
pub use ring_journal::{Found, MakeGoodError, OpenJournalError, Reread, RingJournal, WriteError};
pub use root_key::RootKeyError;
pub use settings::{DiskReserve, LogLevel, Settings, SettingsError};
pub use verify::{EntryFault, JournalFault, Report, VerifyOfflineError, verify};
