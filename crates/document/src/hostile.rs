//! Hostile changes, each small and most of them well formed: what the gate must refuse, for tests here and elsewhere.

mod rows;

use tally_entry::{Actor, ChangeHash};

use crate::chunk::{Chunk, Row};
use crate::document::Document;
use crate::operation::{Action, OpId, Slot};
use crate::scalar::Scalar;

#[cfg(test)]
pub(crate) use rows::honest;
pub use rows::rows;

/// One kind of hostile change.
#[derive(Clone, Copy, Debug)]
pub struct HostileChange {
    /// What is wrong with it, as a failing test prints it.
    pub name: &'static str,
    /// Makes it for a document, as an actor that may write there.
    pub build: fn(&Document, Actor) -> Vec<u8>,
}

/// A number that no operation has.
const NOBODY: OpId = OpId { counter: 1_000_000, actor: Actor::from_bytes([0xee; 16]) };

/// What a hostile writer finds in a document; where it finds nothing, it makes an operation up.
pub(crate) struct Targets {
    pub(crate) list: OpId,
    pub(crate) word: OpId,
    pub(crate) other_list: OpId,
    pub(crate) other_word: OpId,
    pub(crate) map: OpId,
    pub(crate) put: OpId,
    pub(crate) put_name: String,
    pub(crate) replaced: OpId,
    pub(crate) replaced_at: OpId,
    pub(crate) replaced_list: OpId,
    pub(crate) deletion: OpId,
    pub(crate) deleted: OpId,
    pub(crate) deleted_list: OpId,
    pub(crate) list_name: String,
}

impl Targets {
    pub(crate) fn of(document: &Document) -> Self {
        Self::after(document, 0)
    }

    /// What came after so many changes; after the first, nothing that the birth made.
    pub(crate) fn after(document: &Document, changes: usize) -> Self {
        let mut targets = Self {
            list: NOBODY,
            word: NOBODY,
            other_list: NOBODY,
            other_word: NOBODY,
            map: NOBODY,
            put: NOBODY,
            put_name: "title".to_owned(),
            replaced: NOBODY,
            replaced_at: NOBODY,
            replaced_list: NOBODY,
            deletion: NOBODY,
            deleted: NOBODY,
            deleted_list: NOBODY,
            list_name: "body".to_owned(),
        };
        let mut lists = Vec::new();
        for kept in document.index.changes().iter().skip(changes) {
            for id in &kept.operations {
                let Some(entry) = document.index.entry(id) else {
                    continue;
                };
                let place = &entry.operation.place;
                if let (Action::MakeList, None, Slot::Name(name)) = (&entry.operation.act, place.object, &place.slot) {
                    lists.push((*id, name.to_string()));
                }
                targets.see(*id, &entry.operation, entry.successors.is_empty());
            }
        }
        // A list at the root, by whose name it can be named: the one with words, or else any.
        let named = lists.iter().find(|(id, _)| *id == targets.list).or_else(|| lists.first());
        if let Some((_, name)) = named {
            targets.list_name.clone_from(name);
        }
        targets
    }

    fn see(&mut self, id: OpId, operation: &crate::operation::Operation, stands: bool) {
        let object = operation.place.object.unwrap_or(NOBODY);
        match (&operation.act, &operation.place.slot) {
            (Action::Put(_), Slot::Name(name)) if stands && operation.place.object.is_none() => {
                self.put = id;
                self.put_name = name.to_string();
            }
            (Action::Put(_), Slot::Element(_)) if stands && operation.insert.is_some() => {
                if self.list == NOBODY || self.list == object {
                    self.list = object;
                    self.word = id;
                } else {
                    self.other_list = object;
                    self.other_word = id;
                }
            }
            (Action::Put(_), Slot::Element(element)) if !stands => {
                self.replaced = id;
                self.replaced_at = *element;
                self.replaced_list = object;
            }
            (Action::MakeMap, Slot::Name(_)) if operation.place.object.is_none() => self.map = id,
            (Action::Delete, Slot::Element(element)) => {
                self.deletion = id;
                self.deleted = *element;
                self.deleted_list = object;
            }
            _ => {}
        }
    }
}

/// A change being forged: everything right until something is made wrong.
pub(crate) struct ForgedChange {
    pub(crate) chunk: Chunk,
}

impl ForgedChange {
    pub(crate) fn new(document: &Document, actor: Actor) -> Self {
        let heads: Vec<ChangeHash> = document.index.heads().iter().copied().collect();
        let last = heads.iter().filter_map(|head| document.index.find(head)).map(|kept| u64::from(kept.last)).max();
        Self {
            chunk: Chunk {
                dependencies: heads,
                actor: actor.as_bytes().to_vec(),
                sequence: document.index.count(&actor) + 1,
                start: last.unwrap_or(0) + 1,
                time: 0,
                message: Vec::new(),
                others: Vec::new(),
                rows: Vec::new(),
                extra: Vec::new(),
            },
        }
    }

    /// The name of the operation that is written next.
    pub(crate) fn next(&self) -> OpId {
        let mut actor = [0; 16];
        actor.copy_from_slice(&self.chunk.actor);
        OpId {
            counter: u32::try_from(self.chunk.start + self.chunk.rows.len() as u64).unwrap_or(u32::MAX),
            actor: Actor::from_bytes(actor),
        }
    }

    fn number(&mut self, actor: Actor) -> u64 {
        if self.chunk.actor == actor.as_bytes() {
            return 0;
        }
        if let Some(at) = self.chunk.others.iter().position(|other| other == actor.as_bytes()) {
            return at as u64 + 1;
        }
        self.chunk.others.push(actor.as_bytes().to_vec());
        self.chunk.others.len() as u64
    }

    /// Adds an operation: a put of nothing in an object, to be changed by the caller.
    pub(crate) fn operation(&mut self, object: Option<OpId>) -> &mut Row {
        let actor = object.map(|id| self.number(id.actor));
        self.chunk.rows.push(Row {
            object_actor: actor,
            object_counter: object.map(|id| u64::from(id.counter)),
            action: 1,
            ..Row::default()
        });
        let last = self.chunk.rows.len() - 1;
        &mut self.chunk.rows[last]
    }

    pub(crate) fn named(&mut self, object: Option<OpId>, name: &str) -> &mut Row {
        let row = self.operation(object);
        row.key_name = Some(name.to_owned());
        row
    }

    pub(crate) fn at(&mut self, object: Option<OpId>, element: OpId) -> &mut Row {
        let actor = self.number(element.actor);
        let row = self.operation(object);
        row.key_actor = Some(actor);
        row.key_counter = Some(i64::from(element.counter));
        row
    }

    pub(crate) fn head(&mut self, object: Option<OpId>) -> &mut Row {
        let row = self.operation(object);
        row.key_counter = Some(0);
        row
    }

    pub(crate) fn replacing(&mut self, predecessor: OpId) {
        let actor = self.number(predecessor.actor);
        if let Some(row) = self.chunk.rows.last_mut() {
            row.predecessors.push((actor, i64::from(predecessor.counter)));
        }
    }

    /// Writes it with its actors in order, so that only the intended thing is wrong.
    pub(crate) fn write(mut self) -> Vec<u8> {
        self.sort();
        self.chunk.write()
    }

    pub(crate) fn sort(&mut self) {
        let mut sorted = self.chunk.others.clone();
        sorted.sort();
        let to: Vec<u64> = self
            .chunk
            .others
            .iter()
            .map(|other| sorted.iter().position(|one| one == other).unwrap_or(0) as u64 + 1)
            .collect();
        let moved = |actor: &mut u64| {
            if let Some(at) = actor.checked_sub(1).and_then(|at| to.get(at as usize)) {
                *actor = *at;
            }
        };
        for row in &mut self.chunk.rows {
            row.object_actor.iter_mut().for_each(moved);
            row.key_actor.iter_mut().for_each(moved);
            row.predecessors.iter_mut().for_each(|(actor, _)| moved(actor));
        }
        self.chunk.others = sorted;
    }
}

/// A change that says it builds on these, and is right in all else.
#[must_use]
pub fn building_on(document: &Document, actor: Actor, mut on: Vec<ChangeHash>) -> Vec<u8> {
    on.sort();
    let mut forgery = ForgedChange::new(document, actor);
    forgery.chunk.dependencies = on;
    value(forgery.named(None, "hostile"), &Scalar::Text("hostile".to_owned()));
    forgery.write()
}

/// Gives a put its value.
pub(crate) fn value(row: &mut Row, value: &Scalar) {
    (row.meta, row.value) = value.write();
}
