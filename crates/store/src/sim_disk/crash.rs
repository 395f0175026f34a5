//! Which states a power cut may leave: every fate of every unsynced change.

use std::collections::BTreeSet;

use super::world::{Pending, World, put};

/// Unsynced changes whose subsets are all tried: 2^8 states, times the tears of each write, stay within a second.
const EXHAUSTIVE: usize = 8;

/// Bytes of a write torn at every position; longer ones are torn at their ends and at sectors.
const EVERY_BYTE: usize = 512;

/// Bytes at either end of a long write torn at every position: more than the longest header here.
const ENDS: usize = 64;

/// What becomes of one unsynced change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing of it reached the disk.
    Lost,
    /// All of it did.
    Kept,
    /// Part of it did; only writes tear.
    Torn(Tear),
}

/// Which part of a torn write reached the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tear {
    /// The first bytes.
    Prefix(usize),
    /// The sectors marked true, counted from the first one the write touches.
    Sectors(Vec<bool>),
}

/// A small seeded source of draws (SplitMix64), so that one number names a whole run.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

fn sectors(offset: u64, length: usize, sector: usize) -> usize {
    let start = usize::try_from(offset).unwrap_or(usize::MAX) % sector;
    (start + length).div_ceil(sector)
}

fn tears(offset: u64, length: usize, sector: usize) -> Vec<Tear> {
    let mut found: Vec<Tear> = (1..length)
        .filter(|at| length <= EVERY_BYTE || *at <= ENDS || length - at <= ENDS || at % sector == 0)
        .map(Tear::Prefix)
        .collect();
    let count = sectors(offset, length, sector);
    if count < 2 {
        return found;
    }
    if count <= EXHAUSTIVE {
        for mask in 1..(1_u32 << count) - 1 {
            found.push(Tear::Sectors((0..count).map(|bit| mask >> bit & 1 == 1).collect()));
        }
    } else {
        for one in 0..count {
            found.push(Tear::Sectors((0..count).map(|at| at == one).collect()));
            found.push(Tear::Sectors((0..count).map(|at| at != one).collect()));
            found.push(Tear::Sectors((0..count).map(|at| at > one).collect()));
        }
    }
    found
}

fn subsets(count: usize) -> Vec<Vec<bool>> {
    if count <= EXHAUSTIVE {
        return (0..1_u32 << count).map(|mask| (0..count).map(|bit| mask >> bit & 1 == 1).collect()).collect();
    }
    let mut found: BTreeSet<Vec<bool>> = BTreeSet::new();
    for one in 0..=count {
        found.insert((0..count).map(|at| at < one).collect());
        found.insert((0..count).map(|at| at != one).collect());
        found.insert((0..count).map(|at| at == one).collect());
    }
    found.into_iter().collect()
}

pub(super) fn plans(pending: &[Pending], sector: usize) -> Vec<Vec<Fate>> {
    let mut plans = Vec::new();
    for subset in subsets(pending.len()) {
        let whole: Vec<Fate> = subset.iter().map(|kept| if *kept { Fate::Kept } else { Fate::Lost }).collect();
        for (at, change) in pending.iter().enumerate().filter(|(at, _)| subset[*at]) {
            if let Pending::Write { offset, bytes, .. } = change {
                for tear in tears(*offset, bytes.len(), sector) {
                    let mut plan = whole.clone();
                    plan[at] = Fate::Torn(tear);
                    plans.push(plan);
                }
            }
        }
        plans.push(whole);
    }
    plans
}

pub(super) fn draw(pending: &[Pending], sector: usize, source: &mut Draw) -> Vec<Fate> {
    pending
        .iter()
        .map(|change| match (source.below(3), change) {
            (0, _) => Fate::Lost,
            (1, Pending::Write { offset, bytes, .. }) if !bytes.is_empty() => {
                if source.below(2) == 0 {
                    Fate::Torn(Tear::Prefix(usize::try_from(source.below(bytes.len() as u64)).unwrap_or(0)))
                } else {
                    let count = sectors(*offset, bytes.len(), sector);
                    Fate::Torn(Tear::Sectors((0..count).map(|_| source.below(2) == 0).collect()))
                }
            }
            _ => Fate::Kept,
        })
        .collect()
}

/// Makes the disk that a power cut leaves when each unsynced change meets its fate.
pub(super) fn apply(world: &World, plan: &[Fate]) -> World {
    let mut after = world.clone();
    after.pending.clear();
    after.clear_faults();
    after.locks.clear();
    after.skip_file_syncs = false;
    after.skip_name_syncs = false;
    for (change, fate) in world.pending.iter().zip(plan) {
        match (change, fate) {
            (_, Fate::Lost) => {}
            (Pending::Write { inode, offset, bytes }, fate) => {
                let Some(file) = after.inodes.get_mut(inode) else {
                    continue;
                };
                match fate {
                    Fate::Torn(Tear::Prefix(kept)) => {
                        put(&mut file.durable, *offset, &bytes[..(*kept).min(bytes.len())]);
                    }
                    Fate::Torn(Tear::Sectors(kept)) => {
                        put_sectors(&mut file.durable, *offset, bytes, kept, world.sector);
                    }
                    Fate::Kept | Fate::Lost => put(&mut file.durable, *offset, bytes),
                }
            }
            (Pending::Length { inode, length }, _) => {
                if let Some(file) = after.inodes.get_mut(inode) {
                    file.durable.resize(usize::try_from(*length).unwrap_or(usize::MAX), 0);
                }
            }
            (Pending::Link { name, inode }, _) => {
                after.durable_names.insert(name.clone(), *inode);
            }
            (Pending::Unlink { name }, _) => {
                after.durable_names.remove(name);
            }
            (Pending::Rename { from, to, inode }, _) => {
                after.durable_names.remove(from);
                after.durable_names.insert(to.clone(), *inode);
            }
        }
    }
    after.live_names = after.durable_names.clone();
    let named: BTreeSet<u64> = after.live_names.values().copied().collect();
    after.inodes.retain(|inode, _| named.contains(inode));
    for inode in after.inodes.values_mut() {
        inode.live = inode.durable.clone();
    }
    after
}

fn put_sectors(durable: &mut Vec<u8>, offset: u64, bytes: &[u8], kept: &[bool], sector: usize) {
    let mut at = 0;
    for keep in kept {
        let here = offset + at as u64;
        let room = sector - usize::try_from(here).unwrap_or(0) % sector;
        let end = (at + room).min(bytes.len());
        if *keep && at < end {
            put(durable, here, &bytes[at..end]);
        }
        at = end;
    }
}
