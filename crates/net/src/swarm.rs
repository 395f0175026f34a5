use crate::config::Tap;
use crate::frames::Frames;
use crate::limits::Limits;
use crate::meter::Share;
use crate::start_error::StartError;
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{Swarm, SwarmBuilder, connection_limits, identify, memory_connection_limits, noise, ping, tcp, yamux};
use std::sync::Arc;
use std::time::Duration;

/// What every node says it is, whatever its version: a partner needs no more.
const AGENT: &str = "tally";

/// The family of protocols, as identify names it.
const FAMILY: &str = "/tally/1";

/// Bytes in flight a QUIC connection: 32 streams would otherwise have 15 MB.
const QUIC_BYTES: u32 = 4_000_000;

/// Connections stay while both sides are there: pings find the dead ones.
const NEVER: Duration = Duration::from_secs(u32::MAX as u64);

/// All that runs on a connection. `frames` stands last: it takes a connection as given once asked,
/// so nobody after it may refuse one.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    limits: connection_limits::Behaviour,
    memory: memory_connection_limits::Behaviour,
    ping: ping::Behaviour,
    identify: identify::Behaviour,
    pub(crate) frames: Frames,
}

impl Behaviour {
    fn new(key: &Keypair, share: Arc<Share>, tap: Option<Tap>) -> Self {
        let limits = &share.limits;
        let connections = connection_limits::ConnectionLimits::default()
            .with_max_pending_incoming(Some(limits.pending_in))
            .with_max_pending_outgoing(Some(limits.pending_out))
            .with_max_established_incoming(Some(limits.established_in))
            .with_max_established_outgoing(Some(limits.established_out))
            .with_max_established_per_peer(Some(limits.established_per_peer))
            .with_max_established(Some(limits.established));
        let ping = ping::Config::new().with_interval(limits.ping_every).with_timeout(limits.request_time);
        // Addresses travel in cards and notices, never by identify: no private one is told, and
        // none of what others tell is kept.
        let identify = identify::Config::new(FAMILY.to_owned(), key.public())
            .with_agent_version(AGENT.to_owned())
            .with_push_listen_addr_updates(false)
            .with_hide_listen_addrs(true)
            .with_cache_size(0);
        Self {
            limits: connection_limits::Behaviour::new(connections),
            memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory_bytes),
            ping: ping::Behaviour::new(ping),
            identify: identify::Behaviour::new(identify),
            frames: Frames::new(share, tap),
        }
    }
}

/// Builds the swarm: TCP, Noise and Yamux, and QUIC where that is wanted.
pub(crate) fn build(
    key: Keypair,
    quic: bool,
    share: Arc<Share>,
    tap: Option<Tap>,
) -> Result<Swarm<Behaviour>, StartError> {
    let limits = share.limits.clone();
    let streams = limits.muxed_streams;
    let mux = move || {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(streams);
        config
    };
    let shared = share.clone();
    let behaviour = move |key: &Keypair| Behaviour::new(key, shared, tap);
    let of_swarm = {
        let limits = limits.clone();
        move |config: libp2p::swarm::Config| swarm_config(config, &limits)
    };
    let tcp = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::new().nodelay(true), noise::Config::new, mux)
        .map_err(|_| StartError::Encryption)?;
    let swarm = if quic {
        let of_quic = {
            let limits = limits.clone();
            move |mut config: libp2p::quic::Config| {
                config.max_concurrent_stream_limit = u32::try_from(limits.muxed_streams).unwrap_or(u32::MAX);
                config.max_connection_data = QUIC_BYTES;
                config.max_stream_data = QUIC_BYTES;
                config.handshake_timeout = limits.handshake_time;
                config
            }
        };
        let Ok(with_behaviour) = tcp.with_quic_config(of_quic).with_behaviour(behaviour);
        with_behaviour.with_swarm_config(of_swarm).with_connection_timeout(limits.handshake_time).build()
    } else {
        let Ok(with_behaviour) = tcp.with_behaviour(behaviour);
        with_behaviour.with_swarm_config(of_swarm).with_connection_timeout(limits.handshake_time).build()
    };
    Ok(swarm)
}

fn swarm_config(config: libp2p::swarm::Config, limits: &Limits) -> libp2p::swarm::Config {
    config.with_idle_connection_timeout(NEVER).with_max_negotiating_inbound_streams(limits.negotiating_streams)
}
