//! A hostile peer: libp2p without this crate's limits, told to cost its victim as much as it can.
#![allow(unreachable_pub, reason = "a module of a test, which is a crate of its own")]

use futures::StreamExt;
use futures::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::request_response as rr;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId, StreamProtocol, SwarmBuilder, noise, tcp, yamux};
use std::io;
use std::time::Duration;

/// Bytes of the largest request an honest node takes.
const LARGEST: usize = 256 * 1024;

/// What the hostile peer sends on each of its streams.
#[derive(Debug, Clone, Copy)]
pub enum Attack {
    /// The largest request, whole; the answer is never read.
    Flood,
    /// The largest request but for its last byte, then silence.
    Stall,
    /// The largest request, then as much again as the window takes.
    Overfill,
    /// A request many times the largest.
    Huge,
}

/// How many times the largest request a huge one is.
const HUGE: u32 = 32;

#[derive(Clone)]
struct Codec(Attack);

impl rr::Codec for Codec {
    type Protocol = StreamProtocol;
    type Request = ();
    type Response = ();

    async fn read_request<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, _: &mut T) -> io::Result<()> {
        futures::future::pending().await
    }

    async fn read_response<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, _: &mut T) -> io::Result<()> {
        futures::future::pending().await
    }

    async fn write_request<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        (): (),
    ) -> io::Result<()> {
        static BYTES: [u8; LARGEST] = [0x5a; LARGEST];
        let times = if matches!(self.0, Attack::Huge) { HUGE } else { 1 };
        let len = LARGEST as u32 * times;
        io.write_all(&len.to_be_bytes()).await?;
        match self.0 {
            Attack::Flood => io.write_all(&BYTES).await?,
            Attack::Stall => io.write_all(&BYTES[1..]).await?,
            Attack::Overfill | Attack::Huge => {
                for _ in 0..HUGE {
                    io.write_all(&BYTES).await?;
                }
            }
        }
        io.flush().await?;
        futures::future::pending().await
    }

    async fn write_response<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        _: &mut T,
        (): (),
    ) -> io::Result<()> {
        Ok(())
    }
}

/// Attacks until it is dropped: `connections` connections, and `streams` streams at any time.
pub async fn attack(
    seed: [u8; 32],
    victim: PeerId,
    address: Multiaddr,
    attack: Attack,
    connections: usize,
    streams: usize,
) {
    let key = libp2p::identity::Keypair::ed25519_from_bytes(seed).expect("a seed");
    let mux = || {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(4096);
        config
    };
    let mut swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::new(), noise::Config::new, mux)
        .expect("a transport")
        .with_behaviour(|_| {
            let config = rr::Config::default()
                .with_request_timeout(Duration::from_secs(60))
                .with_max_concurrent_streams(100_000);
            let protocol = StreamProtocol::new("/tally/frame/1");
            let protocols = [(protocol, rr::ProtocolSupport::Outbound)];
            rr::Behaviour::with_codec(Codec(attack), protocols, config)
        })
        .expect("a behaviour")
        .with_swarm_config(|c| c.with_idle_connection_timeout(Duration::from_secs(600)))
        .build();
    let mut open = 0;
    let mut again = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            _ = again.tick() => {
                let count = swarm.network_info().connection_counters().num_connections() as usize;
                for _ in count..connections {
                    let options = DialOpts::peer_id(victim)
                        .addresses(vec![address.clone()])
                        .condition(PeerCondition::Always)
                        .allocate_new_port()
                        .build();
                    let _refused = swarm.dial(options);
                }
            }
            event = swarm.select_next_some() => match event {
                SwarmEvent::Behaviour(rr::Event::OutboundFailure { .. }) => open -= 1,
                SwarmEvent::ConnectionEstablished { .. } | SwarmEvent::Behaviour(_) => {}
                _ => continue,
            },
        }
        while open < streams && swarm.is_connected(&victim) {
            swarm.behaviour_mut().send_request(&victim, ());
            open += 1;
        }
    }
}
