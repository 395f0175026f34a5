use std::sync::Arc;

use tally_entry::Actor;

use crate::scalar::Scalar;

/// An operation's name. The order is Automerge's: by counter, then by the actor's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpId {
    pub(crate) counter: u32,
    pub(crate) actor: Actor,
}

/// A container: the root, or what a make operation made.
pub(crate) type Object = Option<OpId>;

/// Where in a container: under a name in a map, or at an element of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Name(Arc<str>),
    Element(OpId),
}

/// A place that holds values: all operations that replace one another share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    pub(crate) object: Object,
    pub(crate) slot: Slot,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Put(Scalar),
    MakeMap,
    MakeList,
    Delete,
}

/// One operation whose every reference was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) place: Location,
    /// For an insertion: the element it stands after, none for the head of the list.
    pub(crate) insert: Option<Option<OpId>>,
    pub(crate) act: Action,
    pub(crate) predecessors: Vec<OpId>,
    /// How deep the container is that it makes; 0 for what makes none.
    pub(crate) depth: usize,
}

impl Operation {
    pub(crate) const fn is_container(&self) -> bool {
        matches!(self.act, Action::MakeMap | Action::MakeList)
    }
}
