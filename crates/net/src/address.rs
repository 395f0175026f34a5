use crate::start_error::StartError;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::lookup_host;
use tokio::time::timeout;

/// How long a name may take to be looked up: the dial is tried again later anyway.
const LOOKUP_TIME: Duration = Duration::from_secs(5);

/// Addresses of one name that are tried.
const MOST_OF_A_NAME: usize = 4;

/// Reads an address of `peer`: one that ends in `/p2p/` must name that peer, and the ending is taken off.
pub(crate) fn of_peer(text: &str, peer: &PeerId) -> Option<Multiaddr> {
    let mut address: Multiaddr = text.parse().ok()?;
    if let Some(Protocol::P2p(named)) = address.iter().last() {
        if named != *peer {
            return None;
        }
        address.pop();
    }
    let mut parts = address.iter();
    let host = matches!(
        parts.next()?,
        Protocol::Ip4(_) | Protocol::Ip6(_) | Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_)
    );
    let port = matches!(parts.next()?, Protocol::Tcp(_) | Protocol::Udp(_));
    (host && port).then_some(address)
}

/// Checks that a node can be told to listen at the address: an address of a machine and a port of TCP, nothing else.
///
/// Whether this machine has it, and it is free, shows only when the node starts.
pub fn check_address(text: &str) -> Result<(), StartError> {
    let bad = || StartError::BadAddress { address: text.to_owned() };
    let address: Multiaddr = text.parse().map_err(|_| bad())?;
    let mut parts = address.iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Protocol::Ip4(_) | Protocol::Ip6(_)), Some(Protocol::Tcp(_)), None) => Ok(()),
        (None, ..) => Err(bad()),
        _ => Err(StartError::NotSupported { address: text.to_owned() }),
    }
}

/// Returns whether the address is one of QUIC.
pub(crate) fn is_quic(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::QuicV1))
}

/// Returns whether the address is one of UDP, on which QUIC runs.
pub(crate) fn is_udp(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::Udp(_)))
}

/// Returns the socket address that an address without a name stands for.
pub(crate) fn socket(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) | Protocol::Udp(port) => Some(SocketAddr::new(ip, port)),
        _ => None,
    }
}

/// Returns the source an address counts against: an IPv4 address, or the /64 an IPv6 address lies in.
pub(crate) fn source(address: &Multiaddr) -> Option<IpAddr> {
    let ip = socket(address)?.ip();
    Some(match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => {
            let network = ip.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    })
}

/// Puts the addresses a name stands for in its place, by the system's resolver.
pub(crate) async fn resolve(address: Multiaddr) -> Vec<Multiaddr> {
    let mut parts = address.iter();
    let (name, four, six) = match parts.next() {
        Some(Protocol::Dns(name)) => (name.into_owned(), true, true),
        Some(Protocol::Dns4(name)) => (name.into_owned(), true, false),
        Some(Protocol::Dns6(name)) => (name.into_owned(), false, true),
        _ => return vec![address],
    };
    let rest: Vec<Protocol<'_>> = parts.collect();
    let Ok(Ok(found)) = timeout(LOOKUP_TIME, lookup_host((name, 0))).await else {
        return Vec::new();
    };
    found
        .map(|socket| socket.ip())
        .filter(|ip| if ip.is_ipv4() { four } else { six })
        .take(MOST_OF_A_NAME)
        .map(|ip| {
            let mut address = Multiaddr::from(ip);
            for part in &rest {
                address.push(part.clone());
            }
            address
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check_address, of_peer, resolve, source};
    use crate::peer::peer_of;
    use libp2p::Multiaddr;

    #[test]
    fn the_ending_that_names_the_peer_is_taken_off() {
        let peer = peer_of(&[1; 32]);
        let text = format!("/ip4/192.0.2.1/tcp/443/p2p/{peer}");
        let address = of_peer(&text, &peer.id()).expect("readable");
        assert_eq!(address.to_string(), "/ip4/192.0.2.1/tcp/443");
    }

    #[test]
    fn an_address_of_another_peer_is_refused() {
        let text = format!("/ip4/192.0.2.1/tcp/443/p2p/{}", peer_of(&[2; 32]));
        assert_eq!(of_peer(&text, &peer_of(&[1; 32]).id()), None);
    }

    #[test]
    fn an_address_without_a_port_is_refused() {
        assert_eq!(of_peer("/ip4/192.0.2.1", &peer_of(&[1; 32]).id()), None);
    }

    #[test]
    fn only_a_machine_and_a_port_of_tcp_can_be_listened_at() {
        for good in ["/ip4/0.0.0.0/tcp/7443", "/ip6/::1/tcp/0"] {
            check_address(good).expect(good);
        }
        for bad in [
            "",
            "foo",
            "127.0.0.1:80",
            "/ip4/127.0.0.1/tcp/99999",
            "/ip4/127.0.0.1",
            "/tcp/80",
            "/dns4/tally.example/tcp/80",
            "/ip4/127.0.0.1/udp/80/quic-v1",
        ] {
            assert!(check_address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn neighbours_in_a_64_are_one_source() {
        let of = |text: &str| source(&text.parse::<Multiaddr>().expect("an address"));
        let one = of("/ip6/2001:db8:1:2::1/tcp/1");
        assert!(one.is_some());
        assert_eq!(one, of("/ip6/2001:db8:1:2:ffff::9/tcp/2"));
        assert_ne!(one, of("/ip6/2001:db8:1:3::1/tcp/1"));
    }

    #[tokio::test]
    async fn a_name_is_looked_up() {
        let address: Multiaddr = "/dns4/localhost/tcp/7".parse().expect("an address");
        let found = resolve(address).await;
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["/ip4/127.0.0.1/tcp/7"]);
    }
}
