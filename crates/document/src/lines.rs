//! Items and groups of lines: maps under random keys, with an order and a mark of removal.

use std::collections::BTreeMap;

use similar::DiffOp;

use crate::change_draft::named;
use crate::describe::{Field, FieldKind};
use crate::edit::EditError;
use crate::line::LineId;
use crate::look::{GONE, ITEM, LineAt, Look, ORDER};
use crate::operation::{Action, OpId};
use crate::order::between;
use crate::plan::{Plan, inner_field, path};
use crate::read::row;
use crate::scalar::Scalar;
use crate::value::Value;
use crate::words::steps;

/// The values of a line; an item has one, under the empty name.
type Row = BTreeMap<String, Value>;

impl Plan<'_, '_> {
    pub(crate) fn line(&self, group: OpId, field: &str, line: &LineId) -> Result<OpId, EditError> {
        self.now
            .lines(group)
            .into_iter()
            .find(|at| at.id == *line)
            .map(|at| at.object)
            .ok_or_else(|| EditError::UnknownLine { field: field.to_owned(), line: line.clone() })
    }

    pub(crate) fn add_line(&mut self, field: &str, values: &Row, after: Option<&LineId>) -> Result<(), EditError> {
        let field = self.field(field)?;
        if !matches!(field.kind, FieldKind::Items | FieldKind::Lines(_)) {
            return Err(EditError::WrongKind { field: field.name.to_owned() });
        }
        let group = self.container(None, field.name, field.name)?;
        let lines = self.now.lines(group);
        let before = match after {
            None => lines.len(),
            Some(after) => {
                let at = lines.iter().position(|line| line.id == *after);
                1 + at.ok_or_else(|| EditError::UnknownLine { field: field.name.to_owned(), line: after.clone() })?
            }
        };
        let low = before.checked_sub(1).and_then(|at| lines.get(at));
        let low = low.map_or("", |line| line.order.as_str());
        let high = lines.get(before).map(|line| line.order.as_str());
        let order = between(low, high);
        self.new_line(group, field, values, order)
    }

    fn new_line(&mut self, group: OpId, field: &Field, values: &Row, order: String) -> Result<(), EditError> {
        for name in values.keys() {
            inner_field(field, name)?;
        }
        // A key in use would be a second container in one place; a well-seeded source gives none twice.
        let mut number = u64::from_be_bytes((self.ids)());
        let id = loop {
            let id = LineId::random(number.to_be_bytes());
            if self.draft.standing(&named(Some(group), &id.0)).is_empty() {
                break id;
            }
            number = number.wrapping_add(1);
        };
        let object = self.draft.make(Some(group), &id.0, Action::MakeMap);
        self.draft.put_name(Some(object), ORDER, Scalar::Text(order));
        if let FieldKind::Lines(fields) = field.kind {
            for inner in fields {
                self.make(Some(object), inner);
            }
        }
        // A new line has no past, so nothing in it is merged.
        let base = self.base.take();
        for (name, value) in values {
            let inner = inner_field(field, name)?;
            let path = path(field.name, &id, name);
            self.set(Some(object), &inner, &path, value)?;
        }
        self.base = base;
        Ok(())
    }

    pub(crate) fn remove_line(&mut self, field: &str, line: &LineId) -> Result<(), EditError> {
        let field = self.field(field)?;
        let group = self.container(None, field.name, field.name)?;
        let object = self.line(group, field.name, line)?;
        self.remove_object(field.name, line, object);
        Ok(())
    }

    fn remove_object(&mut self, field: &str, line: &LineId, object: OpId) {
        if let Some(base) = self.base
            && self.now.changes_of(object, None) != base.changes_of(object, None)
        {
            // Changed by others since: a line is not removed from under their words.
            self.join(&path(field, line, ""));
            return;
        }
        self.draft.put_name(Some(object), GONE, Scalar::Flag(true));
    }

    pub(crate) fn set_items(&mut self, field: &Field, items: &[String]) -> Result<(), EditError> {
        let rows: Vec<Row> =
            items.iter().map(|item| Row::from([(ITEM.to_owned(), Value::Line(item.clone()))])).collect();
        self.set_lines(field, &rows)
    }

    /// Sets a whole group: equal lines stay, a line that differs in place is changed, others are added and removed.
    pub(crate) fn set_lines(&mut self, field: &Field, rows: &[Row]) -> Result<(), EditError> {
        let group = self.container(None, field.name, field.name)?;
        let from = self.base.unwrap_or(self.now);
        let old: Vec<LineAt> = from.lines(group);
        let before: Vec<Row> = old.iter().map(|line| row(from, field, line.object)).collect();
        let after: Vec<Row> = rows
            .iter()
            .map(|row| {
                let full = row.iter().filter(|(_, value)| !value.is_empty());
                full.map(|(name, value)| (name.clone(), value.clone())).collect()
            })
            .collect();
        let mut low = String::new();
        for step in steps(&before, &after) {
            let olds = old.get(step.old_range()).unwrap_or_default();
            let rows = before.get(step.old_range()).unwrap_or_default();
            let news = after.get(step.new_range()).unwrap_or_default();
            if let DiffOp::Equal { .. } = step {
                low = olds.last().map(|line| line.order.clone()).unwrap_or(low);
                continue;
            }
            let pairs = olds.len().min(news.len());
            for ((line, old), new) in olds.iter().zip(rows).zip(news) {
                self.change_line(field, line, old, new)?;
                low.clone_from(&line.order);
            }
            for line in olds.iter().skip(pairs) {
                if is_here(self.now, group, line) {
                    self.remove_object(field.name, &line.id, line.object);
                }
                low.clone_from(&line.order);
            }
            for new in news.iter().skip(pairs) {
                let high = old.get(step.old_range().end).map(|line| line.order.as_str());
                let order = between(&low, high);
                low.clone_from(&order);
                self.new_line(group, field, new, order)?;
            }
        }
        Ok(())
    }

    fn change_line(&mut self, field: &Field, line: &LineAt, old: &Row, new: &Row) -> Result<(), EditError> {
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let value = new.get(name).cloned().unwrap_or(Value::Empty);
            if old.get(name) == Some(&value) {
                continue;
            }
            let inner = inner_field(field, name)?;
            let path = path(field.name, &line.id, name);
            self.set(Some(line.object), &inner, &path, &value)?;
        }
        Ok(())
    }
}

fn is_here(now: &Look<'_>, group: OpId, line: &LineAt) -> bool {
    now.lines(group).iter().any(|at| at.object == line.object)
}
