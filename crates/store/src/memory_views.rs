//! The twin of the views in memory, for tests and the simulator.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::views::{Batch, MAX_STATE, Page, Scan, ViewError, ViewStore, check_key, collect, within};

#[derive(Debug, Default)]
struct Trees {
    trees: BTreeMap<String, BTreeMap<Vec<u8>, Vec<u8>>>,
    sealed: Option<Vec<u8>>,
}

/// Views in memory.
#[derive(Debug, Default)]
pub struct MemoryViews {
    trees: Mutex<Trees>,
}

impl MemoryViews {
    /// Makes empty views.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the state they were sealed with, unless something was written since.
    pub fn sealed(&self) -> Option<Vec<u8>> {
        self.lock().sealed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Trees> {
        self.trees.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ViewStore for MemoryViews {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        check_key(tree, key)?;
        Ok(self.lock().trees.get(tree).and_then(|tree| tree.get(key)).cloned())
    }

    fn apply(&self, tree: &str, batch: Batch) -> Result<(), ViewError> {
        check_key(tree, &[])?;
        batch.check()?;
        let mut trees = self.lock();
        trees.sealed = None;
        let tree = trees.trees.entry(tree.to_owned()).or_default();
        for (key, value) in batch.changes {
            match value {
                Some(value) => tree.insert(key, value),
                None => tree.remove(&key),
            };
        }
        Ok(())
    }

    fn scan(&self, tree: &str, scan: Scan<'_>) -> Result<Page, ViewError> {
        check_key(tree, scan.prefix)?;
        let trees = self.lock();
        let Some(tree) = trees.trees.get(tree) else {
            return Ok(Page::default());
        };
        let start = match scan.after {
            Some(after) if after >= scan.prefix => Bound::Excluded(after),
            _ => Bound::Included(scan.prefix),
        };
        let items = tree
            .range::<[u8], _>((start, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(scan.prefix))
            .map(|(key, value)| Ok((key.clone(), value.clone())));
        collect(items, scan.limit)
    }

    fn clear(&self, tree: &str) -> Result<(), ViewError> {
        check_key(tree, &[])?;
        let mut trees = self.lock();
        trees.sealed = None;
        trees.trees.remove(tree);
        Ok(())
    }

    fn seal(&self, state: &[u8]) -> Result<(), ViewError> {
        within("state", state.len(), MAX_STATE)?;
        self.lock().sealed = Some(state.to_vec());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::check_view_store;

    #[test]
    fn conforms() {
        check_view_store(MemoryViews::new);
    }

    #[test]
    fn a_write_ends_the_seal() {
        let views = MemoryViews::new();
        views.seal(b"state").expect("sealed");
        assert_eq!(views.sealed().as_deref(), Some(b"state".as_slice()));
        views.put("tree", b"key", b"value").expect("put");
        assert_eq!(views.sealed(), None);
    }
}
