//! What a store of views can do, whoever keeps it: named trees of bytes, rebuilt from the journal at any time.

use std::io;
use std::time::Duration;

use thiserror::Error;

/// Bytes of a key: a few ids and a sort field.
pub const MAX_KEY: usize = 1024;

/// Bytes of a value: the largest saved document of the field, with room; values over 64 KiB are split inside.
pub const MAX_VALUE: usize = 8 << 20;

/// Bytes of a tree's name.
pub const MAX_TREE: usize = 64;

/// Puts and removals of one batch: what one journal batch leads to, with room for its indexes.
pub const MAX_BATCH_VALUES: usize = 65_536;

/// Bytes of keys and values of one batch: two of the largest values.
pub const MAX_BATCH: usize = 16 << 20;

/// Items of one page of a scan: a long list on a page, and little work for the thread of the views.
pub const MAX_PAGE_ITEMS: usize = 1000;

/// Bytes after which a page of a scan ends, so that one answer stays small in memory.
pub const MAX_PAGE_BYTES: usize = 8 << 20;

/// Bytes of the digest that names the state of the log.
pub const MAX_STATE: usize = 256;

/// Why a call on the views failed.
#[derive(Debug, Error)]
pub enum ViewError {
    /// A name, key, value, batch or state is longer than allowed.
    #[error("a {what} has {found}, and the limit is {limit}")]
    TooLarge {
        /// What is too large: a key, a value, a batch or the name of a tree.
        what: &'static str,
        /// Its bytes, or its items.
        found: usize,
        /// The most allowed.
        limit: usize,
    },
    /// No answer within the deadline: whether a write took place is unknown, and every later call is refused.
    #[error("the views did not answer within {} ms", .deadline.as_millis())]
    TooSlow {
        /// How long a call may take.
        deadline: Duration,
    },
    /// So many calls wait already that this one was not taken; nothing happened.
    #[error("the views are busy")]
    Busy,
    /// A value is not what was written; the views must be rebuilt.
    #[error("a value of tree {tree} is not what was written")]
    Corrupt {
        /// Its name.
        tree: String,
    },
    /// The database found its files damaged, or met a fault of its own; the views must be rebuilt.
    #[error("the database of the views failed: {reason}")]
    Database {
        /// What sled says, for the log alone.
        reason: String,
    },
    /// The database panicked; every later call is refused and the views must be rebuilt.
    #[error("the database of the views panicked")]
    Panicked,
    /// An earlier call ended the views; they are opened again at the next start.
    #[error("the views stopped at an earlier failure")]
    Stopped,
    /// The disk failed.
    #[error("the views could not be read or written")]
    Io(#[source] io::Error),
}

/// Puts and removals that happen together or not at all; of two for one key the later counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub(crate) changes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Makes an empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a put.
    #[must_use]
    pub fn put(mut self, key: &[u8], value: &[u8]) -> Self {
        self.changes.push((key.to_vec(), Some(value.to_vec())));
        self
    }

    /// Adds a removal.
    #[must_use]
    pub fn remove(mut self, key: &[u8]) -> Self {
        self.changes.push((key.to_vec(), None));
        self
    }

    /// Returns how many puts and removals there are.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(crate) fn check(&self) -> Result<(), ViewError> {
        within("batch", self.changes.len(), MAX_BATCH_VALUES)?;
        let mut bytes = 0;
        for (key, value) in &self.changes {
            let length = value.as_ref().map_or(0, Vec::len);
            within("key", key.len(), MAX_KEY)?;
            within("value", length, MAX_VALUE)?;
            bytes += key.len() + length;
        }
        within("batch", bytes, MAX_BATCH)
    }
}

/// Which part of a tree to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan<'a> {
    /// What the keys begin with.
    pub prefix: &'a [u8],
    /// The key after which to begin, the last one of the page before.
    pub after: Option<&'a [u8]>,
    /// How many items, at most [`MAX_PAGE_ITEMS`].
    pub limit: usize,
}

/// Items of a tree in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Keys and values.
    pub items: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether there are more after the last one.
    pub more: bool,
}

/// A store of views: trees by name, made by the first write to them, whose loss costs a rebuild and nothing else.
pub trait ViewStore: Send + Sync {
    /// Returns the value of a key.
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError>;
    /// Applies a batch to one tree.
    fn apply(&self, tree: &str, batch: Batch) -> Result<(), ViewError>;
    /// Reads a page of a tree.
    fn scan(&self, tree: &str, scan: Scan<'_>) -> Result<Page, ViewError>;
    /// Empties a tree.
    fn clear(&self, tree: &str) -> Result<(), ViewError>;
    /// Makes everything durable and notes the state of the log it was made from; the next write ends that again.
    fn seal(&self, state: &[u8]) -> Result<(), ViewError>;

    /// Puts one value.
    fn put(&self, tree: &str, key: &[u8], value: &[u8]) -> Result<(), ViewError> {
        self.apply(tree, Batch::new().put(key, value))
    }

    /// Removes one value, if there is one.
    fn remove(&self, tree: &str, key: &[u8]) -> Result<(), ViewError> {
        self.apply(tree, Batch::new().remove(key))
    }
}

pub(crate) fn within(what: &'static str, found: usize, limit: usize) -> Result<(), ViewError> {
    if found > limit { Err(ViewError::TooLarge { what, found, limit }) } else { Ok(()) }
}

pub(crate) fn check_key(tree: &str, key: &[u8]) -> Result<(), ViewError> {
    within("name of a tree", tree.len(), MAX_TREE)?;
    within("key", key.len(), MAX_KEY)
}

/// Collects a page: items until the limit or the bytes are reached.
pub(crate) fn collect<I>(items: I, limit: usize) -> Result<Page, ViewError>
where
    I: Iterator<Item = Result<(Vec<u8>, Vec<u8>), ViewError>>,
{
    let limit = limit.min(MAX_PAGE_ITEMS);
    let mut page = Page::default();
    let mut bytes = 0;
    for item in items {
        if page.items.len() >= limit || bytes >= MAX_PAGE_BYTES {
            page.more = true;
            break;
        }
        let (key, value) = item?;
        bytes += key.len() + value.len();
        page.items.push((key, value));
    }
    Ok(page)
}
