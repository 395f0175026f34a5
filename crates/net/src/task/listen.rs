//! Listening, and the addresses that come of it.

use super::Task;
use crate::address;
use crate::event::Event;
use crate::start_error::StartError;
use crate::swarm::Behaviour;
use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, Swarm, TransportError};
use std::collections::HashMap;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::time::Duration;
use tokio::time::timeout;

/// How long the system may take to say where a socket listens: it is one call away.
const READY_TIME: Duration = Duration::from_secs(5);

/// Listens at every address, and returns the real ones.
pub(super) async fn listen(swarm: &mut Swarm<Behaviour>, addresses: &[String]) -> Result<Vec<Multiaddr>, StartError> {
    let mut waiting: HashMap<ListenerId, String> = HashMap::new();
    for text in addresses {
        let address: Multiaddr = text.parse().map_err(|_| StartError::BadAddress { address: text.clone() })?;
        probe(&address).map_err(|error| of_io(text, error))?;
        let listener = swarm.listen_on(address).map_err(|error| match error {
            TransportError::MultiaddrNotSupported(_) => StartError::NotSupported { address: text.clone() },
            TransportError::Other(error) => of_io(text, error),
        })?;
        waiting.insert(listener, text.clone());
    }
    let mut found = Vec::new();
    let ready = async {
        while !waiting.is_empty() {
            match swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { listener_id, address } => {
                    waiting.remove(&listener_id);
                    found.push(address);
                }
                SwarmEvent::ListenerClosed { listener_id, reason: Err(error), .. } => {
                    let text = waiting.remove(&listener_id).unwrap_or_default();
                    return Err(of_io(&text, error));
                }
                _ => {}
            }
        }
        Ok(())
    };
    match timeout(READY_TIME, ready).await {
        Ok(ready) => ready?,
        Err(_) => {
            let address = waiting.into_values().next().unwrap_or_default();
            return Err(StartError::NotReady { address });
        }
    }
    Ok(found)
}

/// Binds the port once without sharing it, which also gives the system's own reason when it cannot:
/// libp2p passes on an error without its kind. And libp2p's TCP listener shares its port with every
/// other that does the same, so a second node started by mistake would take half of the connections.
fn probe(address: &Multiaddr) -> io::Result<()> {
    let Some(socket) = address::socket(address) else {
        return Ok(());
    };
    if socket.port() == 0 {
        return Ok(());
    }
    if address::is_udp(address) {
        return UdpSocket::bind(socket).map(drop);
    }
    TcpListener::bind(socket).map(drop)
}

fn of_io(text: &str, error: io::Error) -> StartError {
    let address = text.to_owned();
    match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { address },
        io::ErrorKind::PermissionDenied => StartError::NotPermitted { address },
        io::ErrorKind::AddrNotAvailable => StartError::NotHere { address },
        _ => StartError::Listen { address, source: error },
    }
}

impl Task {
    /// Takes an address the node now listens at.
    pub(super) fn listens(&mut self, address: &Multiaddr) {
        let address = address.to_string();
        self.listening.send_modify(|all| {
            if !all.contains(&address) {
                all.push(address.clone());
            }
        });
        self.outbox.push_back(Event::Listening { address });
    }

    /// Takes an address at which the node no longer listens, as when a cable is pulled.
    pub(super) fn listens_no_more(&mut self, address: &Multiaddr) {
        let address = address.to_string();
        self.listening.send_modify(|all| all.retain(|a| *a != address));
    }
}
