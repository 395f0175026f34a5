//! Logs that forked more than once: a node whose disk was put back twice wrote three endings of one log.

use tally_entry::{DocumentId, EditionId, EntryId, Verified};
use tally_replica::{Command, LogReading, Query, QueryAnswer, Reply};
use tally_ring::{Branch, ControlAct, ForkProof};

use crate::founding::invitation;
use crate::liar::{Liar, change};
use crate::network::{Journal, Network};

/// The incarnation of the log, which the honest program of its node never opened.
const INCARNATION: u32 = 7;

/// Endings of one log, which share its first entry.
struct Endings {
    network: Network,
    edition: EditionId,
    first: Verified,
}

impl Endings {
    fn new() -> Self {
        let network = Network::new();
        let edition = invitation(&network.boroughs, 1).edition().edition().id();
        let first = Self::entry(&mut liar_of(&network, edition), 0);
        Self { network, edition, first }
    }

    fn liar(&self) -> Liar {
        liar_of(&self.network, self.edition)
    }

    fn entry(liar: &mut Liar, words: u8) -> Verified {
        liar.write(Some(DocumentId::from_bytes([5; 32])), change(vec![words; 9]))
    }

    /// So many entries after these; none of two endings are equal.
    fn after(&self, before: &[Verified], words: u8, count: usize) -> Vec<Verified> {
        let mut liar = self.liar();
        liar.sequence = before.len() as u64;
        liar.previous = before.last().map(Verified::id);
        before.iter().cloned().chain((0..count).map(|_| Self::entry(&mut liar, words))).collect()
    }

    /// What these two endings prove.
    fn proof(&self, a: &[Verified], b: &[Verified]) -> ControlAct {
        let branch = |entries| Branch::of(entries).expect("signed");
        ControlAct::Fork(ForkProof::new(self.liar().log, branch(a), branch(b)).expect("a fork"))
    }

    /// A partner's home that took so many entries as one run, and then a proof; then it starts again.
    fn home(&mut self, at: usize, run: &[Verified], signed: usize, proof: Option<&ControlAct>) {
        let mut journal = self.network.journals[at].clone();
        journal.extend(run.iter().enumerate().map(|(place, entry)| {
            let entry = entry.to_unverified();
            let entry = if place + 1 == signed { entry } else { entry.without_signature() };
            (1, entry.encode())
        }));
        journal.extend(proof.map(|proof| (2, proof.encode())));
        self.network.restart(at, journal);
    }

    /// Lets two partners talk, starts them again, and gives what each of them then holds of the log.
    fn healed(mut self) -> [LogReading; 2] {
        self.network.connect(1, 2);
        self.network.pass(31_000);
        self.network.pass(31_000);
        let before = [self.log(1), self.log(2)].map(|log| kept(&log));
        for at in [1, 2] {
            let journal: Journal = self.network.journals[at].clone();
            self.network.restart(at, journal);
        }
        let after = [self.log(1), self.log(2)];
        assert_eq!(before, [kept(&after[0]), kept(&after[1])], "a start changes what is held");
        after
    }

    fn log(&mut self, at: usize) -> LogReading {
        let Ok(Reply::Answer(answer)) = self.network.command(at, Command::Query(Query::Logs)) else {
            panic!("nothing seen")
        };
        let QueryAnswer::Logs(logs) = *answer else { panic!("no logs") };
        logs.into_iter().find(|log| log.log == self.liar().log).expect("the log")
    }
}

fn liar_of(network: &Network, edition: EditionId) -> Liar {
    Liar::new(&network.boroughs[0], network.ring(), edition, INCARNATION)
}

fn kept(log: &LogReading) -> Vec<EntryId> {
    log.entries.iter().filter(|entry| !entry.aside).map(|entry| entry.entry).collect()
}

fn assert_ended_after_the_first(endings: Endings) {
    let first = endings.first.id();
    for log in endings.healed() {
        assert_eq!((log.frozen_after, kept(&log)), (Some(1), vec![first]));
    }
}

#[test]
fn a_log_that_ends_without_a_signature_shows_where_it_parts_from_a_third_ending() {
    let mut endings = Endings::new();
    let common = endings.after(&[endings.first.clone()], 1, 3);
    let [a, b] = [2, 3].map(|words| endings.after(&common, words, 1));
    let third = endings.after(&[endings.first.clone()], 4, 2);
    let proof = endings.proof(&a, &b);
    endings.home(1, &a, 5, Some(&proof));
    endings.home(2, &third, 3, None);
    assert_ended_after_the_first(endings);
}

#[test]
fn a_proof_about_two_endings_takes_nothing_from_the_third_that_would_show_the_earlier_fork() {
    let mut endings = Endings::new();
    let common = endings.after(&[endings.first.clone()], 1, 3);
    let [a, b] = [2, 3].map(|words| endings.after(&common, words, 1));
    let third = endings.after(&[endings.first.clone()], 4, 6);
    let proof = endings.proof(&a, &b);
    endings.home(1, &a, 5, Some(&proof));
    endings.home(2, &third, 7, Some(&proof));
    assert_ended_after_the_first(endings);
}

#[test]
fn the_earlier_proof_of_two_leaves_what_the_later_vouched_for() {
    let mut endings = Endings::new();
    let common = endings.after(&[endings.first.clone()], 1, 3);
    let [a, b] = [2, 3].map(|words| endings.after(&common, words, 1));
    let third = endings.after(&[endings.first.clone()], 4, 2);
    let [c, d] = [5, 6].map(|words| endings.after(&third, words, 1));
    let (later, earlier) = (endings.proof(&a, &b), endings.proof(&c, &d));
    // The common entries of each came without the endings: nothing but the proof vouches for them.
    endings.home(1, &common, 0, Some(&later));
    endings.home(2, &third, 0, Some(&earlier));
    assert_ended_after_the_first(endings);
}
