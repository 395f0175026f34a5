//! What the node under attack and its attackers both know of it.
#![allow(dead_code, unreachable_pub, reason = "each program of these tests uses its own part")]

use crate::node::config;
use tally_net::Limits;

/// The victim's own seed, and that of its one honest friend.
pub const VICTIM: u8 = 2;
pub const FRIEND: u8 = 3;

/// Seeds from here on are hostile members; from 128 on, strangers.
pub const HOSTILE: u8 = 10;
pub const STRANGER: u8 = 128;

/// What the victim's caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Takes no events at all.
    Stuck,
    /// Takes events and keeps them, as one that is thinking.
    Silent,
    /// Answers each request with the largest answer.
    Answers,
}

impl Caller {
    const ALL: [Self; 3] = [Self::Stuck, Self::Silent, Self::Answers];

    /// The word for it on the victim's command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Silent => "silent",
            Self::Answers => "answers",
        }
    }

    /// The caller that a word names.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|caller| caller.word() == word)
    }
}

/// The words on the victim's command line for a node with its limits and for one without.
pub const LIMITED: &str = "limited";
pub const UNLIMITED: &str = "unlimited";

pub fn limits(limited: bool) -> Limits {
    if limited {
        return config(VICTIM).limits;
    }
    Limits {
        request_bytes: usize::MAX,
        presented_bytes: usize::MAX,
        streams: 100_000,
        muxed_streams: 4000,
        negotiating_streams: 4000,
        open_per_peer: usize::MAX,
        open_total: usize::MAX,
        held_per_peer: usize::MAX,
        held_total: usize::MAX,
        frames_per_second: 1e12,
        frames_burst: 1e12,
        bytes_per_second: 1e15,
        bytes_burst: 1e15,
        pending_in: 10_000,
        established_in: 10_000,
        established_per_peer: 10_000,
        established: 10_000,
        memory_bytes: usize::MAX,
        strangers: 10_000,
        strangers_burst: 10_000.0,
        events: 1_000_000,
        ..config(VICTIM).limits
    }
}
