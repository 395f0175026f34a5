use std::collections::BTreeSet;

use tally_entry::{Actor, ChangeHash};

use crate::answer::{self, KeptAnswer};
use crate::change_draft::named;
use crate::fuse::View;
use crate::index::{Clock, Entry, Index};
use crate::line::LineId;
use crate::operation::{Action, Location, Object, OpId, Slot};
use crate::scalar::Scalar;
use crate::version::Version;

/// The key under which a line keeps its order; no field has a name like it.
pub(crate) const ORDER: &str = "#order";
/// The key under which a line is marked as removed.
pub(crate) const GONE: &str = "#gone";
/// The key under which an item keeps its text.
pub(crate) const ITEM: &str = "#text";

/// A document at one version.
pub(crate) struct Look<'a> {
    pub(crate) index: &'a Index,
    view: &'a View,
    pub(crate) clock: Clock,
    version: Version,
}

/// One answer at one place: a value, who said it and in which change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScalarAnswer {
    pub(crate) value: Scalar,
    pub(crate) by: Actor,
    pub(crate) change: ChangeHash,
}

/// One line of a group that is not removed.
#[derive(Clone, Debug)]
pub(crate) struct LineAt {
    pub(crate) id: LineId,
    pub(crate) object: OpId,
    pub(crate) order: String,
    /// Changes to it that whoever removed it had not seen: it is kept for them.
    pub(crate) kept_for: Vec<ChangeHash>,
}

impl<'a> Look<'a> {
    /// Looks at a version; none where it names a change that is not here.
    pub(crate) fn at(index: &'a Index, view: &'a View, version: Version) -> Option<Self> {
        Some(Self { clock: index.clock(version.hashes())?, index, view, version })
    }

    pub(crate) fn standing(&self, place: &Location) -> Vec<OpId> {
        self.index.standing(place, &self.clock, &mut 0)
    }

    /// Every answer at a place; the one that is shown is the first.
    pub(crate) fn answers(&self, place: &Location) -> Vec<ScalarAnswer> {
        let mut answers: Vec<ScalarAnswer> = Vec::new();
        for id in self.standing(place).iter().rev() {
            for said in self.said(id, place) {
                if !answers.contains(&said) {
                    answers.push(said);
                }
            }
        }
        answers
    }

    /// The answers, if there is more than one value among them.
    pub(crate) fn disagreement(&self, place: &Location) -> Vec<ScalarAnswer> {
        let answers = self.answers(place);
        let first = answers.first().map(|said| said.value.clone());
        if answers.iter().any(|said| Some(&said.value) != first.as_ref()) { answers } else { Vec::new() }
    }

    /// The value that is shown at a place.
    pub(crate) fn shown(&self, place: &Location) -> Option<Scalar> {
        self.answers(place).into_iter().next().map(|said| said.value)
    }

    fn said(&self, id: &OpId, place: &Location) -> Vec<ScalarAnswer> {
        let Some(entry) = self.index.entry(id) else {
            return Vec::new();
        };
        let Some(kept) = self.index.change(entry.change) else {
            return Vec::new();
        };
        let Action::Put(value) = &entry.operation.act else {
            return Vec::new();
        };
        let own = |value: &Scalar| ScalarAnswer { value: value.clone(), by: id.actor, change: kept.hash };
        let claims = claims(value);
        if claims.is_empty() {
            return vec![own(value)];
        }
        // Words put into somebody else's mouth are the writer's own.
        claims
            .iter()
            .map(|claim| match claim.change {
                Some(change) if self.is_true(entry, place, claim, &change) => {
                    ScalarAnswer { value: claim.value.clone(), by: claim.by, change }
                }
                _ => own(&claim.value),
            })
            .collect()
    }

    /// Whether the change that a claim names is in the claim's past and said that at this place.
    fn is_true(&self, entry: &Entry, place: &Location, claim: &KeptAnswer, change: &ChangeHash) -> bool {
        let Some(kept) = self.index.find(change) else {
            return false;
        };
        let seen = self
            .index
            .change(entry.change)
            .is_some_and(|later| later.clock.get(kept.actor).is_some_and(|seen| *seen >= kept.sequence));
        let mine = self.index.actor(kept.actor) == Some(claim.by);
        seen && mine
            && kept.operations.iter().any(|id| {
                self.index.entry(id).is_some_and(|said| {
                    said.operation.place == *place
                        && match &said.operation.act {
                            Action::Put(value) => {
                                *value == claim.value
                                    || claims(value).iter().any(|own| own.change.is_none() && own.value == claim.value)
                            }
                            Action::MakeMap | Action::MakeList | Action::Delete => false,
                        }
                })
            })
    }

    /// The container under a name: the first that was made where there are several.
    pub(crate) fn container(&self, object: Object, name: &str) -> Option<OpId> {
        self.containers(&named(object, name)).into_iter().next()
    }

    fn containers(&self, place: &Location) -> Vec<OpId> {
        let mut found = self.standing(place);
        found.retain(|id| self.index.entry(id).is_some_and(|entry| entry.operation.is_container()));
        found
    }

    /// The elements of a list in Automerge's order.
    pub(crate) fn elements(&self, list: OpId) -> Vec<Location> {
        self.view
            .list(Some(list), &self.version)
            .iter()
            .filter_map(|id| Some(self.index.entry(id)?.operation.place.clone()))
            .collect()
    }

    /// The words that a text shows, each with its element.
    pub(crate) fn words(&self, list: OpId) -> Vec<(OpId, String)> {
        self.elements(list)
            .iter()
            .filter_map(|place| match (&place.slot, self.shown(place)) {
                (Slot::Element(element), Some(value)) => Some((*element, word(&value))),
                _ => None,
            })
            .collect()
    }

    /// The lines of a group that are not removed, in their order.
    pub(crate) fn lines(&self, group: OpId) -> Vec<LineAt> {
        let mut lines = Vec::new();
        for place in self.index.names(Some(group)) {
            let Slot::Name(name) = &place.slot else {
                continue;
            };
            for (number, object) in self.containers(&place).into_iter().enumerate() {
                let Some(kept_for) = self.kept_for(object) else {
                    continue;
                };
                // Two nodes never choose one random id; who forges one gets a line of its own.
                let id =
                    if number == 0 { name.to_string() } else { format!("{name}~{}-{}", object.counter, object.actor) };
                let order = match self.shown(&named(Some(object), ORDER)) {
                    Some(Scalar::Text(order)) => order,
                    _ => String::new(),
                };
                lines.push(LineAt { id: LineId(id), object, order, kept_for });
            }
        }
        lines.sort_by(|a, b| (&a.order, &a.id).cmp(&(&b.order, &b.id)));
        lines
    }

    /// None for a removed line; else the changes that save a line from a removal that had not seen them.
    fn kept_for(&self, line: OpId) -> Option<Vec<ChangeHash>> {
        let gone = named(Some(line), GONE);
        let mut saved = BTreeSet::new();
        for id in self.standing(&gone) {
            let Some(entry) = self.index.entry(&id) else {
                continue;
            };
            if entry.operation.act != Action::Put(Scalar::Flag(true)) {
                continue;
            }
            let seen = self.index.change(entry.change).map(|kept| &kept.clock);
            let unseen: Vec<ChangeHash> = self
                .changes_of(line, seen)
                .into_iter()
                .filter_map(|number| Some(self.index.change(number)?.hash))
                .collect();
            if unseen.is_empty() {
                return None;
            }
            saved.extend(unseen);
            saved.extend(self.index.change(entry.change).map(|kept| kept.hash));
        }
        Some(saved.into_iter().collect())
    }

    /// The changes that wrote into a line, its texts included and its mark of removal not, beyond those already seen.
    pub(crate) fn changes_of(&self, line: OpId, seen: Option<&Clock>) -> BTreeSet<usize> {
        let mut objects = vec![line];
        for place in self.index.names(Some(line)) {
            objects.extend(self.containers(&place));
        }
        let mut changes = BTreeSet::new();
        for object in objects {
            for number in self.index.touching(Some(object)) {
                if seen.is_some_and(|seen| self.index.covers(seen, *number)) {
                    continue;
                }
                let wrote = self.index.change(*number).is_some_and(|kept| {
                    kept.operations.iter().any(|id| {
                        self.index.entry(id).is_some_and(|entry| {
                            entry.operation.place.object == Some(object)
                                && entry.operation.place != named(Some(line), GONE)
                        })
                    })
                });
                if wrote && self.index.covers(&self.clock, *number) {
                    changes.insert(*number);
                }
            }
        }
        changes
    }

    /// The words of a set that are in it: who adds wins over who takes away.
    pub(crate) fn set(&self, set: OpId) -> BTreeSet<String> {
        self.index
            .names(Some(set))
            .into_iter()
            .filter(|place| self.answers(place).iter().any(|said| said.value == Scalar::Flag(true)))
            .filter_map(|place| match place.slot {
                Slot::Name(name) => Some(name.to_string()),
                Slot::Element(_) => None,
            })
            .collect()
    }

    /// Whether a change that the base had not seen touched a container.
    pub(crate) fn touched_since(&self, object: OpId, base: &Self) -> bool {
        self.index
            .touching(Some(object))
            .iter()
            .any(|number| self.index.covers(&self.clock, *number) && !self.index.covers(&base.clock, *number))
    }
}

/// The answers inside a value, none where it is a plain one.
fn claims(value: &Scalar) -> Vec<KeptAnswer> {
    match value {
        Scalar::Bytes(bytes) => answer::read(bytes).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// How a value reads inside a text.
pub(crate) fn word(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => text.clone(),
        Scalar::Signed(number) => number.to_string(),
        Scalar::Unsigned(number) => number.to_string(),
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Null | Scalar::Bytes(_) => String::new(),
    }
}
