//! The node under attack, a process of its own: `tally-net-victim CALLER limited|unlimited`.
//!
//! It prints where it can be reached (`AT ADDRESS`), and then again and again how long its queues are (`Q EVENTS
//! COMMANDS`), until it is killed.
#![allow(clippy::disallowed_methods, reason = "real networks take real time")]

#[path = "../node/mod.rs"]
mod node;
#[path = "mod.rs"]
mod victim;

use node::{config, peer, start};
use std::process::ExitCode;
use std::time::Duration;
use tally_net::{AllowedPeer, Config, Event};
use victim::{Caller, FRIEND, LIMITED, STRANGER, UNLIMITED, VICTIM, limits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [caller, limited] = words.as_slice() else { return usage() };
    let Some(caller) = Caller::find(caller) else { return usage() };
    let limits = match limited.as_str() {
        LIMITED => limits(true),
        UNLIMITED => limits(false),
        _ => return usage(),
    };
    let answer = vec![7; limits.answer_bytes];
    let mut node = start(Config { limits, ..config(VICTIM) }).await;
    let known = (FRIEND..STRANGER).map(|seed| AllowedPeer { peer: peer(seed), addresses: Vec::new() });
    node.net.allow(known.collect());
    println!("AT {}", node.net.listening()[0]);
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    let mut kept = Vec::new();
    loop {
        tokio::select! {
            _ = tick.tick() => println!("Q {} {}", node.events.len(), node.net.waiting()),
            event = node.events.recv(), if caller != Caller::Stuck => {
                if caller == Caller::Silent {
                    kept.push(event);
                } else if let Some(Event::Asked { token, .. } | Event::Presented { token, .. }) = event {
                    let _busy = node.net.answer(token, answer.clone());
                }
            }
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: tally-net-victim stuck|silent|answers {LIMITED}|{UNLIMITED}");
    ExitCode::from(2)
}
