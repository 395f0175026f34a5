//! What a peer that is not on the list can do: present itself, once.
#![allow(clippy::disallowed_methods, reason = "real networks take real time")]

mod node;

use node::{config, node, peer, start};
use std::time::{Duration, Instant};
use tally_net::{AskFailure, AskId, Event, Parting, Refusal};

#[tokio::test]
async fn a_stranger_presents_itself_and_is_answered_once() {
    let (mut a, mut b) = (node(1).await, node(2).await);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), vec![1; 4096]).expect("sent");
    let (from, token, frame) = b.presented().await;
    assert_eq!((from, frame), (peer(1), vec![1; 4096]));
    b.net.answer(token, b"who are you".to_vec()).expect("sent");
    b.net.answer(token, b"again".to_vec()).expect("sent");
    assert_eq!(a.outcome(1).await, Ok(b"who are you".to_vec()));
    assert_eq!(a.disconnected(peer(2)).await, Parting::Closed);
    let told = b.during(Duration::from_millis(200)).await;
    let connected = |e: &Event| matches!(e, Event::Connected { .. } | Event::Disconnected { .. });
    assert!(!told.iter().any(connected), "{told:?}");
}

#[tokio::test]
async fn a_second_frame_of_a_stranger_is_refused() {
    let (mut a, mut b) = (node(1).await, node(2).await);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), b"one".to_vec()).expect("sent");
    b.presented().await;
    a.net.ask(peer(2), AskId(2), b"two".to_vec()).expect("sent");
    assert_eq!(b.refused().await, (Some(peer(1)), Refusal::AlreadyPresented));
    assert_eq!(a.outcome(2).await, Err(AskFailure::Refused));
    let shown = |e: &Event| matches!(e, Event::Presented { .. } | Event::Asked { .. });
    assert!(!b.passed.iter().any(shown));
}

#[tokio::test]
async fn a_stranger_may_not_say_much() {
    let (mut a, mut b) = (node(1).await, node(2).await);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), vec![1; 4097]).expect("sent");
    let why = Refusal::RequestTooLong { most: 4096 };
    assert_eq!(b.refused().await, (Some(peer(1)), why));
    assert_eq!(a.outcome(1).await, Err(AskFailure::Refused));
}

#[tokio::test]
async fn a_silent_stranger_is_dropped_in_five_seconds() {
    let (mut a, b) = (node(1).await, node(2).await);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    let began = Instant::now();
    a.disconnected(peer(2)).await;
    let stayed = began.elapsed();
    assert!((Duration::from_millis(4500)..Duration::from_millis(5800)).contains(&stayed), "{stayed:?}");
}

#[tokio::test]
async fn a_stranger_allowed_meanwhile_stays() {
    let mut brief = config(2);
    brief.limits.presented_time = Duration::from_secs(1);
    let (mut a, mut b) = (node(1).await, start(brief).await);
    a.net.allow(vec![b.known()]);
    a.connected(peer(2)).await;
    a.net.ask(peer(2), AskId(1), b"certificate".to_vec()).expect("sent");
    let (_, token, _) = b.presented().await;
    b.net.answer(token, b"welcome".to_vec()).expect("sent");
    b.net.allow(vec![a.unlisted()]);
    b.connected(peer(1)).await;
    let told = a.during(Duration::from_millis(1500)).await;
    let gone = |e: &Event| matches!(e, Event::Disconnected { .. });
    assert!(!told.iter().any(gone), "{told:?}");
    a.net.ask(peer(2), AskId(2), vec![0; 100_000]).expect("sent");
    assert_eq!(b.asked().await.2.len(), 100_000);
    assert!(!b.passed.iter().any(gone), "{:?}", b.passed);
}

#[tokio::test]
async fn strangers_are_counted_and_refused_by_source() {
    let mut strict = config(2);
    strict.limits.strangers_burst = 2.0;
    let mut b = start(strict).await;
    let mut strangers = Vec::new();
    for seed in 10..15 {
        let stranger = node(seed).await;
        stranger.net.allow(vec![b.known()]);
        strangers.push(stranger);
    }
    let (_, why) = b.refused().await;
    assert_eq!(why, Refusal::TooManyStrangers);
}
