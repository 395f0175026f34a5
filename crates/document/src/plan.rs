use std::collections::{BTreeMap, BTreeSet};

use crate::amount::{Count, Percentage};
use crate::answer::{self, KeptAnswer};
use crate::change_draft::{ChangeDraft, named};
use crate::describe::{Description, Field, FieldKind, Term};
use crate::edit::{Edit, EditError, Ids, Keep};
use crate::line::LineId;
use crate::look::{ITEM, Look, ScalarAnswer};
use crate::operation::{Action, Location, Object, OpId};
use crate::scalar::Scalar;
use crate::value::Value;
use crate::words::split;

/// Edits on their way to a change: what they were made on, what is there now, and what is to be written.
pub(crate) struct Plan<'a, 'b> {
    description: &'b Description,
    pub(crate) draft: ChangeDraft<'a>,
    pub(crate) now: &'b Look<'a>,
    pub(crate) base: Option<&'b Look<'a>>,
    pub(crate) ids: Ids<'b>,
    text_words: usize,
    joined: BTreeSet<String>,
    set: BTreeSet<String>,
    /// Containers made by this draft, by name and parent: the look does not have them yet.
    pub(crate) made: BTreeMap<(Object, String), OpId>,
}

impl<'a, 'b> Plan<'a, 'b> {
    pub(crate) const fn new(
        description: &'b Description,
        draft: ChangeDraft<'a>,
        now: &'b Look<'a>,
        base: Option<&'b Look<'a>>,
        ids: Ids<'b>,
        text_words: usize,
    ) -> Self {
        Self {
            description,
            draft,
            now,
            base,
            ids,
            text_words,
            joined: BTreeSet::new(),
            set: BTreeSet::new(),
            made: BTreeMap::new(),
        }
    }

    pub(crate) fn finish(self) -> (ChangeDraft<'a>, Vec<String>) {
        (self.draft, self.joined.into_iter().collect())
    }

    pub(crate) fn join(&mut self, path: &str) {
        self.joined.insert(path.to_owned());
    }

    /// Makes every container that the type needs and the document lacks.
    pub(crate) fn prepare(&mut self) {
        for field in self.description.fields {
            self.make(None, field);
            if let FieldKind::Lines(fields) = field.kind
                && let Some(group) = self.now.container(None, field.name)
            {
                for line in self.now.lines(group) {
                    for field in fields {
                        self.make(Some(line.object), field);
                    }
                }
            }
        }
    }

    /// Makes the container of a field where there is none.
    pub(crate) fn make(&mut self, object: Object, field: &Field) {
        let act = match field.kind {
            FieldKind::Text => Action::MakeList,
            FieldKind::Words(_) => Action::MakeMap,
            FieldKind::Items | FieldKind::Lines(_) if object.is_none() => Action::MakeMap,
            _ => return,
        };
        if self.draft.standing(&named(object, field.name)).is_empty() {
            let id = self.draft.make(object, field.name, act);
            self.made.insert((object, field.name.to_owned()), id);
        }
    }

    pub(crate) fn container(&self, object: Object, name: &str, path: &str) -> Result<OpId, EditError> {
        self.made
            .get(&(object, name.to_owned()))
            .copied()
            .or_else(|| self.now.container(object, name))
            .ok_or_else(|| EditError::NotPrepared { field: path.to_owned() })
    }

    pub(crate) fn apply(&mut self, edits: &[Edit]) -> Result<(), EditError> {
        for edit in edits {
            match edit {
                Edit::Set { field, value } => {
                    self.once(field)?;
                    let field = self.field(field)?;
                    self.set(None, field, field.name, value)?;
                }
                Edit::SetLine { field, line, name, value } => {
                    let (object, inner) = self.inner(field, line, name)?;
                    let path = path(field, line, name);
                    self.once(&path)?;
                    self.set(Some(object), &inner, &path, value)?;
                }
                Edit::AddLine { field, values, after } => self.add_line(field, values, after.as_ref())?,
                Edit::RemoveLine { field, line } => self.remove_line(field, line)?,
                Edit::Settle { field, line, keep } => self.settle(field, line.as_ref(), keep)?,
            }
        }
        Ok(())
    }

    fn once(&mut self, path: &str) -> Result<(), EditError> {
        if self.set.insert(path.to_owned()) { Ok(()) } else { Err(EditError::Twice { field: path.to_owned() }) }
    }

    pub(crate) fn field(&self, name: &str) -> Result<&'static Field, EditError> {
        self.description.field(name).ok_or_else(|| EditError::UnknownField { field: name.to_owned() })
    }

    fn inner(&self, field: &str, line: &LineId, name: &str) -> Result<(OpId, Field), EditError> {
        let outer = self.field(field)?;
        let group = self.container(None, field, field)?;
        let at = self.line(group, field, line)?;
        Ok((at, inner_field(outer, name)?))
    }

    /// Sets one field of the root or of a line.
    pub(crate) fn set(&mut self, object: Object, field: &Field, path: &str, value: &Value) -> Result<(), EditError> {
        check(field, path, value)?;
        match field.kind {
            FieldKind::Text => {
                let list = self.container(object, field.name, path)?;
                let text = match value {
                    Value::Text(text) => text.as_str(),
                    _ => "",
                };
                self.fits(list, path, text)?;
                self.set_text(list, path, text);
            }
            FieldKind::Words(_) => {
                let map = self.container(object, field.name, path)?;
                let words = match value {
                    Value::Words(words) => words.clone(),
                    _ => BTreeSet::new(),
                };
                self.set_words(map, path, &words);
            }
            FieldKind::Items => {
                let items = match value {
                    Value::Items(items) => items.clone(),
                    _ => Vec::new(),
                };
                self.set_items(field, &items)?;
            }
            FieldKind::Lines(_) => {
                let lines = match value {
                    Value::Lines(lines) => lines.clone(),
                    _ => Vec::new(),
                };
                self.set_lines(field, &lines)?;
            }
            _ => {
                let scalar = match value.scalar() {
                    Some(scalar) if !value.is_empty() => scalar,
                    _ => Scalar::Null,
                };
                self.set_scalar(named(object, field.name), path, scalar);
            }
        }
        Ok(())
    }

    /// Puts a value, or both where others changed it since the base.
    pub(crate) fn set_scalar(&mut self, place: Location, path: &str, value: Scalar) {
        let shown = |look: &Look<'_>| look.shown(&place).unwrap_or(Scalar::Null);
        if let Some(base) = self.base {
            if shown(base) == value {
                return;
            }
            if self.put_or_both(&place, base, value) {
                self.join(path);
            }
        } else if shown(self.now) != value || !self.now.disagreement(&place).is_empty() {
            self.draft.put(place, value);
        }
    }

    /// Puts a value that differs from the base, and says whether it now stands beside another one.
    pub(crate) fn put_or_both(&mut self, place: &Location, base: &Look<'_>, value: Scalar) -> bool {
        if self.now.standing(place) == base.standing(place) {
            self.draft.put(place.clone(), value);
            return false;
        }
        let answers = self.now.answers(place);
        if answers.iter().all(|said| said.value == value) && !answers.is_empty() {
            return false;
        }
        let mut claims: Vec<KeptAnswer> = answers.into_iter().map(claim).collect();
        claims.push(KeptAnswer { value: value.clone(), by: self.draft.actor(), change: None });
        let both = if claims.len() > 1 { answer::write(&claims) } else { None };
        self.draft.put(place.clone(), both.unwrap_or(value));
        true
    }

    /// Refuses a text that is too long; one that others made so together may be shortened in several steps.
    fn fits(&self, list: OpId, path: &str, text: &str) -> Result<(), EditError> {
        let words = split(text).len();
        let allowed = self.text_words;
        if words > allowed && words > self.base.unwrap_or(self.now).words(list).len() {
            return Err(EditError::TextTooLong { field: path.to_owned(), words, allowed });
        }
        Ok(())
    }

    fn set_words(&mut self, map: OpId, path: &str, words: &BTreeSet<String>) {
        let from = self.base.unwrap_or(self.now);
        let before = from.set(map);
        let mut changed = false;
        for word in words.difference(&before) {
            if !self.now.set(map).contains(word) {
                self.draft.put_name(Some(map), word, Scalar::Flag(true));
            }
            changed = true;
        }
        for word in before.difference(words) {
            let place = named(Some(map), word);
            // ScalarAnswer again since the base: saying wins over taking away.
            if self.now.standing(&place) == from.standing(&place) {
                self.draft.put(place, Scalar::Flag(false));
            }
            changed = true;
        }
        if changed && self.base.is_some_and(|base| self.now.touched_since(map, base)) {
            self.join(path);
        }
    }

    fn settle(&mut self, field: &str, line: Option<&(LineId, String)>, keep: &Keep) -> Result<(), EditError> {
        let (object, inner, path) = match line {
            None => (None, *self.field(field)?, field.to_owned()),
            Some((line, name)) => {
                let (object, inner) = self.inner(field, line, name)?;
                (Some(object), inner, path(field, line, name))
            }
        };
        self.once(&path)?;
        let nobody = || EditError::NoSuchAnswer { field: path.clone() };
        match keep {
            Keep::Value(value) => {
                check(&inner, &path, value)?;
                self.base = None;
                self.set(object, &inner, &path, value)
            }
            Keep::Actor(actor) if inner.kind == FieldKind::Text => {
                let list = self.container(object, inner.name, &path)?;
                let mut chosen = false;
                for place in self.now.elements(list) {
                    let answers = self.now.disagreement(&place);
                    if let Some(said) = answers.iter().find(|said| said.by == *actor) {
                        self.draft.put(place, said.value.clone());
                        chosen = true;
                    }
                }
                if chosen { Ok(()) } else { Err(nobody()) }
            }
            Keep::Actor(actor) => {
                let place = named(object, inner.name);
                let answers = self.now.disagreement(&place);
                let said = answers.iter().find(|said| said.by == *actor).ok_or_else(nobody)?;
                self.draft.put(place, said.value.clone());
                Ok(())
            }
        }
    }
}

fn claim(said: ScalarAnswer) -> KeptAnswer {
    KeptAnswer { value: said.value, by: said.by, change: Some(said.change) }
}

/// How the field of a line is named in readings and errors.
pub(crate) fn path(field: &str, line: &LineId, name: &str) -> String {
    if name.is_empty() || name == ITEM { format!("{field}/{line}") } else { format!("{field}/{line}/{name}") }
}

/// The field of a line: an item has one, which needs no name.
pub(crate) fn inner_field(outer: &Field, name: &str) -> Result<Field, EditError> {
    let unknown = || EditError::UnknownField { field: format!("{}/{name}", outer.name) };
    match outer.kind {
        FieldKind::Items if name.is_empty() || name == ITEM => {
            Ok(Field { name: ITEM, kind: FieldKind::Line, ..*outer })
        }
        FieldKind::Lines(fields) => fields
            .iter()
            .find(|field| field.name == name)
            .filter(|field| !matches!(field.kind, FieldKind::Items | FieldKind::Lines(_)))
            .copied()
            .ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn check(field: &Field, path: &str, value: &Value) -> Result<(), EditError> {
    let path = || path.to_owned();
    if !value.fits(&field.kind) {
        return Err(EditError::WrongKind { field: path() });
    }
    let word = |word: &String, allowed: &'static [Term]| {
        if allowed.iter().any(|term| term.word == *word) || word.is_empty() {
            Ok(())
        } else {
            Err(EditError::WordNotAllowed { field: path(), word: word.clone(), allowed })
        }
    };
    match (value, field.kind) {
        (Value::Word(one), FieldKind::Word(allowed)) => word(one, allowed),
        (Value::Words(words), FieldKind::Words(allowed)) => words.iter().try_for_each(|one| word(one, allowed)),
        (Value::Date(date), _) if !date.is_well_formed() => Err(EditError::BadDate { field: path() }),
        (Value::Count(count), _) if Count::parse(&count.to_string()) != Some(*count) => {
            Err(EditError::CannotBeKept { field: path() })
        }
        (Value::Percentage(share), _) if Percentage::parse(&share.to_string()) != Some(*share) => {
            Err(EditError::CannotBeKept { field: path() })
        }
        (Value::File(file), _) if !file.is_well_formed() => Err(EditError::CannotBeKept { field: path() }),
        _ => Ok(()),
    }
}
