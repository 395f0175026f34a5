//! The member's root key: behind a passphrase, opened for one act, never by the node.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tally_entry::SigningKey;
use tally_ring::RootMemory;
use tally_sovereign::{WorkFactor, WrapError, unwrap, wrap};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::home::is_for_demonstration;
use crate::random::{NoRandomness, random};
use crate::{files, hex};

/// The work factor in a home for a demonstration, which is made and thrown away within minutes: none to speak of.
const DEMONSTRATION_WORK: Option<WorkFactor> = WorkFactor::new(4);
/// The form of what is inside, for a later one to be told apart.
const FORM: u32 = 1;

/// Why the root key cannot be used.
#[derive(Debug, Error)]
pub enum RootKeyError {
    /// The file cannot be read or written.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It cannot be opened or closed with this passphrase.
    #[error("{}", path.display())]
    Wrap {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<WrapError>,
    },
    /// What is inside has another form.
    #[error("{}: what is inside is not a root key", path.display())]
    NotARootKey {
        /// The file.
        path: PathBuf,
    },
    /// What is inside has a form of a later version.
    #[error("{} was written by a newer version of this program", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// What is inside cannot be read.
    #[error("{}: what is inside is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// No key can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// An opened root key with what it remembers to have signed.
pub(crate) struct RootKey {
    path: PathBuf,
    passphrase: Zeroizing<String>,
    pub(crate) root: SigningKey,
    pub(crate) next: SigningKey,
    pub(crate) memory: RootMemory,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Form {
    form: u32,
    root: String,
    next: String,
    memory: String,
}

impl RootKey {
    /// A new root key, and the next one to which it commits.
    pub(crate) fn generate(path: &Path, passphrase: &str) -> Result<Self, NoRandomness> {
        Ok(Self {
            path: path.to_owned(),
            passphrase: Zeroizing::new(passphrase.to_owned()),
            root: SigningKey::from_seed(*random()?),
            next: SigningKey::from_seed(*random()?),
            memory: RootMemory::default(),
        })
    }

    /// Opens the file with its passphrase.
    pub(crate) fn open(path: &Path, passphrase: &str) -> Result<Self, RootKeyError> {
        let wrapped = std::fs::read(path).map_err(|source| RootKeyError::Io { path: path.to_owned(), source })?;
        let plain = unwrap(&wrapped, passphrase)
            .map_err(|source| RootKeyError::Wrap { path: path.to_owned(), source: Box::new(source) })?;
        let form: Form =
            serde_json::from_slice(&plain).map_err(|_| RootKeyError::NotARootKey { path: path.to_owned() })?;
        if form.form > FORM {
            return Err(RootKeyError::Newer { path: path.to_owned() });
        }
        let damaged = || RootKeyError::Damaged { path: path.to_owned() };
        let memory = hex::decode(&form.memory).ok_or_else(damaged)?;
        Ok(Self {
            path: path.to_owned(),
            passphrase: Zeroizing::new(passphrase.to_owned()),
            root: SigningKey::from_seed(*hex::seed(&form.root).ok_or_else(damaged)?),
            next: SigningKey::from_seed(*hex::seed(&form.next).ok_or_else(damaged)?),
            memory: RootMemory::decode(&memory).map_err(|_| damaged())?,
        })
    }

    /// Puts the file on disk with what is remembered now: before any signature gets out.
    pub(crate) fn save(&self) -> Result<(), RootKeyError> {
        let digits = |seed: [u8; 32]| hex::encode(Zeroizing::new(seed).as_slice()).to_string();
        let form = Form {
            form: FORM,
            root: digits(self.root.seed()),
            next: digits(self.next.seed()),
            memory: hex::encode(&self.memory.encode()).to_string(),
        };
        let plain = serde_json::to_vec(&form).map_err(|_| RootKeyError::NotARootKey { path: self.path.clone() })?;
        let wrapped = wrap(&Zeroizing::new(plain), &self.passphrase, work(&self.path))
            .map_err(|source| RootKeyError::Wrap { path: self.path.clone(), source: Box::new(source) })?;
        files::replace(&self.path, &wrapped).map_err(|source| RootKeyError::Io { path: self.path.clone(), source })
    }
}

/// How hard a guess of the passphrase is made. Only a file in the home makes it easy.
fn work(path: &Path) -> WorkFactor {
    let demonstration = path.parent().is_some_and(is_for_demonstration);
    DEMONSTRATION_WORK.filter(|_| demonstration).unwrap_or(WorkFactor::DEFAULT)
}
