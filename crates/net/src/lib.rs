//! Carries opaque frames between the nodes of members: one question, one answer, over libp2p.
//!
//! It knows nothing of entries, rings or standing. It refuses to hold more than its limits say,
//! to serve a peer that is not on the list (but for one small frame to present itself with), and
//! to learn addresses from anyone but its caller.
#![allow(
    clippy::disallowed_methods,
    reason = "the network is part of the driver: rates, waits and back-off are measured against the clock"
)]

mod address;
mod bucket;
mod codec;
mod config;
mod dialler;
mod event;
mod frames;
mod limits;
mod link;
mod meter;
mod net;
mod peer;
mod porch;
mod refusal;
mod start_error;
mod swarm;
mod task;

pub use address::check_address;
pub use config::{AllowedPeer, Config, Tap};
pub use event::{AskFailure, AskId, Event, Parting, Path, Token, Unreachable};
pub use limits::Limits;
pub use net::{Net, SendError};
pub use peer::{BadPeer, Peer, peer_of};
pub use refusal::Refusal;
pub use start_error::StartError;
