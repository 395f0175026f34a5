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
mod node_keys;
mod papers;
mod ring_journal;
mod root_key;
mod seats;
mod settings;
mod socket_place;

use std::path::{Path, PathBuf};

use serde::Serialize;
use tally_control::{Exit, Failure, told};
use tally_entry::{MemberId, NodeId};
use tally_ring::{Card, Invitation};
use zeroize::Zeroizing;

pub(crate) use founding::Founding;
pub(crate) use node_keys::NodeKeys;
pub(crate) use ring_journal::{Found, RingJournal, WriteError};
pub(crate) use settings::Settings;

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

/// Who a home is: what `tally init` prints.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Identity {
    /// The member's id.
    pub(crate) member: String,
    /// Its name.
    pub(crate) name: String,
    /// Its codes.
    pub(crate) codes: Vec<String>,
    /// Groups to read out by telephone.
    pub(crate) fingerprint: String,
    /// The node's id.
    pub(crate) node: String,
    /// Where it listens.
    pub(crate) listen: Vec<String>,
}

/// An opened home: its settings and its card, read and checked. Not locked.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    settings: Settings,
    card: Card,
    identity: Identity,
}

impl Home {
    /// Opens a home.
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        check_format(dir)?;
        let settings = Settings::read(&dir.join(SETTINGS))?;
        let path = dir.join(CARD);
        let damaged = |why: String| {
            Failure::new(
                Exit::Failed,
                "The home cannot be opened",
                format!("{}: {why}", path.display()),
                "Put the file back from a backup of the home, or from any copy of your card that you sent.",
            )
        };
        let text = std::fs::read_to_string(&path).map_err(|error| damaged(error.to_string()))?;
        let card = Card::from_text(&text).map_err(|error| damaged(told(&error)))?;
        let offer = card.content().certificate.offer();
        let identity = Identity {
            member: card.member().to_string(),
            name: card.content().name.clone(),
            codes: card.content().codes.clone(),
            fingerprint: card.fingerprint(),
            node: offer.map(|offer| offer.node().to_string()).unwrap_or_default(),
            listen: settings.listen.clone(),
        };
        Ok(Self { dir: dir.to_owned(), settings, card, identity })
    }

    /// Who it is.
    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What the operator decided.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// This member's card.
    pub(crate) const fn card(&self) -> &Card {
        &self.card
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The member.
    pub(crate) fn member(&self) -> MemberId {
        self.card.member()
    }

    /// The node.
    pub(crate) fn node(&self) -> Option<NodeId> {
        Some(self.card.content().certificate.offer()?.node())
    }

    /// Where a running node is asked.
    pub(crate) fn socket(&self) -> PathBuf {
        socket_place::of(&self.dir)
    }

    /// The same, with its folder made and, where it is another one, written down for whoever asks.
    pub(crate) fn prepare_socket(&self) -> std::io::Result<PathBuf> {
        socket_place::prepare(&self.dir)
    }

    /// Reads the node's keys.
    pub(crate) fn node_keys(&self) -> Result<NodeKeys, Failure> {
        let keys = NodeKeys::read(&self.dir.join(NODE_KEYS))?;
        if Some(NodeId::of(&keys.entry().public())) == self.node() {
            return Ok(keys);
        }
        Err(Failure::new(
            Exit::Failed,
            "The home cannot be used",
            "the node's keys are not those on its card",
            "Files of two homes are mixed: put both back from one backup.",
        ))
    }

    pub(crate) fn journal_folder(&self) -> PathBuf {
        self.dir.join(JOURNAL)
    }

    pub(crate) fn fence_folder(&self) -> PathBuf {
        self.dir.join(FENCE)
    }

    pub(crate) fn views_folder(&self) -> PathBuf {
        self.dir.join(VIEWS)
    }

    fn invitation_path(&self, ring: &str) -> PathBuf {
        self.dir.join(RINGS).join(format!("{ring}.txt"))
    }

    /// The newest text of every invitation taken.
    pub(crate) fn kept_invitations(&self) -> Vec<Invitation> {
        let Ok(entries) = std::fs::read_dir(self.dir.join(RINGS)) else {
            return Vec::new();
        };
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "txt"))
            .filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
            .filter_map(|text| Invitation::from_text(&text).ok())
            .collect()
    }

    /// Keeps an invitation, merged with the copy that is kept already; returns what is kept now.
    pub(crate) fn keep_invitation(&self, given: &Invitation) -> Result<Invitation, Failure> {
        let edition = given.edition().edition();
        let path = self.invitation_path(&edition.ring.to_string());
        let failed = |error: std::io::Error| {
            Failure::new(
                Exit::Failed,
                "The invitation was not kept",
                format!("{}: {error}", path.display()),
                "Check that the home may be written to and has space; then do it again.",
            )
        };
        let kept = std::fs::read_to_string(&path).ok().and_then(|text| Invitation::from_text(&text).ok());
        let mut merged = given.clone();
        if let Some(kept) = kept.filter(|kept| kept.edition().id() == given.edition().id()) {
            // A copy of the same edition that does not merge would be another fault than a lost signature.
            let _ = merged.merge(&kept);
        }
        files::make_folder(&self.dir.join(RINGS)).map_err(failed)?;
        files::replace(&path, merged.to_text().as_bytes()).map_err(failed)?;
        Ok(merged)
    }
}

fn check_format(dir: &Path) -> Result<(), Failure> {
    let path = dir.join(FORMAT_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Failure::new(
                Exit::Failed,
                "There is no home",
                format!("{} is not the home of a node", dir.display()),
                "Make one with `tally init --name NAME`, or choose one with --home DIR or TALLY_HOME.",
            );
        }
        Failure::new(
            Exit::Failed,
            "The home cannot be opened",
            format!("{}: {error}", path.display()),
            "Run as the user that owns the home.",
        )
    })?;
    match text.trim().parse::<u32>() {
        Ok(FORMAT) => Ok(()),
        Ok(newer) if newer > FORMAT => Err(Failure::new(
            Exit::Failed,
            "The home cannot be opened",
            format!(
                "{} was made by a newer version of this program (layout {newer}, this one knows {FORMAT})",
                dir.display()
            ),
            "Use that version, or a later one. Nothing was changed.",
        )),
        _ => Err(Failure::new(
            Exit::Failed,
            "The home cannot be opened",
            format!("{} does not hold the number of a layout", path.display()),
            format!("If all else of the home is whole, write `{FORMAT}` into it."),
        )),
    }
}

/// Bytes from the machine's randomness.
pub(crate) fn random() -> Result<Zeroizing<[u8; 32]>, Failure> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "No key can be made",
            format!("the machine gives no randomness: {error}"),
            "Look at the machine's kernel messages.",
        )
    })?;
    Ok(bytes)
}
