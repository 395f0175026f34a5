//! The gate: a verdict on one change from the change itself and what it builds on, and from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use tally_entry::{Actor, ChangeHash};

use crate::chunk::{Chunk, Row};
use crate::index::{Clock, Index};
use crate::limits::{COUNTER_MAX, Limits};
use crate::meter::Meter;
use crate::operation::{Action, Location, Object, OpId, Operation, Slot};
use crate::refusal::{OperationFault, Refusal};
use crate::scalar::Scalar;

/// A change that passed the gate. Only the gate makes one, so only judged changes enter a document.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub(crate) birth: ChangeHash,
    pub(crate) hash: ChangeHash,
    pub(crate) actor: Actor,
    pub(crate) sequence: u64,
    pub(crate) dependencies: Vec<ChangeHash>,
    pub(crate) operations: Vec<(OpId, Operation)>,
    pub(crate) bytes: Vec<u8>,
}

impl Admitted {
    /// The change's hash, as Automerge gives it.
    #[must_use]
    pub const fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The changes it builds on.
    #[must_use]
    pub fn dependencies(&self) -> &[ChangeHash] {
        &self.dependencies
    }
}

/// What the gate says of a change.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// It may enter the document.
    Admit(Admitted),
    /// It builds on changes that are not here. If one of them is void, so is this one.
    Wait(Vec<ChangeHash>),
    /// It is void, here and everywhere.
    Void(Refusal),
}

/// A change read and found well formed, before anything is said about what it refers to.
pub(crate) struct Sealed {
    chunk: Chunk,
    hash: ChangeHash,
    actor: Actor,
    others: Vec<Actor>,
    bytes: Vec<u8>,
}

/// Checks all that can be said of a change without its document.
pub(crate) fn unseal(actor: Actor, bytes: &[u8], limits: &Limits, meter: &mut Meter) -> Result<Sealed, Refusal> {
    let (chunk, hash) = Chunk::read(bytes, limits, meter)?;
    if chunk.actor != actor.as_bytes() {
        return Err(Refusal::WrongActor);
    }
    if chunk.time != 0 {
        return Err(Refusal::Time);
    }
    if chunk.rows.is_empty() {
        return Err(Refusal::NoOperation);
    }
    if !rising(&chunk.dependencies) {
        return Err(Refusal::DependencyOrder);
    }
    let last = chunk.start.saturating_add(chunk.rows.len() as u64) - 1;
    if last > COUNTER_MAX {
        return Err(Refusal::CounterTooHigh);
    }
    let mut others = Vec::with_capacity(chunk.others.len());
    for other in &chunk.others {
        let other: [u8; 16] = other.as_slice().try_into().map_err(|_| Refusal::ActorLength)?;
        others.push(Actor::from_bytes(other));
    }
    let used: BTreeSet<u64> = chunk.rows.iter().flat_map(actors_of).filter(|a| *a > 0).collect();
    if !rising(&others) || others.contains(&actor) || !used.into_iter().eq(1..=others.len() as u64) {
        return Err(Refusal::ActorSet);
    }
    Ok(Sealed { chunk, hash, actor, others, bytes: bytes.to_vec() })
}

fn actors_of(row: &Row) -> impl Iterator<Item = u64> + '_ {
    row.object_actor.into_iter().chain(row.key_actor).chain(row.predecessors.iter().map(|(actor, _)| *actor))
}

fn rising<T: Ord>(items: &[T]) -> bool {
    items.is_sorted_by(|a, b| a < b)
}

/// Judges the first change of a document.
pub(crate) fn judge_birth(actor: Actor, bytes: &[u8], limits: &Limits, meter: &mut Meter) -> Result<Admitted, Refusal> {
    let sealed = unseal(actor, bytes, limits, meter)?;
    if !sealed.chunk.dependencies.is_empty() {
        return Err(Refusal::NotABirth);
    }
    let birth = sealed.hash;
    judge_sealed(&Index::default(), birth, sealed, limits, meter)
}

/// Judges a change of a document that was born.
pub(crate) fn judge(
    index: &Index,
    birth: ChangeHash,
    actor: Actor,
    bytes: &[u8],
    limits: &Limits,
    meter: &mut Meter,
) -> Judgement {
    let sealed = match unseal(actor, bytes, limits, meter) {
        Ok(sealed) => sealed,
        Err(refusal) => return Judgement::Void(refusal),
    };
    if sealed.chunk.dependencies.is_empty() && sealed.hash != birth {
        return Judgement::Void(Refusal::SecondBirth);
    }
    let missing: Vec<ChangeHash> =
        sealed.chunk.dependencies.iter().filter(|dependency| !index.contains(dependency)).copied().collect();
    if !missing.is_empty() {
        return Judgement::Wait(missing);
    }
    match judge_sealed(index, birth, sealed, limits, meter) {
        Ok(admitted) => Judgement::Admit(admitted),
        Err(refusal) => Judgement::Void(refusal),
    }
}

fn judge_sealed(
    index: &Index,
    birth: ChangeHash,
    sealed: Sealed,
    limits: &Limits,
    meter: &mut Meter,
) -> Result<Admitted, Refusal> {
    let dependencies = &sealed.chunk.dependencies;
    let mut highest = 0;
    for dependency in dependencies {
        let Some(kept) = index.find(dependency) else {
            continue;
        };
        highest = highest.max(u64::from(kept.last));
        // No dependency may be in the past of another, or one past could be written in many ways; but Automerge's own
        // transactions add the author's last change to the heads.
        if index.actor(kept.actor) == Some(sealed.actor) && u64::from(kept.sequence) + 1 == sealed.chunk.sequence {
            continue;
        }
        let past = dependencies.iter().filter(|other| *other != dependency);
        for other in past.filter_map(|other| index.find(other)) {
            meter.step(1);
            if other.clock.get(kept.actor).is_some_and(|seen| *seen >= kept.sequence) {
                return Err(Refusal::RedundantDependency);
            }
        }
    }
    if sealed.chunk.start != highest + 1 {
        return Err(Refusal::StartOp { expected: highest + 1, found: sealed.chunk.start });
    }
    let clock = index.clock(dependencies).unwrap_or_default();
    let expected = index.seen(&sealed.actor, &clock) + 1;
    if sealed.chunk.sequence != expected {
        return Err(Refusal::Sequence { expected, found: sealed.chunk.sequence });
    }
    if index.count(&sealed.actor) >= expected && !index.contains(&sealed.hash) {
        return Err(Refusal::SequenceTaken { sequence: expected });
    }
    let mut desk =
        Desk { index, clock, limits, sealed: &sealed, own: BTreeMap::new(), standing: BTreeMap::new(), steps: 0 };
    let mut operations = Vec::with_capacity(sealed.chunk.rows.len());
    for (at, row) in sealed.chunk.rows.iter().enumerate() {
        let (id, operation) = desk.judge(at, row).map_err(|fault| Refusal::Operation { at, fault })?;
        operations.push((id, operation));
    }
    meter.step(desk.steps);
    meter.hold(operations.len() * (size_of::<Operation>() + size_of::<OpId>()) * 2);
    Ok(Admitted {
        birth,
        hash: sealed.hash,
        actor: sealed.actor,
        sequence: sealed.chunk.sequence,
        dependencies: sealed.chunk.dependencies,
        operations,
        bytes: sealed.bytes,
    })
}

/// Judges the operations of one change, each against the causal past and those before it in the same change.
struct Desk<'a> {
    index: &'a Index,
    clock: Clock,
    limits: &'a Limits,
    sealed: &'a Sealed,
    own: BTreeMap<OpId, Operation>,
    standing: BTreeMap<Location, Vec<OpId>>,
    steps: u64,
}

impl Desk<'_> {
    fn judge(&mut self, at: usize, row: &Row) -> Result<(OpId, Operation), OperationFault> {
        self.steps += 1;
        let counter =
            u32::try_from(self.sealed.chunk.start.saturating_add(at as u64)).map_err(|_| OperationFault::Reference)?;
        let id = OpId { counter, actor: self.sealed.actor };
        let (object, is_list, depth) = self.object(row)?;
        let act = act(row)?;
        let made = matches!(act, Action::MakeMap | Action::MakeList);
        let (place, insert) = self.place(row, id, object, is_list)?;
        if made && is_list {
            return Err(OperationFault::ContainerInList);
        }
        if made && depth + 1 > self.limits.depth {
            return Err(OperationFault::TooDeep);
        }
        if insert.is_some() && !row.predecessors.is_empty() {
            return Err(OperationFault::InsertWithPredecessor);
        }
        let predecessors = self.predecessors(row, &place)?;
        if insert.is_some() {
            if act == Action::Delete {
                return Err(OperationFault::Action);
            }
        } else {
            let standing = self.standing(&place);
            if made && !standing.is_empty() {
                return Err(OperationFault::MadeOver);
            }
            if predecessors.is_empty() && (is_list || act == Action::Delete) {
                return Err(OperationFault::NoPredecessor);
            }
            if predecessors != standing {
                return Err(OperationFault::PredecessorMissing);
            }
        }
        let operation =
            Operation { place: place.clone(), insert, act, predecessors, depth: if made { depth + 1 } else { 0 } };
        let stands = match operation.act {
            Action::Delete => Vec::new(),
            Action::Put(_) | Action::MakeMap | Action::MakeList => vec![id],
        };
        self.standing.insert(place, stands);
        self.own.insert(id, operation.clone());
        Ok((id, operation))
    }

    fn standing(&mut self, place: &Location) -> Vec<OpId> {
        if let Some(standing) = self.standing.get(place) {
            return standing.clone();
        }
        self.index.standing(place, &self.clock, &mut self.steps)
    }

    /// An operation in the causal past or earlier in this change.
    fn known(&self, id: &OpId) -> Option<&Operation> {
        self.own.get(id).or_else(|| Some(&self.index.entry_at(id, &self.clock)?.operation))
    }

    fn id(&self, actor: u64, counter: u64) -> Result<OpId, OperationFault> {
        let counter = u32::try_from(counter).map_err(|_| OperationFault::Reference)?;
        if counter == 0 {
            return Err(OperationFault::Reference);
        }
        let actor = match actor.checked_sub(1) {
            None => self.sealed.actor,
            Some(other) => *usize::try_from(other)
                .ok()
                .and_then(|other| self.sealed.others.get(other))
                .ok_or(OperationFault::Reference)?,
        };
        Ok(OpId { counter, actor })
    }

    fn object(&self, row: &Row) -> Result<(Object, bool, usize), OperationFault> {
        let id = match (row.object_actor, row.object_counter) {
            (None, None) => return Ok((None, false, 0)),
            (Some(actor), Some(counter)) => self.id(actor, counter)?,
            _ => return Err(OperationFault::Reference),
        };
        let operation = self.known(&id).ok_or(OperationFault::NoObject)?;
        match operation.act {
            Action::MakeMap => Ok((Some(id), false, operation.depth)),
            Action::MakeList => Ok((Some(id), true, operation.depth)),
            Action::Put(_) | Action::Delete => Err(OperationFault::ObjectNotContainer),
        }
    }

    fn place(
        &self,
        row: &Row,
        id: OpId,
        object: Object,
        is_list: bool,
    ) -> Result<(Location, Option<Option<OpId>>), OperationFault> {
        let slot = match (&row.key_name, row.key_actor, row.key_counter) {
            (Some(name), None, None) => {
                if is_list {
                    return Err(OperationFault::NameInList);
                }
                if row.insert {
                    return Err(OperationFault::InsertInMap);
                }
                if name.is_empty() {
                    return Err(OperationFault::Key);
                }
                Slot::Name(name.as_str().into())
            }
            (None, None, Some(0)) => {
                if !is_list {
                    return Err(OperationFault::ElementInMap);
                }
                if !row.insert {
                    return Err(OperationFault::Head);
                }
                return Ok((element(object, id), Some(None)));
            }
            (None, Some(actor), Some(counter)) => {
                if !is_list {
                    return Err(OperationFault::ElementInMap);
                }
                let counter = u64::try_from(counter).map_err(|_| OperationFault::Reference)?;
                let target = self.id(actor, counter)?;
                let operation = self.known(&target).ok_or(OperationFault::NoElement)?;
                if operation.insert.is_none() || operation.place.object != object {
                    return Err(OperationFault::ElementElsewhere);
                }
                if row.insert {
                    return Ok((element(object, id), Some(Some(target))));
                }
                Slot::Element(target)
            }
            _ => return Err(OperationFault::Key),
        };
        Ok((Location { object, slot }, None))
    }

    fn predecessors(&mut self, row: &Row, place: &Location) -> Result<Vec<OpId>, OperationFault> {
        let mut named = Vec::with_capacity(row.predecessors.len());
        for (actor, counter) in &row.predecessors {
            let counter = u64::try_from(*counter).map_err(|_| OperationFault::Reference)?;
            let id = self.id(*actor, counter)?;
            let operation = self.known(&id).ok_or(OperationFault::PredecessorUnknown)?;
            if operation.place != *place {
                return Err(OperationFault::PredecessorElsewhere);
            }
            if operation.act == Action::Delete {
                return Err(OperationFault::PredecessorDeletion);
            }
            if operation.is_container() {
                return Err(OperationFault::PredecessorContainer);
            }
            if !self.standing(place).contains(&id) {
                return Err(OperationFault::PredecessorReplaced);
            }
            named.push(id);
        }
        if rising(&named) { Ok(named) } else { Err(OperationFault::PredecessorOrder) }
    }
}

const fn element(object: Object, id: OpId) -> Location {
    Location { object, slot: Slot::Element(id) }
}

fn act(row: &Row) -> Result<Action, OperationFault> {
    let value = Scalar::read(row.meta, &row.value)?;
    let act = match row.action {
        0 => Action::MakeMap,
        1 => return Ok(Action::Put(value)),
        2 => Action::MakeList,
        3 => Action::Delete,
        _ => return Err(OperationFault::Action),
    };
    if value == Scalar::Null { Ok(act) } else { Err(OperationFault::NeedlessValue) }
}
