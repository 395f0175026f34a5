//! `tally init`: a new home, whole or not at all.

use std::path::{Path, PathBuf};

use tally_control::{Exit, Failure, told};
use tally_entry::MemberId;
use tally_ring::{Card, CardContent, Certificate, NodeOffer, next_root_commitment};
use tally_sovereign::SovereignKey;

use super::node_keys::NodeKeys;
use super::root_key::RootKey;
use super::settings::{Guard, LISTEN, Settings};
use super::{CARD, FORMAT, FORMAT_FILE, Home, Identity, LOCAL_KEY, NODE_KEYS, ROOT_KEY, SETTINGS, files};

/// The name of a member's node unless it is given another.
const NODE: &str = "first";

/// What a new home is to be.
#[derive(Clone, Debug)]
pub(crate) struct Founding {
    /// The member's name.
    pub(crate) name: String,
    /// The codes of its areas.
    pub(crate) codes: Vec<String>,
    /// The node's name.
    pub(crate) node: Option<String>,
    /// Where it listens; empty for the usual place.
    pub(crate) listen: Vec<String>,
    /// Where it serves pages.
    pub(crate) web: Option<String>,
}

impl Founding {
    /// Refuses an address that no node can listen at: it would stand in the signed card, and the node would not start.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.listen.iter().try_for_each(|address| tally_net::check_address(address)).map_err(|error| {
            Failure::new(
                Exit::Usage,
                "No home was made",
                told(&error),
                "Give --listen an address of this machine and a port, such as /ip4/0.0.0.0/tcp/7443.",
            )
        })
    }
}

impl Home {
    /// Makes a home: root key, node keys, card, settings. Refuses a folder that holds anything.
    pub(crate) fn init(dir: &Path, wish: &Founding, passphrase: &str) -> Result<Identity, Failure> {
        wish.check()?;
        refuse_used(dir)?;
        let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "home".into());
        let parent = match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let io = |error: std::io::Error| failed(dir, &error.to_string());
        std::fs::create_dir_all(&parent).map_err(io)?;
        let beside = parent.join(format!(".{name}.new-{}", std::process::id()));
        let made = furnish(&beside, wish, passphrase).and_then(|()| {
            // A folder that is there and empty gives way; one that was filled meanwhile does not.
            std::fs::rename(&beside, dir).map_err(io)?;
            files::sync_folder(&parent).map_err(io)
        });
        if let Err(failure) = made {
            let _ = std::fs::remove_dir_all(&beside);
            return Err(failure);
        }
        Ok(Self::open(dir)?.identity().clone())
    }
}

fn furnish(dir: &Path, wish: &Founding, passphrase: &str) -> Result<(), Failure> {
    let io = |error: std::io::Error| failed(dir, &error.to_string());
    if passphrase.trim().is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "No home was made",
            "the root key needs a passphrase, and none was given",
            "Type one when asked, or give --passphrase-file FILE.",
        ));
    }
    files::make_folder(dir).map_err(io)?;
    let settings = Settings {
        name: wish.name.trim().to_owned(),
        node: wish.node.clone().unwrap_or_else(|| NODE.to_owned()),
        listen: if wish.listen.is_empty() { vec![LISTEN.to_owned()] } else { wish.listen.clone() },
        announce: Vec::new(),
        web: wish.web.clone(),
        guard: Guard::default(),
    };
    let root = RootKey::generate(&dir.join(ROOT_KEY), passphrase)?;
    let keys = NodeKeys::generate()?;
    keys.write(&dir.join(NODE_KEYS))?;
    SovereignKey::create(&dir.join(LOCAL_KEY), *super::random()?).map_err(|error| failed(dir, &error.to_string()))?;
    let member = MemberId::of(&root.root.public());
    let offer = NodeOffer::sign(member, &keys.entry(), &keys.transport(), &keys.recipient(), &settings.node);
    let refused = |error: &dyn std::error::Error| {
        Failure::new(
            Exit::Usage,
            "No home was made",
            told(error),
            "Choose another name, code or address: short, and of letters that show.",
        )
    };
    let certificate = Certificate::first(offer, &root.root).map_err(|error| refused(&error))?;
    let content = CardContent {
        name: settings.name.clone(),
        codes: wish.codes.clone(),
        root: root.root.public(),
        next_root: next_root_commitment(&root.next.public()),
        certificate,
        newest: 1,
        addresses: settings.listen.iter().filter(|address| can_be_dialled(address)).cloned().collect(),
    };
    let card = Card::sign(content, &root.root).map_err(|error| refused(&error))?;
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

fn refuse_used(dir: &Path) -> Result<(), Failure> {
    let used = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(failed(dir, &error.to_string())),
    };
    if !used {
        return Ok(());
    }
    let why = if dir.join(FORMAT_FILE).exists() { "there is a home already" } else { "the folder is not empty" };
    Err(Failure::new(
        Exit::Failed,
        "No home was made",
        format!("{}: {why}", dir.display()),
        "Choose another folder with --home DIR. Nothing was changed; a home is never overwritten.",
    ))
}

fn failed(dir: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "No home was made",
        format!("{}: {why}", dir.display()),
        "Check that the folder above it may be written to, and has space.",
    )
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
