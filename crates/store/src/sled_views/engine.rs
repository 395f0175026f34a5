//! What is stored in sled: keys with the version of their layout, values with a checksum over where they belong.

use std::collections::HashMap;
use std::ops::Bound;
use std::path::Path;

use crate::frame::{number_u32, number_u64};
use crate::views::{Batch, MAX_VALUE, Page, Scan, ViewError, collect};

/// The version of keys and values below; another one is another set of keys.
const LAYOUT: u8 = 1;

/// Marks the key of a value, and of a part of a value too long for one.
const MAIN: u8 = 0;
const PART: u8 = 1;

/// Bytes of the largest piece given to sled, which keeps larger ones in files of their own and keeps them for ever.
const PIECE: usize = 64 * 1024 - 256;

/// What a main value is: the bytes themselves, or the length of what its parts hold.
const WHOLE: u8 = 0;
const SPLIT: u8 = 1;

/// The tree that says what the database was made from, and its only key.
const SEAL: &str = "\u{0}seal";

/// The database, owned by its thread.
#[derive(Debug)]
pub(super) struct Engine {
    db: sled::Db,
    trees: HashMap<String, sled::Tree>,
    sealed: bool,
}

fn database(error: sled::Error) -> ViewError {
    match error {
        sled::Error::Io(error) => ViewError::Io(error),
        other => ViewError::Database { reason: other.to_string() },
    }
}

fn main_key(key: &[u8]) -> Vec<u8> {
    [&[LAYOUT, MAIN], key].concat()
}

fn part_key(key: &[u8], part: u32) -> Vec<u8> {
    // The length first, so that no key's parts can be taken for another's.
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    [&[LAYOUT, PART], &length.to_be_bytes()[..], key, &part.to_be_bytes()].concat()
}

/// Wraps bytes in a checksum over tree, stored key and themselves.
fn protect(tree: &str, key: &[u8], form: u8, bytes: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(5 + bytes.len());
    value.extend_from_slice(&[0; 4]);
    value.push(form);
    value.extend_from_slice(bytes);
    let crc = checksum(tree, key, &value[4..]).to_le_bytes();
    value[..4].copy_from_slice(&crc);
    value
}

fn checksum(tree: &str, key: &[u8], rest: &[u8]) -> u32 {
    let length = (tree.len() as u64).to_le_bytes();
    let begun = crc32c::crc32c_append(crc32c::crc32c(&length), tree.as_bytes());
    crc32c::crc32c_append(crc32c::crc32c_append(begun, key), rest)
}

fn open_value<'a>(tree: &str, key: &[u8], value: &'a [u8]) -> Result<(u8, &'a [u8]), ViewError> {
    let corrupt = || ViewError::Corrupt { tree: tree.to_owned() };
    let crc = number_u32(value, 0).ok_or_else(corrupt)?;
    let rest = value.get(4..).ok_or_else(corrupt)?;
    match rest.split_first() {
        Some((form, bytes)) if checksum(tree, key, rest) == crc => Ok((*form, bytes)),
        _ => Err(corrupt()),
    }
}

fn parts(length: u64) -> u32 {
    u32::try_from(length.div_ceil(PIECE as u64)).unwrap_or(u32::MAX)
}

impl Engine {
    pub(super) fn open(path: &Path, cache_bytes: u64) -> Result<Self, ViewError> {
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(cache_bytes)
            // No flushing behind our back: sealing flushes, and what is lost before that is rebuilt.
            .flush_every_ms(None)
            .open()
            .map_err(database)?;
        Ok(Self { db, trees: HashMap::new(), sealed: false })
    }

    fn tree(&mut self, name: &str) -> Result<sled::Tree, ViewError> {
        if let Some(tree) = self.trees.get(name) {
            return Ok(tree.clone());
        }
        let tree = self.db.open_tree(name.as_bytes()).map_err(database)?;
        self.trees.insert(name.to_owned(), tree.clone());
        Ok(tree)
    }

    /// Checks that the database was sealed with exactly these bytes and not written to since.
    pub(super) fn check_seal(&mut self, seal: &[u8]) -> Result<(), ViewError> {
        match self.get(SEAL, b"")? {
            Some(found) if found == seal => {
                self.sealed = true;
                Ok(())
            }
            _ => Err(ViewError::Database { reason: "it is not the one that was sealed".to_owned() }),
        }
    }

    /// Notes before a first write that the seal no longer holds; says whether there was one.
    pub(super) fn unseal(&mut self) -> Result<bool, ViewError> {
        if !self.sealed {
            return Ok(false);
        }
        self.apply(SEAL, Batch::new().remove(b""))?;
        self.sealed = false;
        Ok(true)
    }

    /// Seals the database as the last write of its log, so that what comes before is there when the seal is.
    pub(super) fn seal(&mut self, seal: &[u8]) -> Result<(), ViewError> {
        self.apply(SEAL, Batch::new().put(b"", seal))?;
        self.sealed = true;
        self.db.flush().map_err(database)?;
        Ok(())
    }

    pub(super) fn get(&mut self, name: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        let tree = self.tree(name)?;
        let stored = main_key(key);
        match tree.get(&stored).map_err(database)? {
            Some(value) => Self::read(&tree, name, key, &stored, &value).map(Some),
            None => Ok(None),
        }
    }

    fn read(tree: &sled::Tree, name: &str, key: &[u8], stored: &[u8], value: &[u8]) -> Result<Vec<u8>, ViewError> {
        let corrupt = || ViewError::Corrupt { tree: name.to_owned() };
        let (form, bytes) = open_value(name, stored, value)?;
        if form == WHOLE {
            return Ok(bytes.to_vec());
        }
        let length = number_u64(bytes, 0).ok_or_else(corrupt)?;
        let whole = number_u32(bytes, 8).ok_or_else(corrupt)?;
        if form != SPLIT || length > MAX_VALUE as u64 {
            return Err(corrupt());
        }
        let mut joined = Vec::with_capacity(usize::try_from(length).map_err(|_| corrupt())?);
        for part in 0..parts(length) {
            let stored = part_key(key, part);
            let value = tree.get(&stored).map_err(database)?.ok_or_else(corrupt)?;
            joined.extend_from_slice(open_value(name, &stored, &value)?.1);
        }
        // Over the whole once more: parts of two writings of one key would each be right by themselves.
        if joined.len() as u64 != length || crc32c::crc32c(&joined) != whole {
            return Err(corrupt());
        }
        Ok(joined)
    }

    pub(super) fn apply(&mut self, name: &str, batch: Batch) -> Result<(), ViewError> {
        let tree = self.tree(name)?;
        let mut inside = sled::Batch::default();
        // The parts each key has by now, so that a later change of the same batch knows what to take away.
        let mut had: HashMap<Vec<u8>, u32> = HashMap::new();
        for (key, value) in batch.changes {
            let stored = main_key(&key);
            let before = match had.get(&key) {
                Some(parts) => *parts,
                None => Self::stored_parts(&tree, name, &stored)?,
            };
            let mut now = 0;
            match value {
                None => inside.remove(stored),
                Some(value) if value.len() <= PIECE => {
                    inside.insert(stored.as_slice(), protect(name, &stored, WHOLE, &value));
                }
                Some(value) => {
                    now = parts(value.len() as u64);
                    for (part, piece) in (0..).zip(value.chunks(PIECE)) {
                        let stored = part_key(&key, part);
                        inside.insert(stored.as_slice(), protect(name, &stored, WHOLE, piece));
                    }
                    let mut about = (value.len() as u64).to_le_bytes().to_vec();
                    about.extend_from_slice(&crc32c::crc32c(&value).to_le_bytes());
                    inside.insert(stored.as_slice(), protect(name, &stored, SPLIT, &about));
                }
            }
            for part in now..before {
                inside.remove(part_key(&key, part));
            }
            had.insert(key, now);
        }
        tree.apply_batch(inside).map_err(database)
    }

    fn stored_parts(tree: &sled::Tree, name: &str, stored: &[u8]) -> Result<u32, ViewError> {
        let Some(value) = tree.get(stored).map_err(database)? else {
            return Ok(0);
        };
        match open_value(name, stored, &value)? {
            (SPLIT, about) => Ok(number_u64(about, 0).map_or(0, parts)),
            _ => Ok(0),
        }
    }

    pub(super) fn scan(&mut self, name: &str, scan: Scan<'_>) -> Result<Page, ViewError> {
        let tree = self.tree(name)?;
        let prefix = main_key(scan.prefix);
        let start = match scan.after {
            Some(after) if after >= scan.prefix => Bound::Excluded(main_key(after)),
            _ => Bound::Included(prefix.clone()),
        };
        let items = tree
            .range::<Vec<u8>, _>((start, Bound::Unbounded))
            .take_while(|item| item.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix)))
            .map(|item| {
                let (stored, value) = item.map_err(database)?;
                let key = stored.get(2..).unwrap_or_default().to_vec();
                let value = Self::read(&tree, name, &key, &stored, &value)?;
                Ok((key, value))
            });
        collect(items, scan.limit)
    }

    pub(super) fn clear(&mut self, name: &str) -> Result<(), ViewError> {
        // Dropped and made anew: emptying it key by key would take longer than a call may.
        self.trees.remove(name);
        self.db.drop_tree(name.as_bytes()).map_err(database).map(|_| ())
    }

    #[cfg(test)]
    pub(super) fn raw(&mut self, name: &str) -> sled::Tree {
        self.tree(name).expect("the tree opens")
    }
}
