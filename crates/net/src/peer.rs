use libp2p::PeerId;
use libp2p::identity::Keypair;
use std::fmt;
use thiserror::Error;

/// What comes before the 32 bytes of an Ed25519 key in a peer id: an identity multihash of 36
/// bytes, holding a key message of type Ed25519 with 32 bytes of data.
const PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// A node as the network knows it: its libp2p Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer([u8; 32]);

/// Says why a text is not a peer.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BadPeer {
    /// The text is not a libp2p peer id.
    #[error("{text:?} is not a peer id")]
    NotAnId {
        /// What was read.
        text: String,
    },
    /// The peer id is well formed, but not that of an Ed25519 key.
    #[error("the peer id {text} is not that of an Ed25519 key")]
    NotEd25519 {
        /// What was read.
        text: String,
    },
}

/// Returns the peer whose transport key has this secret seed.
pub fn peer_of(seed: &[u8; 32]) -> Peer {
    let id = keypair(seed).public().to_peer_id();
    Peer::from_id(&id).expect("the peer id of an Ed25519 key holds that key")
}

/// Makes the libp2p key pair of a secret seed; the copy handed to libp2p is cleared by it.
pub(crate) fn keypair(seed: &[u8; 32]) -> Keypair {
    let mut copy = *seed;
    Keypair::ed25519_from_bytes(&mut copy).expect("every 32 bytes are an Ed25519 seed")
}

impl Peer {
    /// Takes the 32 bytes of a libp2p Ed25519 public key.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes of the public key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Writes the peer as a libp2p peer id, as it stands after `/p2p/` in an address.
    pub fn to_text(&self) -> String {
        self.id().to_string()
    }

    /// Reads a libp2p peer id.
    pub fn from_text(text: &str) -> Result<Self, BadPeer> {
        let id: PeerId = text.parse().map_err(|_| BadPeer::NotAnId { text: text.to_owned() })?;
        Self::from_id(&id).ok_or_else(|| BadPeer::NotEd25519 { text: text.to_owned() })
    }

    pub(crate) fn id(&self) -> PeerId {
        let mut bytes = PREFIX.to_vec();
        bytes.extend_from_slice(&self.0);
        PeerId::from_bytes(&bytes).expect("an identity multihash of 36 bytes is a peer id")
    }

    pub(crate) fn from_id(id: &PeerId) -> Option<Self> {
        let bytes = id.to_bytes();
        let key = bytes.strip_prefix(&PREFIX)?;
        Some(Self(key.try_into().ok()?))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({})", self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::{BadPeer, Peer, keypair, peer_of};

    #[test]
    fn a_peer_is_the_public_key_of_its_seed() {
        let peer = peer_of(&[7; 32]);
        let key = keypair(&[7; 32]).public().try_into_ed25519();
        assert_eq!(key.map(|k| k.to_bytes()).ok(), Some(*peer.as_bytes()));
    }

    #[test]
    fn text_comes_back_as_the_same_peer() {
        let peer = peer_of(&[9; 32]);
        assert!(peer.to_text().starts_with("12D3Koo"));
        assert_eq!(Peer::from_text(&peer.to_text()), Ok(peer));
    }

    #[test]
    fn any_32_bytes_have_a_text() {
        let peer = Peer::from_bytes([0xff; 32]);
        assert_eq!(Peer::from_text(&peer.to_text()), Ok(peer));
    }

    #[test]
    fn a_hashed_key_is_refused() {
        let text = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
        assert!(matches!(Peer::from_text(text), Err(BadPeer::NotEd25519 { .. })));
    }
}
