//! Memory under attack. The victim is a process of its own, so that what it holds can be told from
//! what the attackers hold; its resident memory is read from `/proc`.
//!
//! Each attack has a bound that follows from the limits, and each is tried once more against a
//! victim without limits, where it must break that bound: an attack too weak to do so would prove
//! nothing.
#![allow(clippy::disallowed_methods, reason = "real networks take real time")]
#![cfg(target_os = "linux")]

mod hostile;
mod node;
mod victim;

use hostile::{Attack, attack};
use libp2p::Multiaddr;
use node::{Node, config, peer, start};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tally_net::{AllowedPeer, AskId, Limits, peer_of};
use victim::{Caller, FRIEND, HOSTILE, LIMITED, STRANGER, UNLIMITED, VICTIM, limits};

/// How long an attack lasts.
const ATTACK: Duration = Duration::from_secs(4);

/// How long an attack may take to break a bound where no limits stand: a busy machine attacks slowly.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the allocator, the tasks of the connections and the buffers of the system's library take
/// beside what the limits count.
const SLACK: usize = 24 * MIB;

const MIB: usize = 1024 * 1024;
const PAGE: usize = 4096;

/// One attack at a time: two cores, and each attack takes both.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

struct Victim {
    process: Child,
    lines: BufReader<ChildStdout>,
    address: String,
    before: usize,
}

/// What was measured of a victim.
#[derive(Debug)]
struct Measured {
    grown: usize,
    events: usize,
    commands: usize,
}

impl Victim {
    fn start(caller: Caller, limited: bool) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_tally-net-victim"))
            .args([caller.word(), if limited { LIMITED } else { UNLIMITED }])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut lines = BufReader::new(process.stdout.take().expect("its output"));
        let address = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).expect("a line") > 0, "the victim ended before it listened");
            if let Some(address) = line.strip_prefix("AT ") {
                break address.trim().to_owned();
            }
        };
        let mut victim = Self { process, lines, address, before: 0 };
        victim.before = victim.resident();
        victim
    }

    fn resident(&self) -> usize {
        let path = format!("/proc/{}/statm", self.process.id());
        let text = std::fs::read_to_string(path).expect("the victim runs");
        let pages = text.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok());
        pages.expect("a number of pages") * PAGE
    }

    fn known(&self) -> AllowedPeer {
        AllowedPeer { peer: peer(VICTIM), addresses: vec![self.address.clone()] }
    }

    /// Lets the attacks run, and measures the most memory and the longest queues seen.
    async fn suffer(self, attackers: Vec<([u8; 32], Attack, usize, usize)>) -> Measured {
        self.suffer_until(attackers, ATTACK, usize::MAX).await
    }

    /// The same for so long, or until the memory has grown beyond this.
    async fn suffer_until(
        mut self,
        attackers: Vec<([u8; 32], Attack, usize, usize)>,
        longest: Duration,
        enough: usize,
    ) -> Measured {
        let address: Multiaddr = self.address.parse().expect("an address");
        let mut attacks = tokio::task::JoinSet::new();
        for (seed, kind, connections, streams) in attackers {
            let id = peer(VICTIM).to_text().parse().expect("a peer id");
            attacks.spawn(attack(seed, id, address.clone(), kind, connections, streams));
        }
        let until = Instant::now() + longest;
        let mut most = self.before;
        while Instant::now() < until && most - self.before <= enough {
            tokio::time::sleep(Duration::from_millis(20)).await;
            most = most.max(self.resident());
        }
        attacks.abort_all();
        self.process.kill().expect("the victim still runs");
        let (mut events, mut commands) = (0, 0);
        let mut line = String::new();
        while self.lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            let mut numbers = line.trim().split(' ').skip(1).map(str::parse::<usize>);
            if line.starts_with("Q ")
                && let (Some(Ok(e)), Some(Ok(c))) = (numbers.next(), numbers.next())
            {
                events = events.max(e);
                commands = commands.max(c);
            }
            line.clear();
        }
        Measured { grown: most - self.before, events, commands }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _already = self.process.kill();
        let _status = self.process.wait();
    }
}

/// One hostile member: it tries ten connections, and 400 streams.
fn one_member(kind: Attack) -> Vec<([u8; 32], Attack, usize, usize)> {
    vec![([HOSTILE; 32], kind, 10, 400)]
}

/// Sixty strangers, each with one connection and 100 streams.
fn strangers() -> Vec<([u8; 32], Attack, usize, usize)> {
    (STRANGER..STRANGER + 60).map(|seed| ([seed; 32], Attack::Huge, 1, 100)).collect()
}

fn holds(measured: &Measured, bound: usize) {
    let limits = limits(true);
    println!("{measured:?}, bound {bound}");
    assert!(measured.grown <= bound, "{measured:?}, bound {bound}");
    assert!(measured.events <= limits.events, "{measured:?}");
    assert!(measured.commands <= limits.commands, "{measured:?}");
}

fn breaks(measured: &Measured, bound: usize) {
    println!("{measured:?}, bound {bound}");
    assert!(measured.grown > bound, "{measured:?}, bound {bound}");
}

/// Bytes the multiplexer takes of a stream before anything of it is read.
const WINDOW: usize = 256 * 1024;

/// Connections × streams × window, its requests, the answers it leaves unread, and the events.
fn bound_of_one() -> usize {
    limits(true).peer_bytes() + SLACK
}

/// As many strangers as may be connected, each with one connection of which one frame is read.
fn bound_of_strangers() -> usize {
    let limits = limits(true);
    let each = limits.muxed_streams * WINDOW + limits.presented_bytes + limits.answer_bytes;
    limits.strangers * each + SLACK
}

// Measured on two cores: 5 MiB, 11 MiB, 6 MiB and 13 MiB for the four attacks of a member, 2 MiB for
// the strangers. Without limits, below, the flood grew to 250 to 290 MiB in the four seconds, and
// the strangers to 370 MiB; both were still growing.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_floods_a_stuck_node_is_bounded() {
    let _turn = TURN.lock().await;
    let measured = Victim::start(Caller::Stuck, true).suffer(one_member(Attack::Flood)).await;
    holds(&measured, bound_of_one());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_reads_no_answers_is_bounded() {
    let _turn = TURN.lock().await;
    let measured = Victim::start(Caller::Answers, true).suffer(one_member(Attack::Flood)).await;
    holds(&measured, bound_of_one());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_stalls_every_stream_is_bounded() {
    let _turn = TURN.lock().await;
    let measured = Victim::start(Caller::Answers, true).suffer(one_member(Attack::Stall)).await;
    holds(&measured, bound_of_one());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_fills_every_window_is_bounded() {
    let _turn = TURN.lock().await;
    let measured = Victim::start(Caller::Answers, true).suffer(one_member(Attack::Overfill)).await;
    holds(&measured, bound_of_one());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_strangers_are_bounded() {
    let _turn = TURN.lock().await;
    let measured = Victim::start(Caller::Silent, true).suffer(strangers()).await;
    holds(&measured, bound_of_strangers());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_limits_the_flood_breaks_the_bound() {
    let _turn = TURN.lock().await;
    let victim = Victim::start(Caller::Answers, false);
    let measured = victim.suffer_until(one_member(Attack::Flood), PATIENCE, bound_of_one()).await;
    breaks(&measured, bound_of_one());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_limits_the_strangers_break_the_bound() {
    let _turn = TURN.lock().await;
    let victim = Victim::start(Caller::Silent, false);
    let measured = victim.suffer_until(strangers(), PATIENCE, bound_of_strangers()).await;
    breaks(&measured, bound_of_strangers());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_member_is_served_during_an_attack() {
    let _turn = TURN.lock().await;
    let victim = Victim::start(Caller::Answers, true);
    let known = victim.known();
    let suffering = tokio::spawn(victim.suffer(one_member(Attack::Flood)));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut friend: Node = start(config(FRIEND)).await;
    assert_eq!(friend.net.peer(), peer_of(&[FRIEND; 32]));
    friend.net.allow(vec![known]);
    friend.connected(peer(VICTIM)).await;
    let sent = friend.net.ask(peer(VICTIM), AskId(1), b"hello".to_vec());
    sent.expect("sent");
    let answer = friend.outcome(1).await.expect("an answer");
    assert_eq!(answer.len(), Limits::default().answer_bytes);
    suffering.await.expect("measured");
}
