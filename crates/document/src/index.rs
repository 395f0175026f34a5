use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{Actor, ChangeHash};

use crate::operation::{Action, Location, Object, OpId, Operation, Slot};

/// Which changes a point in history has seen: for each actor, in the order the document met them, how many.
pub(crate) type Clock = Vec<u32>;

/// One admitted change.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) hash: ChangeHash,
    pub(crate) actor: usize,
    pub(crate) sequence: u32,
    pub(crate) last: u32,
    pub(crate) dependencies: Vec<ChangeHash>,
    /// What it has seen, itself included.
    pub(crate) clock: Clock,
    pub(crate) bytes: Vec<u8>,
    pub(crate) operations: Vec<OpId>,
}

/// One admitted operation, with what replaced it since.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) operation: Operation,
    pub(crate) change: usize,
    pub(crate) successors: Vec<OpId>,
}

/// Every operation of a document by its name: what the gate judges against and what readings are made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    changes: Vec<Kept>,
    by_hash: BTreeMap<ChangeHash, usize>,
    actors: Vec<Actor>,
    lanes: BTreeMap<Actor, (usize, Vec<usize>)>,
    entries: BTreeMap<OpId, Entry>,
    /// The operations at each place that nothing has replaced yet, deletions among them, in order.
    ends: BTreeMap<Location, Vec<OpId>>,
    /// The changes that touched each container, in order of arrival.
    touched: BTreeMap<Object, Vec<usize>>,
    heads: BTreeSet<ChangeHash>,
}

impl Index {
    pub(crate) fn change(&self, number: usize) -> Option<&Kept> {
        self.changes.get(number)
    }

    pub(crate) fn changes(&self) -> &[Kept] {
        &self.changes
    }

    pub(crate) fn find(&self, hash: &ChangeHash) -> Option<&Kept> {
        self.change(*self.by_hash.get(hash)?)
    }

    pub(crate) fn contains(&self, hash: &ChangeHash) -> bool {
        self.by_hash.contains_key(hash)
    }

    pub(crate) fn entry(&self, id: &OpId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(crate) const fn heads(&self) -> &BTreeSet<ChangeHash> {
        &self.heads
    }

    pub(crate) fn actor(&self, number: usize) -> Option<Actor> {
        self.actors.get(number).copied()
    }

    /// How many changes of this actor are here.
    pub(crate) fn count(&self, actor: &Actor) -> u64 {
        self.lanes.get(actor).map_or(0, |(_, lane)| lane.len() as u64)
    }

    /// How many changes of this actor a clock has seen.
    pub(crate) fn seen(&self, actor: &Actor, clock: &Clock) -> u64 {
        self.lanes.get(actor).and_then(|(number, _)| clock.get(*number)).map_or(0, |seen| u64::from(*seen))
    }

    /// What these changes have seen together; none where one of them is not here.
    pub(crate) fn clock<'a>(&self, hashes: impl IntoIterator<Item = &'a ChangeHash>) -> Option<Clock> {
        let mut clock = Clock::new();
        for hash in hashes {
            join(&mut clock, &self.find(hash)?.clock);
        }
        Some(clock)
    }

    /// What the newest state has seen.
    pub(crate) fn now(&self) -> Clock {
        let mut clock = Clock::new();
        for (number, lane) in self.lanes.values() {
            if clock.len() <= *number {
                clock.resize(number + 1, 0);
            }
            if let Some(seen) = clock.get_mut(*number) {
                *seen = u32::try_from(lane.len()).unwrap_or(u32::MAX);
            }
        }
        clock
    }

    /// Whether a clock has seen a change.
    pub(crate) fn covers(&self, clock: &Clock, change: usize) -> bool {
        self.change(change).is_some_and(|kept| clock.get(kept.actor).is_some_and(|seen| *seen >= kept.sequence))
    }

    /// The operation of that name, if a clock has seen it.
    pub(crate) fn entry_at(&self, id: &OpId, clock: &Clock) -> Option<&Entry> {
        self.entries.get(id).filter(|entry| self.covers(clock, entry.change))
    }

    /// The values and containers that stand at a place, in Automerge's order: the last is the one it shows.
    ///
    /// The walk starts at what nothing has replaced and goes back only through what the clock has not seen, so its
    /// length is that of the concurrent work at this place and not that of its history.
    pub(crate) fn standing(&self, place: &Location, clock: &Clock, steps: &mut u64) -> Vec<OpId> {
        let mut open: Vec<OpId> = self.ends.get(place).cloned().unwrap_or_default();
        let mut met = BTreeSet::new();
        let mut found = BTreeSet::new();
        while let Some(id) = open.pop() {
            *steps += 1;
            if !met.insert(id) {
                continue;
            }
            let Some(entry) = self.entries.get(&id) else {
                continue;
            };
            if !self.covers(clock, entry.change) {
                open.extend(&entry.operation.predecessors);
                continue;
            }
            let replaced = entry.successors.iter().any(|id| {
                *steps += 1;
                self.entry_at(id, clock).is_some()
            });
            if !replaced && entry.operation.act != Action::Delete {
                found.insert(id);
            }
        }
        found.into_iter().collect()
    }

    /// The names used in a map, by anyone and at any time.
    pub(crate) fn names(&self, object: Object) -> Vec<Location> {
        let first = Location { object, slot: Slot::Name("".into()) };
        self.ends
            .range(first..)
            .map(|(place, _)| place)
            .take_while(|place| place.object == object && matches!(place.slot, Slot::Name(_)))
            .cloned()
            .collect()
    }

    /// The newest changes that touched a container within a clock and are not in the past of one another.
    pub(crate) fn last_touched(&self, object: Object, clock: &Clock) -> Vec<ChangeHash> {
        let mut newest: BTreeMap<usize, &Kept> = BTreeMap::new();
        for number in self.touched.get(&object).into_iter().flatten() {
            if let Some(kept) = self.change(*number)
                && self.covers(clock, *number)
            {
                newest.insert(kept.actor, kept);
            }
        }
        let mut last: Vec<ChangeHash> = newest
            .values()
            .filter(|kept| {
                !newest.values().any(|other| {
                    other.hash != kept.hash && other.clock.get(kept.actor).is_some_and(|seen| *seen >= kept.sequence)
                })
            })
            .map(|kept| kept.hash)
            .collect();
        last.sort();
        last
    }

    /// The changes that touched a container.
    pub(crate) fn touching(&self, object: Object) -> &[usize] {
        self.touched.get(&object).map_or(&[], Vec::as_slice)
    }

    /// Takes in a change that the gate judged. Its dependencies are here.
    pub(crate) fn insert(
        &mut self,
        hash: ChangeHash,
        actor: Actor,
        dependencies: Vec<ChangeHash>,
        operations: Vec<(OpId, Operation)>,
        bytes: Vec<u8>,
    ) {
        let change = self.changes.len();
        let (number, sequence) = match self.lanes.get_mut(&actor) {
            Some((number, lane)) => {
                lane.push(change);
                (*number, lane.len())
            }
            None => {
                let number = self.actors.len();
                self.actors.push(actor);
                self.lanes.insert(actor, (number, vec![change]));
                (number, 1)
            }
        };
        let sequence = u32::try_from(sequence).unwrap_or(u32::MAX);
        let mut clock = self.clock(&dependencies).unwrap_or_default();
        if clock.len() <= number {
            clock.resize(number + 1, 0);
        }
        if let Some(own) = clock.get_mut(number) {
            *own = sequence;
        }
        for dependency in &dependencies {
            self.heads.remove(dependency);
        }
        self.heads.insert(hash);
        self.by_hash.insert(hash, change);
        let mut kept = Kept {
            hash,
            actor: number,
            sequence,
            last: 0,
            dependencies,
            clock,
            bytes,
            operations: Vec::with_capacity(operations.len()),
        };
        for (id, operation) in operations {
            kept.last = id.counter;
            kept.operations.push(id);
            self.take(change, id, operation);
        }
        self.changes.push(kept);
    }

    /// Takes the newest change out again, if it is this one, and says whether it was.
    pub(crate) fn retract(&mut self, hash: &ChangeHash) -> bool {
        let Some(kept) = self.changes.pop_if(|kept| kept.hash == *hash) else {
            return false;
        };
        let change = self.changes.len();
        for id in kept.operations.iter().rev() {
            self.untake(change, id);
        }
        if let Some(actor) = self.actor(kept.actor)
            && let Some((_, lane)) = self.lanes.get_mut(&actor)
        {
            lane.pop();
            if lane.is_empty() {
                self.lanes.remove(&actor);
                self.actors.pop();
            }
        }
        self.by_hash.remove(hash);
        self.heads.remove(hash);
        // What it builds on is a head again, unless something else that is here builds on it as well.
        let before: BTreeSet<ChangeHash> = self.heads.iter().chain(&kept.dependencies).copied().collect();
        for dependency in kept.dependencies {
            let number = self.by_hash.get(&dependency).copied();
            let covers = |other: &Kept| number.is_some_and(|number| self.covers(&other.clock, number));
            let mut others = before.iter().filter(|other| **other != dependency).filter_map(|other| self.find(other));
            if !others.any(covers) {
                self.heads.insert(dependency);
            }
        }
        true
    }

    fn untake(&mut self, change: usize, id: &OpId) {
        let Some(Entry { operation, .. }) = self.entries.remove(id) else {
            return;
        };
        if let Some(touched) = self.touched.get_mut(&operation.place.object) {
            touched.pop_if(|number| *number == change);
            if touched.is_empty() {
                self.touched.remove(&operation.place.object);
            }
        }
        let mut ends = self.ends.remove(&operation.place).unwrap_or_default();
        ends.retain(|end| end != id);
        for predecessor in operation.predecessors {
            if let Some(entry) = self.entries.get_mut(&predecessor) {
                entry.successors.retain(|successor| successor != id);
                if entry.successors.is_empty() {
                    put(&mut ends, predecessor);
                }
            }
        }
        if !ends.is_empty() {
            self.ends.insert(operation.place, ends);
        }
    }

    fn take(&mut self, change: usize, id: OpId, operation: Operation) {
        let touched = self.touched.entry(operation.place.object).or_default();
        if touched.last() != Some(&change) {
            touched.push(change);
        }
        let ends = self.ends.entry(operation.place.clone()).or_default();
        for predecessor in &operation.predecessors {
            if let Some(entry) = self.entries.get_mut(predecessor) {
                entry.successors.push(id);
            }
            ends.retain(|end| end != predecessor);
        }
        put(ends, id);
        self.entries.insert(id, Entry { operation, change, successors: Vec::new() });
    }
}

fn put(ends: &mut Vec<OpId>, id: OpId) {
    let at = ends.partition_point(|end| *end < id);
    ends.insert(at, id);
}

fn join(clock: &mut Clock, other: &Clock) {
    if clock.len() < other.len() {
        clock.resize(other.len(), 0);
    }
    for (own, other) in clock.iter_mut().zip(other) {
        *own = (*own).max(*other);
    }
}
