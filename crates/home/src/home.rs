use std::path::{Path, PathBuf};

use tally_entry::{MemberId, NodeId};
use tally_ring::{Card, CardError};
use thiserror::Error;

use crate::node_keys::{NodeKeys, NodeKeysError};
use crate::settings::{Settings, SettingsError};
use crate::socket_place;

/// The layout of homes that this version makes and reads.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const FORMAT_FILE: &str = "format";
pub(crate) const ROOT_KEY: &str = "root.key";
pub(crate) const NODE_KEYS: &str = "node.keys";
pub(crate) const LOCAL_KEY: &str = "local.key";
pub(crate) const CARD: &str = "card.txt";
pub(crate) const SETTINGS: &str = "settings.toml";
pub(crate) const RINGS: &str = "rings";
pub(crate) const JOURNAL: &str = "ring";
pub(crate) const FENCE: &str = "fence";
pub(crate) const VIEWS: &str = "views";
pub(crate) const LOCAL: &str = "local";
pub(crate) const DEMONSTRATION: &str = "demonstration";
/// In the folder above a home that is made for a demonstration or a test; whoever makes such homes puts it there.
pub(crate) const DEMONSTRATIONS: &str = "tally-demonstration";

/// An opened home: its settings and its card, read and checked. Not locked.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
    settings: Settings,
    card: Card,
}

/// Why a home does not open.
#[derive(Debug, Error)]
pub enum OpenHomeError {
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

impl Home {
    /// Opens a home.
    pub fn open(dir: &Path) -> Result<Self, OpenHomeError> {
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
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What the operator decided.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// This member's card.
    pub const fn card(&self) -> &Card {
        &self.card
    }

    /// The member's name, as its card says.
    pub fn name(&self) -> &str {
        &self.card.content().name
    }

    /// The member.
    pub fn member(&self) -> MemberId {
        self.card.member()
    }

    /// The node that the card was signed with; none where its certificate offers none.
    pub fn node(&self) -> Option<NodeId> {
        Some(self.card.content().certificate.offer()?.node())
    }

    /// Whether it was made for a demonstration or a test, so that its root key protects nothing.
    pub fn is_for_demonstration(&self) -> bool {
        is_for_demonstration(&self.dir)
    }

    /// Where a running node is asked.
    pub fn socket(&self) -> PathBuf {
        socket_place::of(&self.dir)
    }

    /// Makes the folder of the socket, and where that is another one, writes it down for whoever asks.
    pub fn prepare_socket(&self) -> std::io::Result<PathBuf> {
        socket_place::prepare(&self.dir)
    }

    /// Reads the node's keys.
    pub fn node_keys(&self) -> Result<NodeKeys, NodeKeysError> {
        let keys = NodeKeys::read(&self.path(NODE_KEYS))?;
        if Some(NodeId::of(&keys.entry().public())) == self.node() { Ok(keys) } else { Err(NodeKeysError::NotOnCard) }
    }

    /// Where the journal of the rings is.
    pub fn journal_folder(&self) -> PathBuf {
        self.path(JOURNAL)
    }

    /// Where the views are, which can be deleted at any time.
    pub fn views_folder(&self) -> PathBuf {
        self.path(VIEWS)
    }

    pub(crate) fn fence_folder(&self) -> PathBuf {
        self.path(FENCE)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

pub(crate) fn is_for_demonstration(dir: &Path) -> bool {
    dir.join(DEMONSTRATION).exists()
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
