//! How connections end and come back.
#![allow(clippy::disallowed_methods, reason = "real networks take real time")]

mod node;

use node::{config, node, pair, peer, start};
use std::time::{Duration, Instant};
use tally_net::{AllowedPeer, AskFailure, AskId, Config, Event, Net, Parting, SendError, StartError};

async fn refused(listen: &str) -> StartError {
    match Net::start(Config::new([1; 32], vec![listen.to_owned()])).await {
        Err(error) => error,
        Ok(_) => panic!("the network started at {listen}"),
    }
}

#[tokio::test]
async fn a_removed_peer_loses_its_connection() {
    let (mut a, mut b) = pair().await;
    a.net.allow(Vec::new());
    assert_eq!(a.disconnected(peer(2)).await, Parting::Removed);
    assert_eq!(b.disconnected(peer(1)).await, Parting::Closed);
    a.net.ask(peer(2), AskId(1), Vec::new()).expect("sent");
    assert_eq!(a.outcome(1).await, Err(AskFailure::NotConnected));
}

#[tokio::test]
async fn a_removed_peer_is_a_stranger_when_it_comes_back() {
    let (mut a, mut b) = pair().await;
    b.net.allow(Vec::new());
    a.disconnected(peer(2)).await;
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), b"hello".to_vec()).expect("sent");
    assert_eq!(b.presented().await.0, peer(1));
}

#[tokio::test]
async fn requests_on_the_way_fail_when_the_connection_ends() {
    let (mut a, mut b) = pair().await;
    for n in 0..8 {
        a.net.ask(peer(2), AskId(n), Vec::new()).expect("sent");
    }
    b.asked().await;
    b.net.disconnect(peer(1)).expect("sent");
    let mut failed = 0;
    while failed < 8 {
        let why = a
            .until("failure", |event| match event {
                Event::AskFailed { why, .. } => Some(*why),
                _ => None,
            })
            .await;
        // Those already on the way may find their stream closed before the connection.
        assert!(matches!(why, AskFailure::Disconnected | AskFailure::Refused), "{why}");
        failed += 1;
    }
}

#[tokio::test]
async fn a_node_that_restarts_is_found_again() {
    let (mut a, b) = pair().await;
    let listen = b.net.listening();
    b.net.stop().await;
    a.disconnected(peer(2)).await;
    let mut b = start(Config { listen, ..config(2) }).await;
    b.net.allow(vec![a.unlisted()]);
    a.connected(peer(2)).await;
    b.connected(peer(1)).await;
}

#[tokio::test]
async fn a_peer_that_comes_late_is_found() {
    // A port that was free a moment ago.
    let free = node(9).await;
    let listen = free.net.listening();
    free.net.stop().await;
    let mut a = node(1).await;
    a.net.allow(vec![AllowedPeer { peer: peer(2), addresses: listen.clone() }]);
    a.until("unreachable", |event| matches!(event, Event::Unreachable { .. }).then_some(())).await;
    let b = start(Config { listen, ..config(2) }).await;
    b.net.allow(vec![a.unlisted()]);
    a.connected(peer(2)).await;
}

#[tokio::test]
async fn a_taken_port_is_said() {
    let a = node(1).await;
    let listen = a.net.listening().remove(0);
    let error = refused(&listen).await;
    assert!(matches!(&error, StartError::PortTaken { address } if *address == listen));
    assert_eq!(error.to_string(), format!("{listen} is taken by another program"));
}

#[tokio::test]
async fn a_taken_port_of_quic_is_said() {
    let quic = |seed, listen: String| Config { quic: true, listen: vec![listen], ..config(seed) };
    let a = start(quic(1, "/ip4/127.0.0.1/udp/0/quic-v1".to_owned())).await;
    let error = Net::start(quic(2, a.net.listening().remove(0))).await.err();
    assert!(matches!(error, Some(StartError::PortTaken { .. })), "{error:?}");
}

#[tokio::test]
async fn what_is_not_an_address_is_said() {
    let error = refused("127.0.0.1:443").await;
    assert!(matches!(error, StartError::BadAddress { .. }), "{error}");
}

#[tokio::test]
async fn quic_that_is_off_is_said() {
    let error = refused("/ip4/127.0.0.1/udp/0/quic-v1").await;
    assert!(matches!(error, StartError::NotSupported { .. }), "{error}");
}

#[tokio::test]
async fn an_address_of_another_machine_is_said() {
    let error = refused("/ip4/192.0.2.1/tcp/4001").await;
    assert!(matches!(error, StartError::NotHere { .. }), "{error}");
}

#[tokio::test]
async fn port_zero_becomes_the_real_port() {
    let mut a = node(1).await;
    let address = a.net.listening().remove(0);
    assert!(!address.ends_with("/tcp/0"), "{address}");
    let told = a
        .until("address", |event| match event {
            Event::Listening { address } => Some(address.clone()),
            _ => None,
        })
        .await;
    assert_eq!(told, address);
}

#[tokio::test]
async fn a_disconnected_peer_of_the_list_comes_back() {
    let (mut a, _b) = pair().await;
    a.net.disconnect(peer(2)).expect("sent");
    assert_eq!(a.disconnected(peer(2)).await, Parting::Asked);
    a.connected(peer(2)).await;
}

#[tokio::test]
async fn a_stop_ends_in_time_and_frees_the_port() {
    let (a, mut b) = pair().await;
    let listen = a.net.listening().remove(0);
    let began = Instant::now();
    a.net.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
    b.disconnected(peer(1)).await;
    start(Config { listen: vec![listen], ..config(3) }).await;
}

#[tokio::test]
async fn a_caller_that_takes_no_events_hears_busy_and_can_still_stop() {
    let a = node(1).await;
    let sent = (0..10_000).find_map(|n| {
        let sent = a.net.ask(peer(2), AskId(n), Vec::new());
        sent.err()
    });
    assert_eq!(sent, Some(SendError::Busy));
    let began = Instant::now();
    a.net.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_told_of() {
    let mut a = node(1).await;
    a.net.allow(vec![AllowedPeer { peer: peer(2), addresses: vec!["tally.example:443".to_owned()] }]);
    let told = a.refused().await;
    assert_eq!(told, (Some(peer(2)), tally_net::Refusal::BadAddress));
}
