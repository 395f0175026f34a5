//! Two nodes that know each other ask and answer.
#![allow(clippy::disallowed_methods, reason = "real networks take real time")]

mod node;

use node::{config, node, pair, peer, start};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tally_net::{AllowedPeer, AskFailure, AskId, Config, Event, Limits, SendError, Tap};

#[tokio::test]
async fn both_ask_and_both_answer() {
    let (mut a, mut b) = pair().await;
    a.net.ask(peer(2), AskId(1), b"from a".to_vec()).expect("sent");
    b.net.ask(peer(1), AskId(2), b"from b".to_vec()).expect("sent");
    let (from, token, frame) = b.asked().await;
    assert_eq!((from, frame), (peer(1), b"from a".to_vec()));
    b.net.answer(token, b"to a".to_vec()).expect("sent");
    let (from, token, frame) = a.asked().await;
    assert_eq!((from, frame), (peer(2), b"from b".to_vec()));
    a.net.answer(token, Vec::new()).expect("sent");
    assert_eq!(a.outcome(1).await, Ok(b"to a".to_vec()));
    assert_eq!(b.outcome(2).await, Ok(Vec::new()));
}

#[tokio::test]
async fn the_largest_frames_pass() {
    let (mut a, mut b) = pair().await;
    let limits = Limits::default();
    let request = vec![1; limits.request_bytes];
    let answer = vec![2; limits.answer_bytes];
    a.net.ask(peer(2), AskId(1), request.clone()).expect("sent");
    let (_, token, frame) = b.asked().await;
    assert_eq!(frame, request);
    b.net.answer(token, answer.clone()).expect("sent");
    assert_eq!(a.outcome(1).await, Ok(answer));
}

#[tokio::test]
async fn many_requests_come_back_each_with_its_own_answer() {
    let (mut a, mut b) = pair().await;
    for n in 0..16 {
        a.net.ask(peer(2), AskId(n), vec![n as u8]).expect("sent");
    }
    let answering = tokio::spawn(async move {
        for _ in 0..16 {
            let (_, token, frame) = b.asked().await;
            b.net.answer(token, frame).expect("sent");
        }
        b
    });
    let mut found = Vec::new();
    while found.len() < 16 {
        let pick = |event: &Event| match event {
            Event::Answered { ask, frame } => Some((ask.0, frame.clone())),
            _ => None,
        };
        found.push(a.until("answer", pick).await);
    }
    assert!(found.iter().all(|(ask, frame)| *frame == [*ask as u8]));
    answering.await.expect("answered");
}

#[tokio::test]
async fn one_request_too_many_is_busy() {
    let (mut a, _b) = pair().await;
    for n in 0..17 {
        a.net.ask(peer(2), AskId(n), Vec::new()).expect("sent");
    }
    assert_eq!(a.outcome(16).await, Err(AskFailure::Busy));
}

#[tokio::test]
async fn a_frame_over_the_limit_is_not_sent() {
    let (a, _b) = pair().await;
    let limits = Limits::default();
    let sent = a.net.ask(peer(2), AskId(1), vec![0; limits.request_bytes + 1]);
    let (len, most) = (limits.request_bytes + 1, limits.request_bytes);
    assert_eq!(sent, Err(SendError::TooLong { len, most }));
}

#[tokio::test]
async fn a_request_over_the_limit_is_refused_by_the_other_side() {
    // The asker has wider limits, as an altered node would.
    let mut wide = config(1);
    wide.limits.request_bytes *= 2;
    let (mut a, mut b) = (start(wide).await, node(2).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    let most = Limits::default().request_bytes;
    a.net.ask(peer(2), AskId(1), vec![0; most + 1]).expect("sent");
    let why = tally_net::Refusal::RequestTooLong { most };
    assert_eq!(b.refused().await, (Some(peer(1)), why));
    assert_eq!(why.to_string(), "a request was longer than 262144 bytes");
    assert_eq!(a.outcome(1).await, Err(AskFailure::Refused));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_by_the_asker() {
    let mut wide = config(2);
    wide.limits.answer_bytes *= 2;
    let (mut a, mut b) = (node(1).await, start(wide).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), Vec::new()).expect("sent");
    let (_, token, _) = b.asked().await;
    let most = Limits::default().answer_bytes;
    b.net.answer(token, vec![0; most + 1]).expect("sent");
    assert_eq!(a.outcome(1).await, Err(AskFailure::AnswerTooLong { most }));
}

#[tokio::test]
async fn a_tap_sees_every_frame_that_leaves_and_what_it_refuses_does_not() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tap: Tap = {
        let seen = seen.clone();
        Arc::new(move |frame| {
            if frame == b"refused" {
                return Err(io::Error::other("full"));
            }
            seen.lock().expect("not poisoned").push(frame.to_vec());
            Ok(())
        })
    };
    let (mut a, mut b) = (start(Config { tap: Some(tap), ..config(1) }).await, node(2).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    b.connected(peer(1)).await;
    a.net.ask(peer(2), AskId(1), b"refused".to_vec()).expect("sent");
    assert!(a.outcome(1).await.is_err());
    a.net.ask(peer(2), AskId(2), b"asked".to_vec()).expect("sent");
    let (_, token, frame) = b.asked().await;
    assert_eq!(frame, b"asked", "what the tap refused has left");
    b.net.answer(token, Vec::new()).expect("sent");
    assert_eq!(a.outcome(2).await, Ok(Vec::new()));
    b.net.ask(peer(1), AskId(3), Vec::new()).expect("sent");
    let (_, token, _) = a.asked().await;
    a.net.answer(token, b"answered".to_vec()).expect("sent");
    assert_eq!(b.outcome(3).await, Ok(b"answered".to_vec()));
    assert_eq!(*seen.lock().expect("not poisoned"), [b"asked".to_vec(), b"answered".to_vec()]);
}

#[tokio::test]
async fn a_request_to_nobody_fails_at_once() {
    let mut a = node(1).await;
    a.net.ask(peer(9), AskId(1), Vec::new()).expect("sent");
    assert_eq!(a.outcome(1).await, Err(AskFailure::NotConnected));
}

#[tokio::test]
async fn an_unanswered_request_times_out() {
    let mut short = config(1);
    short.limits.request_time = Duration::from_millis(500);
    let (mut a, mut b) = (start(short).await, node(2).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), Vec::new()).expect("sent");
    b.asked().await;
    assert_eq!(a.outcome(1).await, Err(AskFailure::TimedOut));
}

#[tokio::test]
async fn both_may_dial_at_once_and_are_told_once() {
    let (mut a, mut b) = (node(1).await, node(2).await);
    a.net.allow(vec![b.known()]);
    b.net.allow(vec![a.known()]);
    let (of_a, of_b) = tokio::join!(a.during(Duration::from_secs(2)), b.during(Duration::from_secs(2)));
    for (events, other) in [(of_a, peer(2)), (of_b, peer(1))] {
        let told: Vec<&Event> =
            events.iter().filter(|e| matches!(e, Event::Connected { .. } | Event::Disconnected { .. })).collect();
        assert!(matches!(told[..], [Event::Connected { peer, .. }] if *peer == other), "{told:?}");
    }
    a.net.ask(peer(2), AskId(1), b"hello".to_vec()).expect("sent");
    assert_eq!(b.asked().await.2, b"hello");
}

#[tokio::test]
async fn an_address_may_name_its_peer() {
    let (mut a, b) = (node(1).await, node(2).await);
    b.net.allow(vec![a.unlisted()]);
    let addresses = vec![format!("{}/p2p/{}", b.net.listening()[0], peer(2))];
    let peer = peer(2);
    a.net.allow(vec![AllowedPeer { peer, addresses }]);
    a.connected(peer).await;
}

#[tokio::test]
async fn an_impostor_is_told_of() {
    let (mut a, b) = (node(1).await, node(2).await);
    let addresses = b.net.listening();
    let peer = peer(3);
    a.net.allow(vec![AllowedPeer { peer, addresses }]);
    let why = a
        .until("unreachable", |event| match event {
            Event::Unreachable { why, .. } => Some(*why),
            _ => None,
        })
        .await;
    assert_eq!(why, tally_net::Unreachable::OtherPeer);
}

fn quic(seed: u8) -> Config {
    Config { quic: true, listen: vec!["/ip4/127.0.0.1/udp/0/quic-v1".to_owned()], ..config(seed) }
}

#[tokio::test]
async fn quic_carries_frames_where_it_is_configured() {
    let (mut a, mut b) = (start(quic(1)).await, start(quic(2)).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    let frame = vec![5; 200_000];
    a.net.ask(peer(2), AskId(1), frame.clone()).expect("sent");
    let (_, token, found) = b.asked().await;
    assert_eq!(found, frame);
    b.net.answer(token, frame.clone()).expect("sent");
    assert_eq!(a.outcome(1).await, Ok(frame));
}

#[tokio::test]
async fn a_peer_over_its_rate_is_held_back_then_refused() {
    let mut slow = config(2);
    slow.limits.frames_per_second = 2.0;
    slow.limits.frames_burst = 2.0;
    slow.limits.patience = Duration::from_millis(1200);
    let (mut a, mut b) = (node(1).await, start(slow).await);
    b.net.allow(vec![a.unlisted()]);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    // Two at once, two more within the patience, the rest refused as long as nothing is gained.
    for n in 0..12 {
        a.net.ask(peer(2), AskId(n), Vec::new()).expect("sent");
    }
    let began = std::time::Instant::now();
    for _ in 0..4 {
        let (_, token, _) = b.asked().await;
        b.net.answer(token, Vec::new()).expect("sent");
    }
    assert!(began.elapsed() >= Duration::from_millis(800), "not held back");
    let (who, why) = b.refused().await;
    assert_eq!((who, why), (Some(peer(1)), tally_net::Refusal::TooFast));
}
