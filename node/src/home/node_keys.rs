//! The keys that the node itself uses: for entries, for connections, for what is addressed to it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tally_control::{Exit, Failure};
use tally_entry::SigningKey;
use tally_sovereign::NodeIdentity;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{files, hex};

/// The form of the file, for a later one to be told apart.
const FORM: u32 = 1;

/// The node's keys, read from their file; their secrets are wiped from memory when they are dropped.
pub(crate) struct NodeKeys {
    entry: Zeroizing<[u8; 32]>,
    transport: Zeroizing<[u8; 32]>,
    identity: NodeIdentity,
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
    pub(super) fn generate() -> Result<Self, Failure> {
        Ok(Self { entry: super::random()?, transport: super::random()?, identity: NodeIdentity::generate() })
    }

    /// Writes them to a new file.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let form = Form {
            form: FORM,
            entry: hex::encode(self.entry.as_slice()).to_string(),
            transport: hex::encode(self.transport.as_slice()).to_string(),
            identity: self.identity.to_secret_text().to_string(),
        };
        let text = Zeroizing::new(toml::to_string(&form).map_err(|error| failed(path, &error.to_string()))?);
        files::write_new(path, text.as_bytes()).map_err(|error| failed(path, &error.to_string()))
    }

    /// Reads them; a file that others may read is refused.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        use std::os::unix::fs::PermissionsExt as _;
        let io = |error: std::io::Error| failed(path, &error.to_string());
        let mode = std::fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Failure::new(
                Exit::Failed,
                "The node's keys are not used",
                format!("{} may be read by others (mode {mode:o})", path.display()),
                format!("Find out who could read it; then `chmod 600 {}`.", path.display()),
            ));
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(io)?);
        // The text of the parser's error would show the line, and so a key.
        let form: Form = toml::from_str(&text).map_err(|_| failed(path, "it is not a file of node keys"))?;
        let damaged = || failed(path, "a key in it is damaged");
        Ok(Self {
            entry: hex::seed(&form.entry).ok_or_else(damaged)?,
            transport: hex::seed(&form.transport).ok_or_else(damaged)?,
            identity: NodeIdentity::from_secret_text(&form.identity).map_err(|_| damaged())?,
        })
    }

    /// The key that signs entries.
    pub(crate) fn entry(&self) -> SigningKey {
        SigningKey::from_seed(*self.entry)
    }

    /// The key of connections.
    pub(crate) fn transport(&self) -> SigningKey {
        SigningKey::from_seed(*self.transport)
    }

    /// Its seed, as the network takes it.
    pub(crate) fn transport_seed(&self) -> Zeroizing<[u8; 32]> {
        self.transport.clone()
    }

    /// What others seal bundles to.
    pub(super) fn recipient(&self) -> String {
        self.identity.recipient()
    }
}

fn failed(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "The node's keys cannot be used",
        format!("{}: {why}", path.display()),
        "Put the file back from a backup of the home; without it the node cannot sign as itself.",
    )
}
