//! Merging texts word by word. No word ever appears that nobody wrote, and no answer is lost.

use similar::DiffOp;

use crate::look::Look;
use crate::operation::{Location, OpId, Slot};
use crate::plan::Plan;
use crate::scalar::Scalar;
use crate::words::{split, steps};

impl Plan<'_, '_> {
    /// Turns a text into words put, deleted and inserted.
    ///
    /// The new text is compared with the text it was made on. A word that differs keeps its element, and elements are
    /// known by their ids for ever, so each step lands where it belongs whatever happened since.
    pub(crate) fn set_text(&mut self, list: OpId, path: &str, text: &str) {
        let from = self.base.unwrap_or(self.now);
        let old = from.words(list);
        let before: Vec<String> = old.iter().map(|(_, word)| word.clone()).collect();
        let after = split(text);
        if before == after {
            if self.base.is_none() {
                self.settle_words(list);
            }
            return;
        }
        let mut last: Option<OpId> = None;
        for step in steps(&before, &after) {
            let olds = old.get(step.old_range()).unwrap_or_default();
            let news = after.get(step.new_range()).unwrap_or_default();
            if let DiffOp::Equal { .. } = step {
                last = olds.last().map(|(element, _)| *element);
                continue;
            }
            let pairs = olds.len().min(news.len());
            for ((element, _), word) in olds.iter().zip(news) {
                last = Some(self.replace(list, *element, word, from));
            }
            for (element, _) in olds.iter().skip(pairs) {
                self.remove(list, *element, from);
                last = Some(*element);
            }
            let added = news.get(pairs..).unwrap_or_default();
            if let Some(there) = self.already_there(list, last, added, from) {
                last = Some(there);
                continue;
            }
            for word in added {
                last = Some(self.draft.insert(Some(list), last, Scalar::Text(word.clone())));
            }
        }
        if self.base.is_some_and(|base| self.now.touched_since(list, base)) {
            self.join(path);
        }
    }

    /// Puts a word on an element; gives the element after which the next word stands.
    fn replace(&mut self, list: OpId, element: OpId, word: &str, from: &Look<'_>) -> OpId {
        let place = at(list, element);
        let value = Scalar::Text(word.to_owned());
        if self.now.standing(&place).is_empty() {
            // Deleted by others since: a word wins over a deletion.
            return self.draft.insert(Some(list), Some(element), value);
        }
        self.put_or_both(&place, from, value);
        element
    }

    /// Deletes an element, unless others have changed it since: a word wins over a deletion.
    fn remove(&mut self, list: OpId, element: OpId, from: &Look<'_>) {
        let place = at(list, element);
        if self.now.standing(&place) == from.standing(&place) {
            self.draft.delete(place);
        }
    }

    /// The last of these words, where somebody inserted the same ones at the same place since the base: a form sent
    /// twice, or two people who type the same, say it once.
    fn already_there(&self, list: OpId, last: Option<OpId>, added: &[String], from: &Look<'_>) -> Option<OpId> {
        self.base?;
        let now = self.now.words(list);
        let first = match last {
            None => 0,
            Some(last) => 1 + now.iter().position(|(element, _)| *element == last)?,
        };
        let there = now.get(first..first.checked_add(added.len())?)?;
        let same = there
            .iter()
            .zip(added)
            .all(|((element, word), added)| word == added && self.now.index.entry_at(element, &from.clock).is_none());
        if same { there.last().map(|(element, _)| *element) } else { None }
    }

    /// Saving the shown text as it is settles every word that had several answers.
    fn settle_words(&mut self, list: OpId) {
        for place in self.now.elements(list) {
            if !self.now.disagreement(&place).is_empty()
                && let Some(value) = self.now.shown(&place)
            {
                self.draft.put(place, value);
            }
        }
    }
}

const fn at(list: OpId, element: OpId) -> Location {
    Location { object: Some(list), slot: Slot::Element(element) }
}
