use std::path::Path;

use tally_net::{Peer, peer_of};

use crate::forgery::Unforged;

/// The transport key in a home, as whoever can read its files gets it.
///
/// # Errors
/// When there is none.
pub fn transport_seed(home: &Path) -> Result<[u8; 32], Unforged> {
    let path = home.join("node.keys");
    let none = || Unforged::NoKey(path.display().to_string());
    let keys: toml::Table = std::fs::read_to_string(&path).ok().and_then(|text| text.parse().ok()).ok_or_else(none)?;
    let digits = keys.get("transport").and_then(toml::Value::as_str).ok_or_else(none)?;
    let bytes = (0..digits.len()).step_by(2).filter_map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    bytes.collect::<Vec<u8>>().try_into().map_err(|_| none())
}

/// The peer that this key is on the network.
#[must_use]
pub fn peer(transport: &[u8; 32]) -> Peer {
    peer_of(transport)
}
