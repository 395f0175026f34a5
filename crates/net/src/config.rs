use crate::limits::Limits;
use crate::peer::Peer;
use std::fmt;
use std::io;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Sees every frame before it is encrypted and leaves; what it cannot take does not leave.
pub type Tap = Arc<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// What a node needs to take part in the network.
#[derive(Clone)]
pub struct Config {
    /// The secret seed of the transport key; not the key that signs entries.
    pub seed: Zeroizing<[u8; 32]>,
    /// Multiaddresses to listen at, `/ip4/0.0.0.0/tcp/443`; port 0 takes a free one, none at all only dials out.
    pub listen: Vec<String>,
    /// Whether QUIC may be used beside TCP; off where a council blocks UDP.
    pub quic: bool,
    /// What others may cost this node.
    pub limits: Limits,
    /// Who else sees what leaves.
    pub tap: Option<Tap>,
}

/// A peer that may talk to this node, and where it may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedPeer {
    /// The peer.
    pub peer: Peer,
    /// Multiaddresses, with or without `/p2p/…` at the end; one that cannot be read is reported and passed over.
    pub addresses: Vec<String>,
}

impl Config {
    /// Makes a configuration with the usual limits, TCP only.
    pub fn new(seed: [u8; 32], listen: Vec<String>) -> Self {
        Self { seed: Zeroizing::new(seed), listen, quic: false, limits: Limits::default(), tap: None }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("quic", &self.quic)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
