//! A new home, whole or not at all.

use std::path::{Path, PathBuf};

use tally_entry::MemberId;
use tally_ring::{
    Card, CardContent, CardError, Certificate, CertificateError, NodeName, NodeNameError, NodeOffer,
    next_root_commitment,
};
use tally_sovereign::{KeyFileError, SovereignKey};
use thiserror::Error;

use crate::files;
use crate::home::{
    CARD, DEMONSTRATION, DEMONSTRATIONS, FORMAT, FORMAT_FILE, Home, LOCAL_KEY, NODE_KEYS, OpenHomeError, ROOT_KEY,
    SETTINGS,
};
use crate::node_keys::{NodeKeys, NodeKeysError};
use crate::random::{NoRandomness, random};
use crate::root_key::{RootKey, RootKeyError};
use crate::settings::{DiskReserve, LISTEN, LogLevel, Settings, SettingsError};

/// The name of a member's node unless it is given another.
const NODE: &str = "first";

/// What a new home is to be.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The member's name.
    pub name: String,
    /// The codes of its areas.
    pub codes: Vec<String>,
    /// The node's name.
    pub node: Option<String>,
    /// Where it listens; empty for the usual place. They stand in the signed card: give none that no node can listen at.
    pub listen: Vec<String>,
}

/// Why no home was made.
#[derive(Debug, Error)]
pub enum FoundError {
    /// No passphrase was given.
    #[error("the root key needs a passphrase, and none was given")]
    NoPassphrase,
    /// The folder holds something.
    #[error("{}: {}", path.display(), if *home { "there is a home already" } else { "the folder is not empty" })]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Whether it is a home.
        home: bool,
    },
    /// The folder, or one above it, cannot be written to.
    #[error("{}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key of the sovereign store was not made.
    #[error(transparent)]
    LocalKey(#[from] KeyFileError),
    /// The root key was not made.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The node's keys were not made.
    #[error(transparent)]
    NodeKeys(#[from] NodeKeysError),
    /// No key can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The node's name tells of a person.
    #[error(transparent)]
    NodeName(#[from] NodeNameError),
    /// The node's name does not fit a certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The name, a code or an address does not fit a card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The settings were not written.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What was made does not open.
    #[error(transparent)]
    Open(#[from] OpenHomeError),
}

impl Home {
    /// Makes a home: root key, node keys, card, settings. Refuses a folder that holds anything.
    pub fn found(dir: &Path, founding: &Founding, passphrase: &str) -> Result<Self, FoundError> {
        refuse_used(dir)?;
        let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "home".into());
        let parent = match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let io = |source: std::io::Error| FoundError::Io { path: dir.to_owned(), source };
        std::fs::create_dir_all(&parent).map_err(io)?;
        let beside = parent.join(format!(".{name}.new-{}", std::process::id()));
        let demonstration = parent.join(DEMONSTRATIONS).exists();
        let made = furnish(&beside, founding, passphrase, demonstration).and_then(|()| {
            // A folder that is there and empty gives way; one that was filled meanwhile does not.
            std::fs::rename(&beside, dir).map_err(io)?;
            files::sync_folder(&parent).map_err(io)
        });
        if let Err(error) = made {
            let _ = std::fs::remove_dir_all(&beside);
            return Err(error);
        }
        Ok(Self::open(dir)?)
    }
}

fn furnish(dir: &Path, founding: &Founding, passphrase: &str, demonstration: bool) -> Result<(), FoundError> {
    let io = |source: std::io::Error| FoundError::Io { path: dir.to_owned(), source };
    if passphrase.trim().is_empty() {
        return Err(FoundError::NoPassphrase);
    }
    files::make_folder(dir).map_err(io)?;
    if demonstration {
        files::write_new(&dir.join(DEMONSTRATION), b"").map_err(io)?;
    }
    let settings = Settings {
        name: founding.name.trim().to_owned(),
        node: founding.node.clone().unwrap_or_else(|| NODE.to_owned()),
        listen: if founding.listen.is_empty() { vec![LISTEN.to_owned()] } else { founding.listen.clone() },
        announce: Vec::new(),
        log: LogLevel::default(),
        guard: DiskReserve::default(),
    };
    let root = RootKey::generate(&dir.join(ROOT_KEY), passphrase)?;
    let keys = NodeKeys::generate()?;
    keys.write(&dir.join(NODE_KEYS))?;
    SovereignKey::create(&dir.join(LOCAL_KEY), *random()?)?;
    let member = MemberId::of(&root.root.public());
    let offer =
        NodeOffer::sign(member, &keys.entry(), &keys.transport(), &keys.recipient(), NodeName::new(&settings.node)?);
    let certificate = Certificate::first(offer, &root.root)?;
    let content = CardContent {
        name: settings.name.clone(),
        codes: founding.codes.clone(),
        root: root.root.public(),
        next_root: next_root_commitment(&root.next.public()),
        certificate,
        newest: 1,
        addresses: settings.listen.iter().filter(|address| can_be_dialled(address)).cloned().collect(),
    };
    let card = Card::sign(content.cleared()?, &root.root)?;
    root.save()?;
    files::write_new(&dir.join(CARD), card.to_text().as_bytes()).map_err(io)?;
    files::write_new(&dir.join(SETTINGS), settings.to_text()?.as_bytes()).map_err(io)?;
    files::write_new(&dir.join(FORMAT_FILE), format!("{FORMAT}\n").as_bytes()).map_err(io)?;
    files::sync_folder(dir).map_err(io)
}

/// Whether partners can use the address as it stands: not every address of the machine, not any free port.
fn can_be_dialled(address: &str) -> bool {
    !["/ip4/0.0.0.0/", "/ip6/::/"].iter().any(|any| address.starts_with(any))
        && !address.ends_with("/tcp/0")
        && !address.contains("/udp/0")
}

fn refuse_used(dir: &Path) -> Result<(), FoundError> {
    let used = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => return Err(FoundError::Io { path: dir.to_owned(), source }),
    };
    if used {
        return Err(FoundError::InUse { path: dir.to_owned(), home: dir.join(FORMAT_FILE).exists() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_partners_can_use_go_on_the_card() {
        assert!(can_be_dialled("/ip4/10.0.0.4/tcp/7443"));
        assert!(!can_be_dialled("/ip4/0.0.0.0/tcp/7443"));
        assert!(!can_be_dialled("/ip4/127.0.0.1/tcp/0"));
    }
}
