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
//! | `control.sock` | where a running node is asked; `socket` names another place where this path is too long |
//!
//! Every file is its owner's alone, and so is the folder.

mod files;
mod founding;
mod hex;
mod local_store;
mod node_keys;
mod offline;
mod papers;
mod ring_journal;
mod root_key;
mod settings;
mod socket_place;

use std::path::{Path, PathBuf};

use tally_entry::{MemberId, NodeId};
use tally_ring::{Card, CardError};
use thiserror::Error;
use zeroize::Zeroizing;

pub(crate) use founding::{FoundError, Founding};
pub(crate) use local_store::OpenLocalError;
pub(crate) use node_keys::{NodeKeys, NodeKeysError};
pub(crate) use offline::{OfflineError, look};
pub(crate) use papers::{KeepError, ProposeError, SignInvitationError};
pub(crate) use ring_journal::{Found, OpenJournalError, Reread, RingJournal};
pub(crate) use root_key::RootKeyError;
pub(crate) use settings::{Settings, SettingsError};

/// The layout of homes that this version makes and reads.
const FORMAT: u32 = 1;
const FORMAT_FILE: &str = "format";
const ROOT_KEY: &str = "root.key";
const NODE_KEYS: &str = "node.keys";
const LOCAL_KEY: &str = "local.key";
const CARD: &str = "card.txt";
const SETTINGS: &str = "settings.toml";
const RINGS: &str = "rings";
const JOURNAL: &str = "ring";
const FENCE: &str = "fence";
const VIEWS: &str = "views";
const LOCAL: &str = "local";

/// An opened home: its settings and its card, read and checked. Not locked.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    settings: Settings,
    card: Card,
}

/// Why a home does not open.
#[derive(Debug, Error)]
pub(crate) enum OpenHomeError {
    /// The folder is not a home.
    #[error("{} is not the home of a node", .0.display())]
    NoHome(PathBuf),
    /// The number of its layout cannot be read.
    #[error("{}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It has the layout of a later version.
    #[error(
        "{} was made by a newer version of this program (layout {version}, this one knows {known})", home.display()
    )]
    NewerFormat {
        /// The home.
        home: PathBuf,
        /// Its layout.
        version: u32,
        /// The newest layout that this version knows.
        known: u32,
    },
    /// The file that says the layout says something else.
    #[error("{} does not hold the number of a layout", path.display())]
    NotAFormat {
        /// The file.
        path: PathBuf,
        /// What it would say for a home of this version.
        known: u32,
    },
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The card cannot be read.
    #[error("{}", path.display())]
    CardUnread {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The card is damaged.
    #[error("{}", path.display())]
    CardDamaged {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CardError,
    },
}

/// The machine gives no random bytes.
#[derive(Debug, Error)]
#[error("the machine gives no randomness")]
pub(crate) struct NoRandomness(#[source] getrandom::Error);

impl Home {
    /// Opens a home.
    pub(crate) fn open(dir: &Path) -> Result<Self, OpenHomeError> {
        check_format(dir)?;
        let settings = Settings::read(&dir.join(SETTINGS))?;
        let path = dir.join(CARD);
        match std::fs::read_to_string(&path) {
            Ok(text) => match Card::from_text(&text) {
                Ok(card) => Ok(Self { dir: dir.to_owned(), settings, card }),
                Err(source) => Err(OpenHomeError::CardDamaged { path, source }),
            },
            Err(source) => Err(OpenHomeError::CardUnread { path, source }),
        }
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// What the operator decided.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// This member's card.
    pub(crate) const fn card(&self) -> &Card {
        &self.card
    }

    /// The member's name, as its card says.
    pub(crate) fn name(&self) -> &str {
        &self.card.content().name
    }

    /// The member.
    pub(crate) fn member(&self) -> MemberId {
        self.card.member()
    }

    /// The node that the card was signed with; none where its certificate offers none.
    pub(crate) fn node(&self) -> Option<NodeId> {
        Some(self.card.content().certificate.offer()?.node())
    }

    /// Where a running node is asked.
    pub(crate) fn socket(&self) -> PathBuf {
        socket_place::of(&self.dir)
    }

    /// Makes the folder of the socket, and where that is another one, writes it down for whoever asks.
    pub(crate) fn prepare_socket(&self) -> std::io::Result<PathBuf> {
        socket_place::prepare(&self.dir)
    }

    /// Reads the node's keys.
    pub(crate) fn node_keys(&self) -> Result<NodeKeys, NodeKeysError> {
        let keys = NodeKeys::read(&self.path(NODE_KEYS))?;
        if Some(NodeId::of(&keys.entry().public())) == self.node() { Ok(keys) } else { Err(NodeKeysError::NotOnCard) }
    }

    /// Where the journal of the rings is.
    pub(crate) fn journal_folder(&self) -> PathBuf {
        self.path(JOURNAL)
    }

    /// Where the views are, which can be deleted at any time.
    pub(crate) fn views_folder(&self) -> PathBuf {
        self.path(VIEWS)
    }

    fn fence_folder(&self) -> PathBuf {
        self.path(FENCE)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn check_format(dir: &Path) -> Result<(), OpenHomeError> {
    let path = dir.join(FORMAT_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OpenHomeError::NoHome(dir.to_owned()));
        }
        Err(source) => return Err(OpenHomeError::Format { path, source }),
    };
    match text.trim().parse::<u32>() {
        Ok(FORMAT) => Ok(()),
        Ok(version) if version > FORMAT => {
            Err(OpenHomeError::NewerFormat { home: dir.to_owned(), version, known: FORMAT })
        }
        _ => Err(OpenHomeError::NotAFormat { path, known: FORMAT }),
    }
}

/// 32 bytes from the machine's randomness.
pub(crate) fn random() -> Result<Zeroizing<[u8; 32]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(NoRandomness)?;
    Ok(bytes)
}
