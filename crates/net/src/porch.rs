use crate::address;
use crate::bucket::Bucket;
use crate::limits::Limits;
use crate::refusal::Refusal;
use libp2p::Multiaddr;
use libp2p::swarm::ConnectionId;
use std::collections::HashMap;
use std::net::IpAddr;
use thiserror::Error;
use tokio::time::Instant;

/// Sources remembered at once; about 100 bytes each. Those that owe nothing are forgotten first.
const MOST_SOURCES: usize = 4096;

/// Where connections wait until it is known whose they are: counts them by source.
#[derive(Debug)]
pub(crate) struct Porch {
    limits: Limits,
    sources: HashMap<IpAddr, Source>,
    waiting: HashMap<ConnectionId, Option<IpAddr>>,
    strangers: HashMap<ConnectionId, Instant>,
}

#[derive(Debug)]
struct Source {
    knocks: Bucket,
    strangers: Bucket,
}

/// Carries a refusal through libp2p's word for a denied connection.
#[derive(Debug, Clone, Copy, Error)]
#[error(transparent)]
pub(crate) struct Turned(pub(crate) Refusal);

impl Porch {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, sources: HashMap::new(), waiting: HashMap::new(), strangers: HashMap::new() }
    }

    /// Takes a connection of which only the source is known.
    pub(crate) fn knock(&mut self, connection: ConnectionId, from: &Multiaddr, now: Instant) -> Result<(), Turned> {
        let ip = address::source(from);
        if let Some(ip) = ip {
            let open = self.waiting.values().filter(|of| **of == Some(ip)).count();
            if open >= self.limits.knocks_open {
                return Err(Turned(Refusal::TooManyKnocks));
            }
            let source = self.source(ip, now).ok_or(Turned(Refusal::TooManyKnocks))?;
            if !source.knocks.try_take(1.0, now) {
                return Err(Turned(Refusal::TooManyKnocks));
            }
        }
        self.waiting.insert(connection, ip);
        Ok(())
    }

    /// Takes a connection of a peer that is not on the list.
    pub(crate) fn present(&mut self, connection: ConnectionId, from: &Multiaddr, now: Instant) -> Result<(), Turned> {
        if self.strangers.len() >= self.limits.strangers {
            return Err(Turned(Refusal::TooManyStrangers));
        }
        if let Some(ip) = address::source(from) {
            let source = self.source(ip, now).ok_or(Turned(Refusal::TooManyStrangers))?;
            if !source.strangers.try_take(1.0, now) {
                return Err(Turned(Refusal::TooManyStrangers));
            }
        }
        self.strangers.insert(connection, now + self.limits.presented_time);
        Ok(())
    }

    /// Takes the end of a handshake, good or bad.
    pub(crate) fn settled(&mut self, connection: ConnectionId) {
        self.waiting.remove(&connection);
    }

    /// Takes the end of a connection, or of its being a stranger's.
    pub(crate) fn left(&mut self, connection: ConnectionId) {
        self.waiting.remove(&connection);
        self.strangers.remove(&connection);
    }

    /// Shortens the stay of a stranger that was answered.
    pub(crate) fn hurry(&mut self, connection: ConnectionId, until: Instant) {
        if let Some(at) = self.strangers.get_mut(&connection) {
            *at = until.min(*at);
        }
    }

    /// Returns the strangers' connections whose time is over.
    pub(crate) fn overdue(&self, now: Instant) -> Vec<ConnectionId> {
        self.strangers.iter().filter(|(_, until)| **until <= now).map(|(connection, _)| *connection).collect()
    }

    fn source(&mut self, ip: IpAddr, now: Instant) -> Option<&mut Source> {
        if !self.sources.contains_key(&ip) {
            if self.sources.len() >= MOST_SOURCES {
                self.sources.retain(|_, s| !(s.knocks.is_full(now) && s.strangers.is_full(now)));
            }
            if self.sources.len() >= MOST_SOURCES {
                return None;
            }
        }
        let limits = &self.limits;
        Some(self.sources.entry(ip).or_insert_with(|| Source {
            knocks: Bucket::new(limits.knocks_per_second, limits.knocks_burst, now),
            strangers: Bucket::new(limits.strangers_per_second, limits.strangers_burst, now),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_SOURCES, Porch};
    use crate::limits::Limits;
    use crate::refusal::Refusal;
    use libp2p::Multiaddr;
    use libp2p::swarm::ConnectionId;
    use std::time::Duration;
    use tokio::time::Instant;

    fn from(n: usize) -> Multiaddr {
        let address = format!("/ip4/10.0.{}.{}/tcp/1", n / 256, n % 256);
        address.parse().expect("an address")
    }

    #[test]
    fn one_source_may_not_hold_every_handshake() {
        let mut porch = Porch::new(Limits::default());
        let now = Instant::now();
        let mut knock = |n| porch.knock(ConnectionId::new_unchecked(n), &from(1), now);
        assert!((0..4).all(|n| knock(n).is_ok()));
        let refused = knock(4).map_err(|turned| turned.0);
        assert_eq!(refused, Err(Refusal::TooManyKnocks));
    }

    #[test]
    fn one_source_presents_itself_at_a_rate() {
        let mut porch = Porch::new(Limits::default());
        let now = Instant::now();
        let mut present = |n, now| porch.present(ConnectionId::new_unchecked(n), &from(1), now);
        assert!((0..4).all(|n| present(n, now).is_ok()));
        assert!(present(4, now).is_err());
        assert!(present(5, now + Duration::from_secs(6)).is_ok());
    }

    #[test]
    fn strangers_are_bounded_whatever_their_sources() {
        let mut porch = Porch::new(Limits::default());
        let now = Instant::now();
        let let_in =
            (0..100).filter(|n| porch.present(ConnectionId::new_unchecked(*n), &from(*n), now).is_ok()).count();
        assert_eq!(let_in, 8);
    }

    #[test]
    fn sources_are_bounded_and_forgotten() {
        let mut porch = Porch::new(Limits::default());
        let now = Instant::now();
        let mut knock = |n: usize, now| {
            let connection = ConnectionId::new_unchecked(n);
            let taken = porch.knock(connection, &from(n), now).is_ok();
            porch.settled(connection);
            taken
        };
        assert!((0..MOST_SOURCES).all(|n| knock(n, now)));
        assert!(!knock(MOST_SOURCES, now));
        assert!(knock(MOST_SOURCES, now + Duration::from_secs(10)));
    }
}
