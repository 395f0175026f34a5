//! The keys that the node itself uses: for entries, for connections, for what is addressed to it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tally_entry::SigningKey;
use tally_sovereign::NodeIdentity;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::{NoRandomness, random};
use crate::{files, hex};

/// The form of the file, for a later one to be told apart.
const FORM: u32 = 1;

/// The node's keys, read from their file; their secrets are wiped from memory when they are dropped.
pub struct NodeKeys {
    entry: Zeroizing<[u8; 32]>,
    transport: Zeroizing<[u8; 32]>,
    identity: NodeIdentity,
}

/// Why the node's keys cannot be used.
#[derive(Debug, Error)]
pub enum NodeKeysError {
    /// The file cannot be read or written.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than the owner may read it.
    #[error("{} may be read by others (mode {mode:o})", path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It has not the form of node keys. What the parser says of it would show a key.
    #[error("{}: it is not a file of node keys", path.display())]
    Form {
        /// The file.
        path: PathBuf,
    },
    /// A key in it cannot be read.
    #[error("{}: a key in it is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// They are not the keys that the card names.
    #[error("the node's keys are not those on its card")]
    NotOnCard,
    /// No key can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Form {
    form: u32,
    entry: String,
    transport: String,
    identity: String,
}

impl NodeKeys {
    /// New keys from the machine's randomness.
    pub(crate) fn generate() -> Result<Self, NoRandomness> {
        Ok(Self { entry: random()?, transport: random()?, identity: NodeIdentity::generate() })
    }

    /// Writes them to a new file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), NodeKeysError> {
        let form = Form {
            form: FORM,
            entry: hex::encode(self.entry.as_slice()).to_string(),
            transport: hex::encode(self.transport.as_slice()).to_string(),
            identity: self.identity.to_secret_text().to_string(),
        };
        let text = Zeroizing::new(toml::to_string(&form).map_err(|_| NodeKeysError::Form { path: path.to_owned() })?);
        files::write_new(path, text.as_bytes()).map_err(|source| NodeKeysError::Io { path: path.to_owned(), source })
    }

    /// Reads them; a file that others may read is refused.
    pub(crate) fn read(path: &Path) -> Result<Self, NodeKeysError> {
        use std::os::unix::fs::PermissionsExt as _;
        let io = |source: std::io::Error| NodeKeysError::Io { path: path.to_owned(), source };
        let mode = std::fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(NodeKeysError::OpenToOthers { path: path.to_owned(), mode });
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(io)?);
        // The text of the parser's error would show the line, and so a key.
        let form: Form = toml::from_str(&text).map_err(|_| NodeKeysError::Form { path: path.to_owned() })?;
        let damaged = || NodeKeysError::Damaged { path: path.to_owned() };
        Ok(Self {
            entry: hex::seed(&form.entry).ok_or_else(damaged)?,
            transport: hex::seed(&form.transport).ok_or_else(damaged)?,
            identity: NodeIdentity::from_secret_text(&form.identity).map_err(|_| damaged())?,
        })
    }

    /// The key that signs entries.
    pub fn entry(&self) -> SigningKey {
        SigningKey::from_seed(*self.entry)
    }

    /// The key of connections.
    pub fn transport(&self) -> SigningKey {
        SigningKey::from_seed(*self.transport)
    }

    /// Its seed, as the network takes it.
    pub fn transport_seed(&self) -> Zeroizing<[u8; 32]> {
        self.transport.clone()
    }

    /// What others seal bundles to.
    pub(crate) fn recipient(&self) -> String {
        self.identity.recipient()
    }
}
