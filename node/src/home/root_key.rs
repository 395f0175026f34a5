//! The member's root key: behind a passphrase, opened for one act, never by the node.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tally_control::{Exit, Failure};
use tally_entry::SigningKey;
use tally_ring::RootMemory;
use tally_sovereign::{WorkFactor, WrapError, unwrap, wrap};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{files, hex};

/// Names the work factor of new root key files, for tests on throw-away homes; not set in any real one.
const WORK_VARIABLE: &str = "TALLY_SCRYPT_LOG_N";
/// The form of what is inside, for a later one to be told apart.
const FORM: u32 = 1;

/// An opened root key with what it remembers to have signed.
pub(super) struct RootKey {
    path: PathBuf,
    passphrase: Zeroizing<String>,
    pub(super) root: SigningKey,
    pub(super) next: SigningKey,
    pub(super) memory: RootMemory,
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
    pub(super) fn generate(path: &Path, passphrase: &str) -> Result<Self, Failure> {
        Ok(Self {
            path: path.to_owned(),
            passphrase: Zeroizing::new(passphrase.to_owned()),
            root: SigningKey::from_seed(*super::random()?),
            next: SigningKey::from_seed(*super::random()?),
            memory: RootMemory::default(),
        })
    }

    /// Opens the file with its passphrase.
    pub(super) fn open(path: &Path, passphrase: &str) -> Result<Self, Failure> {
        let wrapped = std::fs::read(path).map_err(|error| failed(path, &error.to_string()))?;
        let plain = unwrap(&wrapped, passphrase).map_err(|error| unopened(path, &error))?;
        let form: Form =
            serde_json::from_slice(&plain).map_err(|_| failed(path, "what is inside is not a root key"))?;
        if form.form > FORM {
            return Err(Failure::new(
                Exit::Failed,
                "The root key file cannot be used",
                format!("{} was written by a newer version of this program", path.display()),
                "Use that version, or a later one.",
            ));
        }
        let damaged = || failed(path, "what is inside is damaged");
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
    pub(super) fn save(&self) -> Result<(), Failure> {
        let digits = |seed: [u8; 32]| hex::encode(Zeroizing::new(seed).as_slice()).to_string();
        let form = Form {
            form: FORM,
            root: digits(self.root.seed()),
            next: digits(self.next.seed()),
            memory: hex::encode(&self.memory.encode()).to_string(),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&form).map_err(|error| failed(&self.path, &error.to_string()))?);
        let wrapped = wrap(&plain, &self.passphrase, work()).map_err(|error| unopened(&self.path, &error))?;
        files::replace(&self.path, &wrapped).map_err(|error| failed(&self.path, &error.to_string()))
    }
}

fn work() -> WorkFactor {
    std::env::var(WORK_VARIABLE)
        .ok()
        .and_then(|text| text.parse().ok())
        .and_then(WorkFactor::new)
        .unwrap_or(WorkFactor::DEFAULT)
}

fn unopened(path: &Path, error: &WrapError) -> Failure {
    let helps = match error {
        WrapError::NoPassphrase => "Type a passphrase, or give --passphrase-file FILE.",
        WrapError::WrongPassphrase => {
            "Try again; capital letters count. Nobody can open the root key without its passphrase."
        }
        _ => "Put the file back from a backup of the home.",
    };
    Failure::new(Exit::Failed, "The root key was not opened", format!("{}: {error}", path.display()), helps)
}

fn failed(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "The root key file cannot be used",
        format!("{}: {why}", path.display()),
        "Put the file back from a backup of the home.",
    )
}
