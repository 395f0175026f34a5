use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tally_entry::{Actor, ChangeHash};

use crate::chunk::{Chunk, Row};
use crate::index::{Clock, Index};
use crate::operation::{Action, Location, Object, OpId, Operation, Slot};
use crate::scalar::Scalar;

/// A change being written at the current heads, and nowhere else.
///
/// The bytes are ours and not a transaction's: a list element is named by its id, so a word keeps its identity, and
/// nothing of the document moves before the change has passed the gate.
pub(crate) struct ChangeDraft<'a> {
    index: &'a Index,
    now: Clock,
    actor: Actor,
    start: u32,
    operations: Vec<Operation>,
    standing: BTreeMap<Location, Vec<OpId>>,
}

impl<'a> ChangeDraft<'a> {
    pub(crate) fn new(index: &'a Index, actor: Actor) -> Self {
        let last = index.heads().iter().filter_map(|head| index.find(head)).map(|kept| kept.last).max();
        Self {
            index,
            now: index.now(),
            actor,
            start: last.unwrap_or(0).saturating_add(1),
            operations: Vec::new(),
            standing: BTreeMap::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.operations.len()
    }

    pub(crate) const fn actor(&self) -> Actor {
        self.actor
    }

    /// What stands at a place, this draft's own operations included.
    pub(crate) fn standing(&self, place: &Location) -> Vec<OpId> {
        self.standing.get(place).cloned().unwrap_or_else(|| self.index.standing(place, &self.now, &mut 0))
    }

    pub(crate) fn put(&mut self, place: Location, value: Scalar) {
        let predecessors = self.standing(&place);
        self.push(place, None, Action::Put(value), predecessors);
    }

    pub(crate) fn put_name(&mut self, object: Object, name: &str, value: Scalar) {
        self.put(named(object, name), value);
    }

    pub(crate) fn delete(&mut self, place: Location) {
        let predecessors = self.standing(&place);
        if !predecessors.is_empty() {
            self.push(place, None, Action::Delete, predecessors);
        }
    }

    /// Makes a container under a name where nothing stands.
    pub(crate) fn make(&mut self, object: Object, name: &str, act: Action) -> OpId {
        self.push(named(object, name), None, act, Vec::new())
    }

    /// Inserts a value after an element, or at the head of the list.
    pub(crate) fn insert(&mut self, list: Object, after: Option<OpId>, value: Scalar) -> OpId {
        let id = self.next();
        let place = Location { object: list, slot: Slot::Element(id) };
        self.push(place, Some(after), Action::Put(value), Vec::new())
    }

    fn next(&self) -> OpId {
        let count = u32::try_from(self.operations.len()).unwrap_or(u32::MAX);
        OpId { counter: self.start.saturating_add(count), actor: self.actor }
    }

    fn push(&mut self, place: Location, insert: Option<Option<OpId>>, act: Action, predecessors: Vec<OpId>) -> OpId {
        let id = self.next();
        let stands = if act == Action::Delete { Vec::new() } else { vec![id] };
        self.standing.insert(place.clone(), stands);
        self.operations.push(Operation { place, insert, act, predecessors, depth: 0 });
        id
    }

    /// Writes the change.
    pub(crate) fn write(&self) -> Vec<u8> {
        let dependencies: Vec<ChangeHash> = self.index.heads().iter().copied().collect();
        let mut others: BTreeSet<Actor> = self.operations.iter().flat_map(actors).collect();
        others.remove(&self.actor);
        let others: Vec<Actor> = others.into_iter().collect();
        let number = |actor: &Actor| others.binary_search(actor).map_or(0, |at| at as u64 + 1);
        let rows = self.operations.iter().map(|operation| row(operation, &number)).collect();
        Chunk {
            dependencies,
            actor: self.actor.as_bytes().to_vec(),
            sequence: self.index.count(&self.actor) + 1,
            start: u64::from(self.start),
            time: 0,
            message: Vec::new(),
            others: others.iter().map(|actor| actor.as_bytes().to_vec()).collect(),
            rows,
            extra: Vec::new(),
        }
        .write()
    }
}

/// The place under a name.
pub(crate) fn named(object: Object, name: &str) -> Location {
    Location { object, slot: Slot::Name(Arc::from(name)) }
}

/// What an operation's key names: an element for puts and deletes, the element before it for insertions.
fn key(operation: &Operation) -> Option<OpId> {
    match (&operation.place.slot, operation.insert) {
        (_, Some(after)) => after,
        (Slot::Element(element), None) => Some(*element),
        (Slot::Name(_), None) => None,
    }
}

fn actors(operation: &Operation) -> impl Iterator<Item = Actor> + '_ {
    operation
        .place
        .object
        .iter()
        .map(|id| id.actor)
        .chain(key(operation).map(|id| id.actor))
        .chain(operation.predecessors.iter().map(|id| id.actor))
}

fn row(operation: &Operation, number: &impl Fn(&Actor) -> u64) -> Row {
    let key = key(operation);
    let name = match &operation.place.slot {
        Slot::Name(name) => Some(name.to_string()),
        Slot::Element(_) => None,
    };
    let (action, value) = match &operation.act {
        Action::MakeMap => (0, &Scalar::Null),
        Action::Put(value) => (1, value),
        Action::MakeList => (2, &Scalar::Null),
        Action::Delete => (3, &Scalar::Null),
    };
    let (meta, value) = value.write();
    Row {
        object_actor: operation.place.object.map(|id| number(&id.actor)),
        object_counter: operation.place.object.map(|id| u64::from(id.counter)),
        key_actor: key.map(|id| number(&id.actor)),
        key_counter: if name.is_some() { None } else { Some(key.map_or(0, |id| i64::from(id.counter))) },
        key_name: name,
        insert: operation.insert.is_some(),
        action,
        meta,
        value,
        predecessors: operation.predecessors.iter().map(|id| (number(&id.actor), i64::from(id.counter))).collect(),
    }
}
